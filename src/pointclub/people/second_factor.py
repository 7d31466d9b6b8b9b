"""The second factor of staff: an authenticator app's codes and recovery codes, kept by allauth, secrets encrypted.

Codes go by the real time, never by business time: the app on somebody's phone knows no other.
"""

from __future__ import annotations

import base64
import datetime as dt
import enum
from io import BytesIO
from typing import Any
from urllib.parse import quote, urlencode

import qrcode
from allauth.core.internal.cryptokit import compare_user_code
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal import auth as totp
from django.db import IntegrityError, transaction
from qrcode.image.svg import SvgPathFillImage

from pointclub.audit import services as audit
from pointclub.foundation import actors
from pointclub.foundation.acts import act
from pointclub.foundation.refusals import Refusal
from pointclub.people import queries as people
from pointclub.people.models import User
from pointclub.people.personal_data import decrypt, encrypt
from pointclub.people.rules.permissions import Permission, Role

_COLUMN = b"mfa_authenticator.data"
_LAST_COUNTER = "last_counter"
_LONGEST_CODE = 32


class WrongCodeError(Refusal):
    """The code is not one that counts now."""

    code = "wrong_code"


class UsedCodeError(Refusal):
    """The code was used before; each counts once."""

    code = "used_code"


class NotEnrolledError(Refusal):
    """The person has no second factor yet."""

    code = "not_enrolled"


class AlreadyEnrolledError(Refusal):
    """The person has a second factor; it has to be reset first."""

    code = "already_enrolled"


class OwnFactorError(Refusal):
    """An administrator asked for it of themselves."""

    code = "own_factor"


class Means(enum.StrEnum):
    """What a code came from."""

    APP = "app"
    RECOVERY = "recovery"


class EncryptingAdapter(DefaultMFAAdapter):  # type: ignore[misc]  # It brings no types.
    """Tells allauth to keep its secrets as personal data is kept."""

    def encrypt(self, text: str) -> str:
        """Encrypt under the key ring."""
        return base64.b64encode(encrypt(text, bound_to=_COLUMN)).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """Decrypt what :meth:`encrypt` gave."""
        return decrypt(base64.b64decode(encrypted_text), bound_to=_COLUMN)


def draw_secret() -> str:
    """Return a new secret for an authenticator app, 160 bits in Base32."""
    secret: str = totp.generate_totp_secret()
    return secret


def address_of(secret: str, *, login_id: str, issuer: str) -> str:
    """Return what the QR code says to the authenticator app."""
    label = quote(f"{issuer}:{login_id}", safe="")
    return f"otpauth://totp/{label}?{urlencode({'secret': secret, 'issuer': issuer}, quote_via=quote)}"


def picture_of(address: str) -> str:
    """Return the address as a QR code: SVG without inline style, white behind it, its size left to the page."""
    image = qrcode.make(address, image_factory=SvgPathFillImage, border=2)
    drawn = BytesIO()
    image.save(drawn)
    svg = drawn.getvalue().decode()
    return svg[svg.index("<svg") :]


