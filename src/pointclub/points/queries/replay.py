"""The books rebuilt from the first transaction on into temporary tables, and held against what they say (I11)."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from typing import Any
from uuid import UUID

from django.db import connection

from pointclub.foundation.postgresql.snapshots import one_snapshot
from pointclub.points.queries.comparing import comparisons
from pointclub.points.queries.verify import Difference
from pointclub.points.queries.verify.checking import steady_plans
from pointclub.points.rules.allocating import Allocations
from pointclub.points.rules.replaying import LotTerms, Rebuilt, WrittenPosting, WrittenTransaction, rebuild

_ACCOUNTS_AT_A_TIME = 1_000
_PERCENT = 100

_NEXT_ACCOUNTS = "SELECT id FROM points_account WHERE id > %s ORDER BY id LIMIT %s"

_LOTS = """
SELECT account_id, id, usable_through, first_posted_on, kind,
       CASE WHEN origin_account_id = account_id THEN origin_lot_id END
FROM points_lot WHERE account_id = ANY(%s)
"""

_WRITTEN = """
SELECT written.account_id, written.sequence, written.kind, written.value_on,
       posting.id, posting.lot_id, posting.points, posting.contra, posting.source_id
FROM points_transaction AS written
LEFT JOIN points_posting AS posting
    ON posting.account_id = written.account_id AND posting.transaction_id = written.id
   AND posting.account_id = ANY(%(accounts)s)
