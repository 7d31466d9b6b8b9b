"""Do all figures follow from the postings, and all hashes from what they cover? (invariants I1-I7, I10)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper

from pointclub.points.models import MonthClose
from pointclub.points.queries.month import month_figures
from pointclub.points.queries.verify.chain import CHAIN
from pointclub.points.queries.verify.figures import FIGURES
from pointclub.points.queries.verify.promises import PROMISES

_ACCOUNTS_AT_A_TIME = 5_000

# Each statement returns one row per difference: account, what differs, what stands there, what follows. %(first)s and
# %(last)s bound a chunk of accounts; sums are taken per chunk, so memory stays constant.
_CHECKS = (*FIGURES, *PROMISES, *CHAIN)

_NEXT_BOUND = """
SELECT min(id::text)::uuid, max(id::text)::uuid, count(*)
FROM (SELECT id FROM points_account WHERE id > %s ORDER BY id LIMIT %s) AS chunk
"""


@dataclass(frozen=True, slots=True)
class Difference:
    """A figure or hash that does not follow from what it stands on."""

    account_id: UUID | None
    what: str
    stands: int | str
    follows: int | str


@dataclass(frozen=True, slots=True)
class Verified:
    """One chunk of accounts gone through."""

    accounts: int
    differences: tuple[Difference, ...]


def verify_ledger() -> Iterator[Verified]:
    """Recompute every running figure and every hash; yield what differs, a chunk of accounts at a time."""
    after = UUID(int=0)
    with connection.cursor() as cursor:
        while True:
            cursor.execute(_NEXT_BOUND, [after, _ACCOUNTS_AT_A_TIME])
            first, last, accounts = cursor.fetchone()
            if not accounts:
                break
            found = [
                difference
                for check in _CHECKS
                for difference in run_check(cursor, check, {"first": first, "last": last})
            ]
            yield Verified(accounts, tuple(found))
            after = last
    yield Verified(0, tuple(_closed_months_that_differ()))


def run_check(cursor: CursorWrapper, check: str, values: Mapping[str, Any]) -> list[Difference]:
    """Return what one statement finds.

    It goes through all rows of its accounts, so nested loops are never right; where statistics are missing, as after
    an import, the planner would choose them all the same, and take hours.
    """
    with transaction.atomic():
        cursor.execute("SET LOCAL enable_nestloop = off")
        cursor.execute(check, values)
        found = [Difference(*row) for row in cursor.fetchall()]
        cursor.execute("SET LOCAL enable_nestloop TO DEFAULT")
    return found


def _closed_months_that_differ() -> Iterator[Difference]:
    for closed in MonthClose.objects.order_by("month_end"):
        follows = month_figures(month=closed.month_end)
        if follows != closed.figures:
            yield Difference(None, f"closed month {closed}", str(closed.figures), str(follows))
