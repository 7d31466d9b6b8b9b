"""What many accounts hold today, in few statements."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Sum

from pointclub.points.models import Account, Lot


@dataclass(frozen=True, slots=True)
class AccountSummary:
    """What can be used today, and what of it lapses next."""

    usable: int
    next_lapse_on: dt.date | None
    next_lapse_points: int


def summarise_accounts(account_ids: Sequence[UUID], *, on: dt.date) -> dict[UUID, AccountSummary]:
    """Return what each of the accounts holds, by the running figures: for today, not for a day past."""
    arrears = dict(Account.objects.filter(id__in=account_ids).values_list("id", "arrears"))
    held = Lot.objects.filter(account_id__in=account_ids, remaining__gt=0, usable_through__gte=on)
    by_day = held.values_list("account_id", "usable_through").annotate(points=Sum("remaining"))
    days: dict[UUID, list[tuple[dt.date, int]]] = {account_id: [] for account_id in account_ids}
    for account_id, day, number in by_day.order_by("account_id", "usable_through"):
        days[account_id].append((day, number))
    return {account_id: _summary(days[account_id], arrears[account_id]) for account_id in account_ids}


def _summary(days: Sequence[tuple[dt.date, int]], arrears: int) -> AccountSummary:
    usable = max(0, sum(number for _, number in days) - arrears)
    next_on, next_points = days[0] if days else (None, 0)
    return AccountSummary(usable, next_on, next_points)