def code_for(secret: str, *, steps_ahead: int = 0) -> str:
    """Return the code that an authenticator app shows now, or so many steps of 30 seconds later."""
    counters = list(totp.yield_hotp_counters_from_time())
    code: str = totp.format_hotp_value(totp.hotp_value(secret, counters[len(counters) // 2] + steps_ahead))
    return code


def find_factor(user: User) -> int | None:
    """Return the number of the person's second factor; a new one has a new number."""
    number: int | None = _of(user, Authenticator.Type.TOTP).values_list("id", flat=True).first()
    return number


def login_ids_with_factor() -> frozenset[str]:
    """Return the login IDs of those who have a second factor."""
    with_factor = Authenticator.objects.filter(type=Authenticator.Type.TOTP)
    return frozenset(with_factor.values_list("user__login_id", flat=True))


def count_recovery_codes(user: User) -> int:
    """Return how many recovery codes are left."""
    kept = _of(user, Authenticator.Type.RECOVERY_CODES).first()
    return 0 if kept is None else len(RecoveryCodes(kept).get_unused_codes())


@act
def enrol(*, user: User, secret: str, code: str, at: dt.datetime) -> tuple[str, ...]:
    """Take the secret as the person's second factor once a code proves that the app has it; return recovery codes.

    Raises:
        WrongCodeError: the code does not fit the secret.
        AlreadyEnrolledError: there is a second factor.
    """
    counter = _counter_of(secret, code)
    if counter is None:
        message = "This code does not fit. Check the time of the device, and enter the code that the app shows now."
        raise WrongCodeError(message)
    try:
        with transaction.atomic():
            factor = totp.TOTP.activate(user, secret).instance
    except IntegrityError as taken:
        message = "There is a second factor already; it has to be reset before another one is set up."
        raise AlreadyEnrolledError(message) from taken
    _remember(factor, counter)
    _of(user, Authenticator.Type.RECOVERY_CODES).delete()
    _record("people.set_up_second_factor", user, at=at, actor=actors.staff(user.login_id))
    return tuple(RecoveryCodes.activate(user).generate_codes())


@act
def check(*, user: User, code: str, at: dt.datetime) -> Means:
    """Take a code of the app or a recovery code, each of which counts once: the last step of a sign-in.

    Raises:
        WrongCodeError: it is neither.
        UsedCodeError: it is the app's, and it or a later one was used before.
        NotEnrolledError: there is nothing to hold it against.
    """
    means = _check(user, code)
    _record("people.sign_in", user, at=at, actor=actors.staff(user.login_id), means=str(means))
    return means


def _check(user: User, code: str) -> Means:
    factor = _of(user, Authenticator.Type.TOTP).select_for_update().first()
    if factor is None:
        message = "No second factor has been set up."
        raise NotEnrolledError(message)
    counter = _counter_of(EncryptingAdapter().decrypt(factor.data["secret"]), code)
    if counter is not None:
        if counter <= factor.data[_LAST_COUNTER]:
            message = "This code was used before. Please wait for the next one."
            raise UsedCodeError(message)
        _remember(factor, counter)
        return Means.APP
    recovery = _of(user, Authenticator.Type.RECOVERY_CODES).first()
    if recovery is None or len(code) > _LONGEST_CODE or not RecoveryCodes(recovery).validate_code(code):
        message = "This code is wrong."
        raise WrongCodeError(message)
    return Means.RECOVERY


@act
def reset(*, login_id: str, at: dt.datetime, actor: actors.Actor) -> None:
    """Forget somebody's second factor and recovery codes: their stay ends, the next sign-in sets up new ones.

    Raises:
        UnknownStaffError: no active member of staff has that login ID.
        PermissionDeniedError: the actor is no administrator.
        OwnFactorError: it is the actor's own, and there is another administrator to ask.
        NotEnrolledError: there is nothing to forget.
    """
    people.require(actor.id, Permission.MANAGE_STAFF)
    user = people.get_staff(login_id)
    if user.login_id == actor.id and people.count_staff_with(Role.ADMINISTRATOR) > 1:
        message = "Nobody resets their own second factor; another administrator does."
        raise OwnFactorError(message)
    deleted, _ = Authenticator.objects.filter(user=user).delete()
    if not deleted:
        message = f"{user.login_id} has no second factor."
        raise NotEnrolledError(message, login_id=user.login_id)
    _record("people.reset_second_factor", user, at=at, actor=actor)


def _record(act_name: str, user: User, *, at: dt.datetime, actor: actors.Actor, **details: str) -> None:
    audit.record_act(act=act_name, actor=actor, subject=audit.Subject("user", user.id), at=at, details=details)


def _of(user: User, kind: Authenticator.Type) -> Any:
    return Authenticator.objects.filter(user=user, type=kind)


def _counter_of(secret: str, code: str) -> int | None:
    """Return which of the codes that count now it is: this half minute's, the one's before or the one's after."""
    if len(code) > _LONGEST_CODE:
        return None
    fitting = [
        counter
        for counter in totp.yield_hotp_counters_from_time()
        if compare_user_code(actual=code, expected=totp.format_hotp_value(totp.hotp_value(secret, counter)))
    ]
    return fitting[-1] if fitting else None


def _remember(factor: Any, counter: int) -> None:
    factor.data[_LAST_COUNTER] = counter
    factor.record_usage()
    factor.save(update_fields=["data"])
