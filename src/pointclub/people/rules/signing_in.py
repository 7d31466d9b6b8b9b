"""What it takes to come in, and for how long what was shown counts."""

from __future__ import annotations

import datetime as dt
import hashlib
from enum import StrEnum

CODE_DIGITS = 6
CODE_LIVES = dt.timedelta(minutes=10)
CODES_AN_HOUR = 5
LINK_LIVES = dt.timedelta(minutes=30)
# Of login ID and of links each; nobody sees from outside that no more are sent, and the last link still counts.
MAILS_AN_HOUR = 5
# An address may be a household's; whoever of it is meant is found by the keyword.
MOST_SHARING_AN_ADDRESS = 3
DEVICE_REMEMBERED = dt.timedelta(days=180)
# Of how many people one browser holds a mark.
MOST_MARKS = 6
# For how long after an e-mail address was replaced nothing is sent to the new one, or handed over, that a thief wants.
ADDRESS_COOLDOWN = dt.timedelta(hours=72)
# How long a password or passkey counts as just shown, for redemption and changes of contact details (REG-8).
PROOF_LIVES = dt.timedelta(minutes=5)


class Means(StrEnum):
    """How somebody proved who they are when they came in."""

    PASSWORD = "password"  # noqa: S105 -- The name of a means.
    MAILED_CODE = "mailed_code"
    APP_CODE = "app_code"
    RECOVERY_CODE = "recovery"
    PASSKEY = "passkey"
    EXTERNAL_ID = "external_id"
    REGISTRATION = "registration"
    NEW_PASSWORD = "new_password"  # noqa: S105 -- The name of a means.


class EndedHow(StrEnum):
    """How a stay came to its end."""

    LEFT = "left"
    ENDED_BY_OWNER = "by_owner"
    PASSWORD_CHANGED = "new_password"  # noqa: S105 -- The name of a way.
    THEFT = "theft"


class SecondStep(StrEnum):
    """What is asked for once the password was right."""

    NONE = "none"
    MAILED_CODE = "mailed_code"
    APP_CODE = "app_code"


def second_step(*, is_known_device: bool, has_app: bool, password_is_enough: bool) -> SecondStep:
    """Return what else is needed; a short password is never the only wall in a browser that nobody knows (REG-8)."""
    if is_known_device:
        return SecondStep.NONE
    if has_app:
        return SecondStep.APP_CODE
    return SecondStep.NONE if password_is_enough else SecondStep.MAILED_CODE


def is_fresh(proved_at: dt.datetime | None, *, at: dt.datetime) -> bool:
    """Tell whether a proof still counts as just shown; one from the future is none."""
    return proved_at is not None and dt.timedelta(0) <= at - proved_at <= PROOF_LIVES


def reminders_due(changed_at: dt.datetime, *, at: dt.datetime, every_days: int) -> int:
    """Return how many reminders to change a password fell due by then, one for each whole period."""
    return max((at - changed_at).days // every_days, 0) if every_days else 0


def with_mark(own: str, marks: str) -> str:
    """Return what a browser is to keep: somebody's new mark before those of others, of whom the oldest drop out."""
    return ".".join([own, *(each for each in marks.split(".") if each)][:MOST_MARKS])


def digests_of(marks: str) -> list[bytes]:
    """Return what is kept of each mark that a browser brought; more than there can be are not looked at."""
    return [digest_of(each) for each in marks.split(".")[:MOST_MARKS] if each]


def digest_of(secret: str) -> bytes:
    """Return what is kept of a secret that was drawn with 256 bits; nobody guesses one from it."""
    return hashlib.sha256(secret.encode()).digest()
