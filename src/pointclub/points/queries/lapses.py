"""What lapsed, or will, in a span of days: what an announcement of another expiry date is prepared from."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Sum

from pointclub.points.models import Lot, Posting


@dataclass(frozen=True, slots=True)
class Lapsing:
    """A lot whose last day lies in the span, with the points that lapsed or are still in it."""

    account_id: UUID
    lot_id: UUID
    usable_through: dt.date
    points: int


def list_lapses_between(*, first: dt.date, last: dt.date) -> list[Lapsing]:
    """Return what was or will be lost by lots whose last day lies from ``first`` through ``last`` (SUS-1, EXP-4)."""
    lots = Lot.objects.filter(usable_through__range=(first, last)).order_by("usable_through", "account_id", "id")
    lapsed = dict(
        Posting.objects.filter(lot_id__in=lots.values("id"), contra=Posting.Contra.LAPSED)
        .values_list("lot_id")
        .annotate(points=Sum("points"))
    )
    found = (Lapsing(lot.account_id, lot.id, lot.usable_through, lot.remaining - lapsed.get(lot.id, 0)) for lot in lots)
    return [row for row in found if row.points]
