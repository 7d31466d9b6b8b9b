"""What people are told: for each kind its values, where it appears, and how long it may be sent (NTC-1)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import IntEnum, StrEnum

from pointclub.foundation.texts import is_line

_LONGEST_LINE = 200
_LONGEST_LINK = 2_000
_LONGEST_TEXT = 10_000
_TOO_LARGE = 10**12
_A_DAY_OF_MINUTES = 24 * 60


class Kind(StrEnum):
    """What a notice says."""

    PROVE_ADDRESS = "prove_address"
    REGISTERED = "registered"
    APPLICATION_HELD = "application_held"
    APPLICATION_ADMITTED = "application_admitted"
    APPLICATION_DECLINED = "application_declined"
    SIGN_IN_CODE = "sign_in_code"
    NEW_SIGN_IN = "new_sign_in"
    LOGIN_ID_REMINDER = "login_id_reminder"
    PASSWORD_RESET = "password_reset"  # noqa: S105 -- The name of a notice.
    SECURITY_CHANGE = "security_change"
    PASSWORD_OLD = "password_old"  # noqa: S105 -- The name of a notice.
    POINTS_LAPSING = "points_lapsing"
    ADVERTISING = "advertising"


class Topic(StrEnum):
    """Who wants it: service notices come with membership, advertising only to those who agreed to it (NTC-3)."""

    SERVICE = "service"
    ADVERTISING = "advertising"


class Page(StrEnum):
    """On which my page a notice appears as well."""

    CLUB = "club_page"
    PORTAL = "portal_page"


class Rank(IntEnum):
    """In which order mails leave where many wait: somebody sits before a screen and waits for a code."""

    AT_ONCE = 0
    SOON = 1
    WHEN_THERE_IS_TIME = 2


class Change(StrEnum):
    """What was changed, as a security notice says it."""

    MAIL_CHANGED = "mail_changed"
    SECOND_MAIL_CHANGED = "second_mail_changed"
    MAIL_CHANGE_ASKED = "mail_change_asked"
    SECOND_MAIL_CHANGE_ASKED = "second_mail_change_asked"
    KEYWORD_CHANGED = "keyword_changed"
    PHONE_CHANGED = "phone_changed"
    ADDRESS_CHANGED = "address_changed"
    PASSWORD_CHANGED = "password_changed"  # noqa: S105 -- The name of a change.
    LOGIN_ID_CHANGED = "login_id_changed"
    PASSKEY_ADDED = "passkey_added"
    PASSKEY_REMOVED = "passkey_removed"
    TOTP_ON = "totp_on"
    TOTP_OFF = "totp_off"
    RECOVERY_CODES_MADE = "recovery_codes_made"
    EXTERNAL_ID_LINKED = "external_id_linked"
    EXTERNAL_ID_UNLINKED = "external_id_unlinked"
    THEFT_REPORTED = "theft_reported"


class Value(StrEnum):
    """What a value is; nothing that could break out of its line passes but a text, which is shown as it stands."""

    LINE = "line"
    TEXT = "text"
    LINK = "link"
    WHOLE = "whole"
    INSTANT = "instant"
    DAY = "day"
    CHANGE = "change"


class WrongValuesError(ValueError):
    """The notice was told with other values than its kind takes: a mistake of the program. No value is repeated."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What holds for a kind.

    A secret one carries what opens a door. It goes by mail alone, its values are erased once it has been sent, and
    after ``minutes`` (the value ``valid_minutes``, where it has one) it is not sent any more.
    """

    values: Mapping[str, Value]
    page: Page | None
    rank: Rank = Rank.SOON
    topic: Topic = Topic.SERVICE
    minutes: int | None = None
    goes_by_letter: bool = False

    @property
    def is_secret(self) -> bool:
        """Tell whether its values are erased."""
        return self.minutes is not None


_LINK_FOR_A_WHILE: Mapping[str, Value] = {"link": Value.LINK, "valid_minutes": Value.WHOLE}

FACTS: Mapping[Kind, Facts] = {
    Kind.PROVE_ADDRESS: Facts(_LINK_FOR_A_WHILE, None, Rank.AT_ONCE, minutes=_A_DAY_OF_MINUTES),
    Kind.REGISTERED: Facts({}, Page.PORTAL),
    Kind.APPLICATION_HELD: Facts({}, Page.CLUB),
    Kind.APPLICATION_ADMITTED: Facts({"member_number": Value.LINE}, Page.CLUB, goes_by_letter=True),
    Kind.APPLICATION_DECLINED: Facts({}, Page.CLUB, goes_by_letter=True),
    Kind.SIGN_IN_CODE: Facts(
        {"code": Value.LINE, "valid_minutes": Value.WHOLE}, None, Rank.AT_ONCE, minutes=_A_DAY_OF_MINUTES
    ),
    Kind.NEW_SIGN_IN: Facts({"when": Value.INSTANT, "device": Value.LINE}, Page.PORTAL),
    Kind.LOGIN_ID_REMINDER: Facts({"login_id": Value.LINE}, None, Rank.AT_ONCE, minutes=_A_DAY_OF_MINUTES),
    Kind.PASSWORD_RESET: Facts(_LINK_FOR_A_WHILE, None, Rank.AT_ONCE, minutes=_A_DAY_OF_MINUTES),
    Kind.SECURITY_CHANGE: Facts(
        {"what": Value.CHANGE, "when": Value.INSTANT}, Page.PORTAL, Rank.AT_ONCE, goes_by_letter=True
    ),
    Kind.PASSWORD_OLD: Facts({}, Page.PORTAL, Rank.WHEN_THERE_IS_TIME),
    Kind.POINTS_LAPSING: Facts(
        {"points": Value.WHOLE, "usable_through": Value.DAY, "days": Value.WHOLE}, Page.CLUB, Rank.WHEN_THERE_IS_TIME
    ),
    Kind.ADVERTISING: Facts(
        {"subject": Value.LINE, "text": Value.TEXT}, None, Rank.WHEN_THERE_IS_TIME, topic=Topic.ADVERTISING
    ),
}


def require_values(kind: Kind, values: Mapping[str, str | int]) -> dict[str, str | int]:
    """Return the values, if they are those that the kind takes.

    Raises:
        WrongValuesError: one is missing, not known, or not what its name promises.
    """
    wanted = FACTS[kind].values
    if set(values) != set(wanted):
        message = f"A notice of {kind} takes {', '.join(wanted) or 'no values'}; it was given {', '.join(values)}."
        raise WrongValuesError(message)
    for name, value in values.items():
        if not _is(wanted[name], value):
            message = f"The value {name} of a notice of {kind} is no {wanted[name]}."
            raise WrongValuesError(message)
    return dict(values)


def expires_at(kind: Kind, values: Mapping[str, str | int], *, at: dt.datetime) -> dt.datetime | None:
    """Return the instant from which a notice told at ``at`` is not sent any more; most can be sent at any time."""
    minutes = FACTS[kind].minutes
    return None if minutes is None else at + dt.timedelta(minutes=int(values.get("valid_minutes", minutes)))


def _is(wanted: Value, value: str | int) -> bool:
    if isinstance(value, str):
        return wanted is not Value.WHOLE and _IS[wanted](value)
    return wanted is Value.WHOLE and not isinstance(value, bool) and 0 <= value < _TOO_LARGE


def _is_short_line(value: str) -> bool:
    return is_line(value, longest=_LONGEST_LINE)


def _is_text(value: str) -> bool:
    return 0 < len(value) <= _LONGEST_TEXT and all(each.isprintable() or each == "\n" for each in value)


def _is_link(value: str) -> bool:
    return is_line(value, longest=_LONGEST_LINK) and value.startswith(("https://", "http://"))


def _is_instant(value: str) -> bool:
    try:
        return dt.datetime.fromisoformat(value).tzinfo is not None
    except ValueError:
        return False


def _is_day(value: str) -> bool:
    try:
        dt.date.fromisoformat(value)
    except ValueError:
        return False
    return True


def _is_change(value: str) -> bool:
    return value in set(Change)


_IS: Mapping[Value, Callable[[str], bool]] = {
    Value.LINE: _is_short_line,
    Value.TEXT: _is_text,
    Value.LINK: _is_link,
    Value.INSTANT: _is_instant,
    Value.DAY: _is_day,
    Value.CHANGE: _is_change,
}