WHERE written.account_id = ANY(%(accounts)s) AND written.value_on <= %(on)s
ORDER BY written.account_id, written.sequence, posting.id
"""

# What the lines of redemptions took and got back, as rebuilt: whoever keeps lines holds them against it.
REBUILT_ALLOCATIONS = "rebuilt_allocation"

_CREATE_REBUILT = """
CREATE TEMPORARY TABLE IF NOT EXISTS rebuilt_account (
    account_id uuid PRIMARY KEY, book_balance bigint NOT NULL, arrears bigint NOT NULL, last_sequence bigint NOT NULL
);
CREATE TEMPORARY TABLE IF NOT EXISTS rebuilt_lot (
    account_id uuid, lot_id uuid, granted bigint NOT NULL, remaining bigint NOT NULL, PRIMARY KEY (account_id, lot_id)
);
CREATE TEMPORARY TABLE IF NOT EXISTS rebuilt_allocation (
    account_id uuid NOT NULL, sequence bigint NOT NULL, line_id uuid, lot_id uuid NOT NULL, points bigint NOT NULL
)
"""


@dataclass(frozen=True, slots=True)
class ReplayScope:
    """Which part of the books a replay goes through.

    ``sample_percent`` takes so many of a hundred accounts, chosen by account and ``salt`` alone, so that a run can be
    repeated; without ``as_of`` the running figures of today are compared.
    """

    as_of: dt.date | None = None
    sample_percent: int = _PERCENT
    salt: str = ""


@dataclass(frozen=True, slots=True)
class Replayed:
    """One chunk of accounts gone through; ``accounts`` counts those of the sample, ``passed`` all of the chunk."""

    passed: int
    accounts: int
    postings: int
    differences: tuple[Difference, ...]


# Asks of some accounts what else does not follow from their transactions, within the snapshot of the replay.
AlsoCompared = Callable[[Sequence[UUID]], Iterable[Difference]]


def replay_ledger(scope: ReplayScope, *, also: Sequence[AlsoCompared] = ()) -> Iterator[Replayed]:
    """Rebuild lots, allocations, balances and arrears account by account; yield what differs, a chunk at a time.

    ``also`` is what other modules keep of the same acts; it is asked where the replay goes through to today. Each chunk
    is read in one snapshot, so acts that go on meanwhile are no difference, and memory stays constant.
    """
    after = UUID(int=0)
    while True:
        with connection.cursor() as cursor:
            cursor.execute(_NEXT_ACCOUNTS, [after, _ACCOUNTS_AT_A_TIME])
            chunk = [account_id for (account_id,) in cursor.fetchall()]
        if not chunk:
            return
        sample = [account_id for account_id in chunk if _is_in_sample(account_id, scope)]
        postings, differences = _replay_chunk(sample, scope.as_of, also) if sample else (0, [])
        yield Replayed(len(chunk), len(sample), postings, tuple(differences))
        after = chunk[-1]


def _is_in_sample(account_id: UUID, scope: ReplayScope) -> bool:
    digest = hashlib.blake2b(account_id.bytes + scope.salt.encode(), digest_size=8).digest()
    return int.from_bytes(digest) % _PERCENT < scope.sample_percent


def _replay_chunk(
    account_ids: Sequence[UUID], as_of: dt.date | None, also: Sequence[AlsoCompared]
) -> tuple[int, list[Difference]]:
    parameters: dict[str, Any] = {"accounts": list(account_ids), "on": as_of or dt.date.max}
    with connection.cursor() as cursor:
        cursor.execute(_CREATE_REBUILT)
    with one_snapshot(), steady_plans(), connection.cursor() as cursor:
        for table in ("rebuilt_account", "rebuilt_lot", REBUILT_ALLOCATIONS):
            cursor.execute(f"DELETE FROM {table}")  # noqa: S608 -- constants
        rebuilt = dict(_rebuild_all(account_ids, parameters))
        _keep(rebuilt)
        found = [
            Difference(account_id, f"replay: {what}", "", "")
            for account_id, account in rebuilt.items()
            for what in account.broken
        ]
        for statement in comparisons(as_of):
            cursor.execute(statement, parameters)
            found += (Difference(*row) for row in cursor.fetchall())
        if as_of is None:
            found += (difference for ask in also for difference in ask(account_ids))
    return sum(account.postings for account in rebuilt.values()), found


def _rebuild_all(account_ids: Sequence[UUID], parameters: dict[str, Any]) -> Iterator[tuple[UUID, Rebuilt]]:
    lots: dict[UUID, list[LotTerms]] = {account_id: [] for account_id in account_ids}
    with connection.cursor() as cursor:
        cursor.execute(_LOTS, [list(account_ids)])
        for account_id, *terms in cursor.fetchall():
            lots[account_id].append(LotTerms(*terms))
    rebuilt = dict.fromkeys(account_ids, Rebuilt())
    with connection.chunked_cursor() as cursor:
        cursor.execute(_WRITTEN, parameters)
        for account_id, rows in groupby(cursor, key=itemgetter(0)):
            account = rebuilt[account_id] = rebuild(_transactions(rows), lots=lots[account_id])
            _keep_allocations(account_id, account)
    return iter(rebuilt.items())


def _transactions(rows: Iterable[tuple[Any, ...]]) -> Iterator[WrittenTransaction]:
    for (sequence, kind, value_on), of_one in groupby(rows, key=itemgetter(1, 2, 3)):
        postings = tuple(WrittenPosting(*row[4:]) for row in of_one if row[4] is not None)
        yield WrittenTransaction(sequence, kind, value_on, postings)


def _keep(rebuilt: dict[UUID, Rebuilt]) -> None:
    with connection.cursor() as cursor:
        with cursor.copy("COPY rebuilt_account FROM STDIN") as copy:
            for account_id, account in rebuilt.items():
                copy.write_row((account_id, account.book_balance, account.arrears, account.last_sequence))
        with cursor.copy("COPY rebuilt_lot FROM STDIN") as copy:
            for account_id, account in rebuilt.items():
                for lot in account.lots.values():
                    copy.write_row((account_id, lot.terms.id, lot.granted, lot.remaining))


def _keep_allocations(account_id: UUID, account: Rebuilt) -> None:
    """Write an account's allocations at once and let go of them: all of a thousand accounts would be too many."""
    if account.allocations:
        with connection.cursor() as cursor, cursor.copy("COPY rebuilt_allocation FROM STDIN") as copy:
            for one in account.allocations:
                copy.write_row((account_id, one.sequence, one.line_id, one.lot_id, one.points))
    account.allocations = []
    account.held_by_lines = Allocations()
