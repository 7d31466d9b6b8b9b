"""Many checks in one statement, which reads every row once and sees one state of the books."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection, transaction

# What an account owns lies scattered over its table, in the order of time. Read once for each chunk of accounts, and
# not once more for each check, it is copied under its own name, which hides the table from the checks.
_READ_ONCE = ("points_lot", "points_transaction", "points_posting")

# A plan that is right whatever the statistics say, and even where there are none, as after an import. A whole table
# read for every chunk would make the time grow with the square of its size, nested loops over the copies likewise.
_PLAN = ("enable_seqscan = off", "enable_nestloop = off", "jit = off")


@dataclass(frozen=True, slots=True)
class Difference:
    """A figure or hash that does not follow from what it stands on."""

    account_id: UUID | None
    what: str
    stands: int | str
    follows: int | str


def in_one_statement(checks: Iterable[str], *, accounts: str) -> str:
    """Return all checks as one; ``accounts`` is the condition that follows an account's id.

    Each check returns rows of account, what differs, what stands there, and what follows.
    """
    copies = ", ".join(
        f"{table} AS MATERIALIZED (SELECT * FROM {table} WHERE account_id {accounts})"  # noqa: S608 -- only constants
        for table in _READ_ONCE
    )
    found = " UNION ALL ".join(
        f"SELECT account_id, what, to_json(stands)::text, to_json(follows)::text FROM ({check})"  # noqa: S608 -- likewise
        " AS found (account_id, what, stands, follows)"
        for check in checks
    )
    return f"WITH {copies} {found}"


@contextmanager
def steady_plans() -> Iterator[None]:
    """Let every statement of the block, which stands in a transaction, read by index and join by hash."""
    with connection.cursor() as cursor:
        for setting in _PLAN:
            cursor.execute(f"SET LOCAL {setting}")
        yield
        for setting in _PLAN:
            cursor.execute(f"SET LOCAL {setting.partition(' ')[0]} TO DEFAULT")


def run_checks(statement: str, values: Mapping[str, Any]) -> list[Difference]:
    """Return what the checks find."""
    with transaction.atomic(), steady_plans(), connection.cursor() as cursor:
        cursor.execute(statement, values)
        found = cursor.fetchall()
    return [
        Difference(account_id, what, json.loads(stands), json.loads(follows))
        for account_id, what, stands, follows in found
    ]
