"""What the nightly lapse still has to record, for whoever plans or watches it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from uuid import UUID

from django.db import connection
from django.db.models import Min

from pointclub.points.models import Lot

# Whole accounts, so that the next chunk begins with another one.
_FALLING_DUE = """
SELECT lot.account_id, lot.usable_through, sum(lot.remaining)::bigint, account.arrears > 0
FROM points_lot AS lot JOIN points_account AS account ON account.id = lot.account_id
WHERE lot.account_id IN (
    SELECT DISTINCT open.id FROM points_account AS open JOIN points_lot AS due ON due.account_id = open.id
    WHERE due.usable_through BETWEEN %s AND %s AND due.remaining > 0 AND open.closed_at IS NULL AND open.id > %s
    ORDER BY open.id LIMIT %s
) AND lot.usable_through BETWEEN %s AND %s AND lot.remaining > 0
GROUP BY lot.account_id, lot.usable_through, account.arrears
ORDER BY lot.account_id, lot.usable_through
"""


@dataclass(frozen=True, slots=True)
class FallingDue:
    """Points of one account with one last day."""

    account_id: UUID
    usable_through: dt.date
    points: int
    has_arrears: bool


def count_accounts_due(*, on: dt.date) -> int:
    """Return in how many accounts points are past their last day and not yet recorded as lapsed."""
    return Lot.objects.filter(remaining__gt=0, usable_through__lt=on).values("account_id").distinct().count()


def find_first_lapse() -> dt.date | None:
    """Return the first day on which points of today's lots have lapsed or will."""
    earliest = Lot.objects.filter(remaining__gt=0).aggregate(earliest=Min("usable_through"))["earliest"]
    return None if earliest is None else earliest + dt.timedelta(days=1)


def list_falling_due(*, first: dt.date, last: dt.date, after: UUID, limit: int) -> list[FallingDue]:
    """Return what has its last day from ``first`` through ``last``, of the next so many open accounts (EXP-6)."""
    with connection.cursor() as cursor:
        cursor.execute(_FALLING_DUE, [first, last, after, limit, first, last])
        return [FallingDue(*row) for row in cursor.fetchall()]
