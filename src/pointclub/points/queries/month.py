"""What a month moved, and what was outstanding at its end."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import connection

from pointclub.foundation.periods import last_day_of_month

# Sums over all accounts: only days that are over are asked for, so no snapshot of a moving ledger is needed.
_MOVED = """
SELECT posting.contra, coalesce(sum(posting.points) FILTER (WHERE posting.points > 0), 0),
       coalesce(sum(posting.points) FILTER (WHERE posting.points < 0), 0)
FROM points_posting AS posting
JOIN points_transaction AS written ON written.account_id = posting.account_id AND written.id = posting.transaction_id
WHERE written.value_on BETWEEN %s AND %s GROUP BY posting.contra ORDER BY posting.contra
"""

_OUTSTANDING = """
SELECT to_char(lot.usable_through, 'YYYY-MM'), sum(posting.points)
FROM points_posting AS posting
JOIN points_transaction AS written ON written.account_id = posting.account_id AND written.id = posting.transaction_id
LEFT JOIN points_lot AS lot ON lot.account_id = posting.account_id AND lot.id = posting.lot_id
WHERE written.value_on <= %s GROUP BY 1 HAVING sum(posting.points) <> 0 ORDER BY 1
"""


def month_figures(*, month: dt.date) -> dict[str, Any]:
    """Return the month's movements by the other side of the books, and the points outstanding at its end.

    Outstanding points are given by the month of their last day; arrears stand under the key ``arrears``, below zero.
    """
    end = last_day_of_month(month)
    with connection.cursor() as cursor:
        cursor.execute(_MOVED, [end.replace(day=1), end])
        moved = {contra: {"in": int(more), "out": int(less)} for contra, more, less in cursor.fetchall()}
        cursor.execute(_OUTSTANDING, [end])
        outstanding = {through or "arrears": int(points) for through, points in cursor.fetchall()}
    return {"month": f"{end:%Y-%m}", "moved": moved, "outstanding": outstanding}
