"""An account as staff see it: questions to the modules below, and the answers put in order."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from uuid import UUID

from pointclub.earning import queries as earning
from pointclub.explain import queries as explain
from pointclub.foundation.periods import tokyo_day
from pointclub.office.pages import Pages, page_number
from pointclub.points import queries as points

_A_PAGE = 25


@dataclass(frozen=True)
class AccountPage:
    """What an account holds at an instant, where each point of it came from, and a page of how it came to be."""

    at: dt.datetime
    balance: points.Balance
    lots: tuple[explain.LotExplained, ...]
    pending: tuple[earning.PendingGrant, ...]
    pending_points: int
    history: Pages[points.HistoryEntry]


def look_into(account_id: UUID, *, at: dt.datetime, page: str | None) -> AccountPage:
    """Return the account as it stands on that day."""
    on = tokyo_day(at)
    explained = explain.explain_balance(account_id, on=on)
    wanted = page_number(page)
    # One more than is shown, so that it is known whether anything follows.
    history = points.get_history(account_id, on=on, limit=wanted * _A_PAGE + 1)
    return AccountPage(
        at=at,
        balance=explained.balance,
        lots=explained.lots,
        pending=explained.pending,
        pending_points=sum(grant.points for grant in explained.pending),
        history=Pages.of(history, page, a_page=_A_PAGE),
    )
