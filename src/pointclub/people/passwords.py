"""How passwords are kept, argon2id with a pepper that is not in the database; and which ones members may have."""

from __future__ import annotations

import datetime as dt
import functools
import hashlib
import hmac
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.auth.hashers import Argon2PasswordHasher, BasePasswordHasher
from django.contrib.auth.password_validation import CommonPasswordValidator
from django.utils.module_loading import import_string

from pointclub.foundation.refusals import UnavailableError
from pointclub.people.rules import passwords, signing_in

if TYPE_CHECKING:
    from pointclub.people.models import User

# Each of our hashes holds 19 MiB for some tens of milliseconds, one of another system up to 64 MiB for longer:
# unlimited, a burst of sign-ins fills the machine.
_HASHES_AT_A_TIME = threading.BoundedSemaphore(4)
LONGEST_WAIT_SECONDS = 3
_held = threading.local()


class HashesBusyError(UnavailableError):
    """So many passwords are being looked at that this one was not; asked again in a moment, it is."""

    code = "hashes_busy"


@contextmanager
def place_to_hash() -> Iterator[None]:
    """Hold one of the places in which passwords are hashed, for as long as the block lasts; within another it is that.

    Whoever counts tries takes the place first, so that a try that finds none is not counted.

    Raises:
        HashesBusyError: none became free in time.
    """
    if getattr(_held, "is_here", False):
        yield
        return
    if not _HASHES_AT_A_TIME.acquire(timeout=LONGEST_WAIT_SECONDS):
        message = "Many people are signing in at the moment. Please try again in a minute."
        raise HashesBusyError(message)
    _held.is_here = True
    try:
        yield
    finally:
        _held.is_here = False
        _HASHES_AT_A_TIME.release()


_ELSEWHERE = {
    "pbkdf2_sha256": "django.contrib.auth.hashers.PBKDF2PasswordHasher",
    "scrypt": "django.contrib.auth.hashers.ScryptPasswordHasher",
    "argon2": "django.contrib.auth.hashers.Argon2PasswordHasher",
}


class PepperedArgon2PasswordHasher(Argon2PasswordHasher):
    """argon2id, 19 MiB, two passes, one lane; at most four at a time in one process."""

    algorithm = "argon2_peppered"
    time_cost = 2
    memory_cost = 19 * 1024
    parallelism = 1

    def encode(self, password: str, salt: str) -> str:
        """Hash the peppered password."""
        with place_to_hash():
            return super().encode(_pepper(password), salt)

    def verify(self, password: str, encoded: str) -> bool:
        """Compare the peppered password."""
        with place_to_hash():
            return super().verify(_pepper(password), encoded)


def verifies_elsewhere(password: str, encoded: str) -> bool:
    """Return whether another system's hash is of this password, as that system worked it out, without our pepper.

    Its format is one of those that `membership.rules.old_members` lets in, at a cost that it allows.

    Raises:
        HashesBusyError: too many passwords are being looked at.
    """
    with place_to_hash():
        hasher: BasePasswordHasher = import_string(_ELSEWHERE[encoded.partition("$")[0]])()
        return hasher.verify(password, encoded)


def _pepper(password: str) -> str:
    return hmac.new(settings.ENVIRONMENT.password_pepper.encode(), password.encode(), hashlib.sha256).hexdigest()


def password_reminders_due(user: User, *, at: dt.datetime) -> int:
    """Return for how many periods the password has been the same, by the setting; none where nobody is reminded."""
    if not user.has_usable_password():
        return 0
    changed_at = user.password_changed_at or user.registered_at
    return signing_in.reminders_due(changed_at, at=at, every_days=settings.ENVIRONMENT.password_reminder_days)


def password_policy() -> passwords.Policy:
    """Return the rule in force for members' passwords."""
    return passwords.Policy(settings.ENVIRONMENT.password_policy)


def refuse_unfit_password(password: str, *, login_id: str) -> None:
    """Do nothing where a member may have that password with that login ID.

    Raises:
        FieldError: the rule in force forbids it (`rules.passwords.refuse_unfit`).
    """
    policy = password_policy()
    is_common = policy is passwords.Policy.STRICT and password.casefold() in _common_passwords()
    passwords.refuse_unfit(password, login_id=login_id, policy=policy, is_common=is_common)


@functools.cache
def _common_passwords() -> frozenset[str]:
    return frozenset(CommonPasswordValidator().passwords)
