"""What *my page* says: questions to the modules below, and pure functions that put the answers in order."""

import dataclasses
from collections.abc import Sequence

from pointclub.earning import queries as earning
from pointclub.points import queries as points
from pointclub.portal.history_lines import HistoryLine, ask_stories, list_names, tell_history
from pointclub.portal.lapses import Lapsing, NextLapse, find_next_lapse, list_lapsing
from pointclub.portal.visits import Visit

RECENT_ENTRIES = 10
DAYS_AT_ONCE = 4


@dataclasses.dataclass(frozen=True)
class Figures:
    """What is not shown while enquiry is paused."""

    usable: int
    pending: int
    arrears: int
    next_lapse: NextLapse | None
    lapsing: tuple[Lapsing, ...]
    later_lapsing: tuple[Lapsing, ...]
    history: tuple[HistoryLine, ...]


def get_figures(visit: Visit) -> Figures:
    """Return the page's figures as they are at the visit."""
    history = points.get_history(visit.account_id, on=visit.on, limit=RECENT_ENTRIES)
    stories = ask_stories(visit.account_id, history, names=list_names(visit.membership_id))
    return compose_figures(
        points.get_balance(visit.account_id, on=visit.on),
        pending=earning.pending_points(visit.account_id),
        history=tell_history(history, stories),
    )


def compose_figures(balance: points.Balance, *, pending: int, history: Sequence[HistoryLine]) -> Figures:
    """Put a balance in the order in which its points lapse (BAL-1, EXP-6)."""
    lapsing = list_lapsing(balance)
    return Figures(
        usable=balance.usable,
        pending=pending,
        arrears=balance.arrears,
        next_lapse=find_next_lapse(lapsing, on=balance.on),
        lapsing=tuple(lapsing[:DAYS_AT_ONCE]),
        later_lapsing=tuple(lapsing[DAYS_AT_ONCE:]),
        history=tuple(history),
    )
