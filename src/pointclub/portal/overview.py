"""What the page on points and expiry says."""

import dataclasses

from pointclub.earning import queries as earning
from pointclub.points import queries as points
from pointclub.portal.lapses import NextLapse, Schedule, find_next_lapse, list_lapsing, plan_months
from pointclub.portal.visits import Visit


@dataclasses.dataclass(frozen=True)
class Overview:
    """What can be used, what waits, and what lapses month by month (BAL-1, EXP-6)."""

    usable: int
    pending: int
    arrears: int
    next_lapse: NextLapse | None
    schedule: Schedule


def get_overview(visit: Visit) -> Overview:
    """Return the page's figures as they are at the visit."""
    balance = points.get_balance(visit.account_id, on=visit.on)
    return Overview(
        usable=balance.usable,
        pending=earning.pending_points(visit.account_id),
        arrears=balance.arrears,
        next_lapse=find_next_lapse(list_lapsing(balance), on=balance.on),
        schedule=plan_months(balance),
    )
