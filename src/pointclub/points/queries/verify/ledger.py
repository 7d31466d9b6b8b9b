"""Do all figures follow from the postings, and all hashes from what they cover? (invariants I1-I7, I10)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from django.db import connection

from pointclub.points.models import MonthClose
from pointclub.points.queries.month import month_figures
from pointclub.points.queries.verify.chain import CHAIN
from pointclub.points.queries.verify.checking import Difference, in_one_statement, run_checks
from pointclub.points.queries.verify.figures import FIGURES
from pointclub.points.queries.verify.promises import PROMISES

_ACCOUNTS_AT_A_TIME = 5_000

_CHECKS = in_one_statement((*FIGURES, *PROMISES, *CHAIN), accounts="BETWEEN %(first)s AND %(last)s")

_NEXT_BOUND = """
SELECT min(id::text)::uuid, max(id::text)::uuid, count(*)
FROM (SELECT id FROM points_account WHERE id > %s ORDER BY id LIMIT %s) AS chunk
"""


@dataclass(frozen=True, slots=True)
class Verified:
    """One chunk of accounts gone through."""

    accounts: int
    differences: tuple[Difference, ...]


def verify_ledger() -> Iterator[Verified]:
    """Recompute every running figure and every hash; yield what differs, a chunk of accounts at a time."""
    after = UUID(int=0)
    while True:
        with connection.cursor() as cursor:
            cursor.execute(_NEXT_BOUND, [after, _ACCOUNTS_AT_A_TIME])
            first, last, accounts = cursor.fetchone()
        if not accounts:
            break
        yield Verified(accounts, tuple(run_checks(_CHECKS, {"first": first, "last": last})))
        after = last
    yield Verified(0, tuple(_closed_months_that_differ()))


def _closed_months_that_differ() -> Iterator[Difference]:
    for closed in MonthClose.objects.order_by("month_end"):
        follows = month_figures(month=closed.month_end)
        if follows != closed.figures:
            yield Difference(None, f"closed month {closed}", str(closed.figures), str(follows))
