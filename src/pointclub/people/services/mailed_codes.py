"""Codes for a browser that nobody knows yet. Who sends them is another matter: here they are drawn and taken."""

from __future__ import annotations

import datetime as dt
import hmac
import secrets

from pointclub.foundation.acts import act
from pointclub.foundation.refusals import UnavailableError
from pointclub.people.models import ContactAddress, MailedCode, User
from pointclub.people.personal_data import blind_index
from pointclub.people.rules.signing_in import CODE_DIGITS, CODE_LIVES, CODES_AN_HOUR
from pointclub.people.services.second_factor import UsedCodeError, WrongCodeError

_HOUR = dt.timedelta(hours=1)


class TooManyCodesError(UnavailableError):
    """So many codes were asked for within an hour that no further one is sent."""

    code = "too_many_codes"


@act
def draw_mailed_code(*, user: User, address: ContactAddress, at: dt.datetime) -> str:
    """Return a new code of six digits for that address; the ones before it count no longer.

    Raises:
        TooManyCodesError: five were drawn within the last hour.
    """
    User.objects.select_for_update(no_key=True).get(id=user.id)
    drawn = MailedCode.objects.filter(user=user, made_at__gt=at - _HOUR).order_by("-made_at")
    earlier = list(drawn.values_list("made_at", flat=True)[:CODES_AN_HOUR])
    if len(earlier) == CODES_AN_HOUR:
        message = "Too many codes were asked for. Please wait until the time given; the last code still counts."
        raise TooManyCodesError(message, retry_at=(earlier[-1] + _HOUR).isoformat())
    code = f"{secrets.randbelow(10**CODE_DIGITS):0{CODE_DIGITS}d}"
    row = MailedCode(user=user, address=address, made_at=at, expires_at=at + CODE_LIVES)
    row.digest = _digest(row, code)
    row.save(force_insert=True)
    return code


@act
def take_mailed_code(*, user: User, code: str, at: dt.datetime) -> None:
    """Take the latest code, once; whoever read it has proved the address. `begin_attempt` counts the tries.

    Raises:
        WrongCodeError: it is another code, or its ten minutes are over.
        UsedCodeError: it was taken before.
    """
    row = MailedCode.objects.select_for_update().filter(user=user).order_by("-made_at", "-id").first()
    if row is None or at >= row.expires_at or not hmac.compare_digest(bytes(row.digest), _digest(row, code)):
        message = "This code is wrong, or its ten minutes are over."
        raise WrongCodeError(message)
    if row.used_at is not None:
        message = "This code was used before."
        raise UsedCodeError(message)
    row.used_at = at
    row.save(update_fields=["used_at"])
    ContactAddress.objects.filter(id=row.address_id, verified_at__isnull=True).update(verified_at=at)


def _digest(row: MailedCode, code: str) -> bytes:
    """Return what is kept of the code: without the key, six digits would be guessed in no time."""
    return blind_index(f"{row.id}:{code}", of="mailed code")
