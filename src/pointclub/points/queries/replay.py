"""The books rebuilt from the first transaction on into temporary tables, and held against what they say (I11)."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from typing import Any
from uuid import UUID

from django.db import connection

from pointclub.foundation.postgresql.snapshots import one_snapshot
from pointclub.points.queries.verify import Difference
from pointclub.points.rules.replaying import LotTerms, Rebuilt, WrittenPosting, WrittenTransaction, rebuild

_ACCOUNTS_AT_A_TIME = 1_000
_PERCENT = 100

_NEXT_ACCOUNTS = "SELECT id FROM points_account WHERE id > %s ORDER BY id LIMIT %s"

_LOTS = "SELECT account_id, id, usable_through, first_posted_on FROM points_lot WHERE account_id = ANY(%s)"

_WRITTEN = """
SELECT written.account_id, written.sequence, written.kind, written.value_on,
       posting.id, posting.lot_id, posting.points, posting.contra
FROM points_transaction AS written
LEFT JOIN points_posting AS posting
    ON posting.account_id = written.account_id AND posting.transaction_id = written.id
WHERE written.account_id = ANY(%(accounts)s) AND written.value_on <= %(on)s
ORDER BY written.account_id, written.sequence, posting.id
"""

_CREATE_REBUILT = """
CREATE TEMPORARY TABLE IF NOT EXISTS rebuilt_account (
    account_id uuid PRIMARY KEY, book_balance bigint NOT NULL, arrears bigint NOT NULL, last_sequence bigint NOT NULL
);
CREATE TEMPORARY TABLE IF NOT EXISTS rebuilt_lot (
    account_id uuid, lot_id uuid, granted bigint NOT NULL, remaining bigint NOT NULL, PRIMARY KEY (account_id, lot_id)
)
"""

_ACCOUNTS_NOW = """
SELECT id AS account_id, book_balance, arrears, last_sequence FROM points_account WHERE id = ANY(%(accounts)s)
"""

_LOTS_NOW = "SELECT account_id, id AS lot_id, granted, remaining FROM points_lot WHERE account_id = ANY(%(accounts)s)"

# Of a day in the past no running figure is kept: the sums over what counted by then stand for them.
_ACCOUNTS_AS_OF = """
SELECT account.id AS account_id, coalesce(sum(posting.points), 0) AS book_balance,
       -coalesce(sum(posting.points) FILTER (WHERE posting.lot_id IS NULL), 0) AS arrears,
       coalesce(max(written.sequence), 0) AS last_sequence
FROM points_account AS account
LEFT JOIN points_transaction AS written ON written.account_id = account.id AND written.value_on <= %(on)s
LEFT JOIN points_posting AS posting
    ON posting.account_id = written.account_id AND posting.transaction_id = written.id
WHERE account.id = ANY(%(accounts)s) GROUP BY account.id
"""

_LOTS_AS_OF = """
SELECT posting.account_id, posting.lot_id,
       coalesce(sum(posting.points) FILTER (
           WHERE posting.points > 0 AND posting.contra NOT IN ('redeemed', 'lapsed', 'forfeited')
       ), 0) AS granted, sum(posting.points) AS remaining
FROM points_posting AS posting
JOIN points_transaction AS written
    ON written.account_id = posting.account_id AND written.id = posting.transaction_id AND written.value_on <= %(on)s
WHERE posting.account_id = ANY(%(accounts)s) AND posting.lot_id IS NOT NULL
GROUP BY posting.account_id, posting.lot_id
"""

_ACCOUNTS_THAT_DIFFER = """
SELECT coalesce(stands.account_id, rebuilt.account_id), 'replay: account ' || figure.name, figure.stands, figure.follows
FROM ({stands}) AS stands FULL JOIN rebuilt_account AS rebuilt ON rebuilt.account_id = stands.account_id
CROSS JOIN LATERAL (VALUES
    ('book_balance', stands.book_balance, rebuilt.book_balance),
    ('arrears', stands.arrears, rebuilt.arrears),
    ('last_sequence', stands.last_sequence, rebuilt.last_sequence)
) AS figure (name, stands, follows)
WHERE figure.stands IS DISTINCT FROM figure.follows ORDER BY 1, 2
"""

_LOTS_THAT_DIFFER = """
SELECT coalesce(stands.account_id, rebuilt.account_id),
       'replay: lot ' || coalesce(stands.lot_id, rebuilt.lot_id) || ' ' || figure.name, figure.stands, figure.follows
FROM ({stands}) AS stands
FULL JOIN rebuilt_lot AS rebuilt ON rebuilt.account_id = stands.account_id AND rebuilt.lot_id = stands.lot_id
CROSS JOIN LATERAL (VALUES
    ('granted', coalesce(stands.granted, 0), coalesce(rebuilt.granted, 0)),
    ('remaining', coalesce(stands.remaining, 0), coalesce(rebuilt.remaining, 0))
) AS figure (name, stands, follows)
WHERE figure.stands <> figure.follows ORDER BY 1, 2
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


def replay_ledger(scope: ReplayScope) -> Iterator[Replayed]:
    """Rebuild lots, balances and arrears account by account; yield what differs, a chunk of accounts at a time.

    Each chunk is read in one snapshot, so acts that go on meanwhile are no difference, and memory stays constant.
    """
    after = UUID(int=0)
    while True:
        with connection.cursor() as cursor:
            cursor.execute(_NEXT_ACCOUNTS, [after, _ACCOUNTS_AT_A_TIME])
            chunk = [account_id for (account_id,) in cursor.fetchall()]
        if not chunk:
            return
        sample = [account_id for account_id in chunk if _is_in_sample(account_id, scope)]
        postings, differences = _replay_chunk(sample, as_of=scope.as_of) if sample else (0, [])
        yield Replayed(len(chunk), len(sample), postings, tuple(differences))
        after = chunk[-1]


def _is_in_sample(account_id: UUID, scope: ReplayScope) -> bool:
    digest = hashlib.blake2b(account_id.bytes + scope.salt.encode(), digest_size=8).digest()
    return int.from_bytes(digest) % _PERCENT < scope.sample_percent


def _replay_chunk(account_ids: Sequence[UUID], *, as_of: dt.date | None) -> tuple[int, list[Difference]]:
    parameters: dict[str, Any] = {"accounts": list(account_ids), "on": as_of or dt.date.max}
    with connection.cursor() as cursor:
        cursor.execute(_CREATE_REBUILT)
    with one_snapshot(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM rebuilt_account")
        cursor.execute("DELETE FROM rebuilt_lot")
        rebuilt = dict(_rebuild_all(account_ids, parameters))
        _keep(rebuilt)
        found = [
            Difference(account_id, f"replay: {what}", "", "")
            for account_id, account in rebuilt.items()
            for what in account.broken
        ]
        accounts, lots = (_ACCOUNTS_NOW, _LOTS_NOW) if as_of is None else (_ACCOUNTS_AS_OF, _LOTS_AS_OF)
        for statement in (_ACCOUNTS_THAT_DIFFER.format(stands=accounts), _LOTS_THAT_DIFFER.format(stands=lots)):
            cursor.execute(statement, parameters)
            found += (Difference(*row) for row in cursor.fetchall())
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
            rebuilt[account_id] = rebuild(_transactions(rows), lots=lots[account_id])
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
