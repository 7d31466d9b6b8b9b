"""What lapsed, or will, in a span of days: what an announcement of another expiry date is prepared from."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from uuid import UUID

from django.db import connection

_LAPSES = """
SELECT lot.account_id, lot.id, lot.usable_through, lot.remaining - coalesce(sum(posting.points), 0) AS points
FROM points_lot AS lot
LEFT JOIN points_posting AS posting
    ON posting.account_id = lot.account_id AND posting.lot_id = lot.id AND posting.contra = 'lapsed'
WHERE lot.usable_through BETWEEN %s AND %s
GROUP BY lot.account_id, lot.id HAVING lot.remaining - coalesce(sum(posting.points), 0) > 0
ORDER BY lot.usable_through, lot.account_id, lot.id
"""


@dataclass(frozen=True, slots=True)
class Lapsing:
    """A lot whose last day lies in the span, with the points that lapsed or are still in it."""

    account_id: UUID
    lot_id: UUID
    usable_through: dt.date
    points: int


def list_lapses_between(*, first: dt.date, last: dt.date) -> list[Lapsing]:
    """Return what was or will be lost by lots whose last day lies from ``first`` through ``last`` (SUS-1, EXP-4)."""
    with connection.cursor() as cursor:
        cursor.execute(_LAPSES, [first, last])
        return [Lapsing(account_id, lot_id, day, int(points)) for account_id, lot_id, day, points in cursor.fetchall()]
