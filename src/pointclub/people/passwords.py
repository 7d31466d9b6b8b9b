"""How passwords are kept, argon2id with a pepper that is not in the database; and which ones members may have."""

from __future__ import annotations

import functools
import hashlib
import hmac
import threading

from django.conf import settings
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.contrib.auth.password_validation import CommonPasswordValidator

from pointclub.people.rules import passwords

# Each hash holds 19 MiB for some tens of milliseconds: unlimited, a burst of sign-ins fills the machine.
_HASHES_AT_A_TIME = threading.BoundedSemaphore(4)


class PepperedArgon2PasswordHasher(Argon2PasswordHasher):
    """argon2id, 19 MiB, two passes, one lane; at most four at a time in one process."""

    algorithm = "argon2_peppered"
    time_cost = 2
    memory_cost = 19 * 1024
    parallelism = 1

    def encode(self, password: str, salt: str) -> str:
        """Hash the peppered password."""
        with _HASHES_AT_A_TIME:
            return super().encode(_pepper(password), salt)

    def verify(self, password: str, encoded: str) -> bool:
        """Compare the peppered password."""
        with _HASHES_AT_A_TIME:
            return super().verify(_pepper(password), encoded)


def _pepper(password: str) -> str:
    return hmac.new(settings.ENVIRONMENT.password_pepper.encode(), password.encode(), hashlib.sha256).hexdigest()


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
