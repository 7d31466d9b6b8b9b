"""An account as staff see it: questions to the modules below, and the answers put in order."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from uuid import UUID

from pointclub.earning import queries as earning
from pointclub.explain import queries as explain
from pointclub.foundation.periods import tokyo_day
from pointclub.foundation.postgresql.snapshots import one_snapshot
from pointclub.foundation.refusals import NotFoundError
from pointclub.points import queries as points

_A_PAGE = 25
_MOST_DIGITS = 10
# A lot can hold the points of very many receipts; a page names so many and counts the others.
_MOST_ORIGINS = 200


class NoSuchDayError(NotFoundError):
    """No points of the account ever had that last day."""

    code = "no_such_day"


@dataclass(frozen=True)
class AccountPage:
    """What an account holds at an instant, lot by lot, and a page of how it came to be."""

    at: dt.datetime
    balance: points.Balance
    pending: tuple[earning.PendingGrant, ...]
    pending_points: int
    history: points.HistoryPage


@one_snapshot()
def look_into(account_id: UUID, *, at: dt.datetime, before: str = "", after: str = "") -> AccountPage:
    """Return the account as it stands on that day, with the transactions that come before or after a number."""
    on = tokyo_day(at)
    pending = tuple(earning.list_pending(account_id))
    return AccountPage(
        at=at,
        balance=points.get_balance(account_id, on=on),
        pending=pending,
        pending_points=sum(grant.points for grant in pending),
        history=points.list_history(account_id, on=on, limit=_A_PAGE, before=_number(before), after=_number(after)),
    )


def look_into_day(account_id: UUID, day: str, *, at: dt.datetime) -> tuple[dt.date, tuple[explain.DayLot, ...]]:
    """Return a last day, and what is in the lots of that day, or lapsed in them, and where it came from.

    Raises:
        NoSuchDayError: no lot of the account ever had that last day, or it is no day.
    """
    try:
        usable_through = dt.date.fromisoformat(day)
    except ValueError:
        message = "This is no day."
        raise NoSuchDayError(message) from None
    lots = explain.explain_day(account_id, usable_through, on=tokyo_day(at), most=_MOST_ORIGINS)
    if not lots:
        message = f"The account never had points through {usable_through}."
        raise NoSuchDayError(message)
    return usable_through, lots


def _number(asked: str) -> int | None:
    is_number = asked.isascii() and asked.isdigit() and len(asked) <= _MOST_DIGITS
    return int(asked) if is_number else None
