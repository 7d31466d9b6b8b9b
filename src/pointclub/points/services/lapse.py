"""Points lapse on their day; the job only records what is true already (EXP-1, EXP-2)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import connection

from pointclub.foundation.actors import Actor, system
from pointclub.foundation.acts import act

_ACCOUNTS_AT_A_TIME = 1_000
_BY_ITSELF = system("lapse")

# One lot, one transaction: each has its own value day, the day after the lot's last. Ids derive from account and
# sequence, so that the statement needs no volatile function.
_LAPSE = """
WITH due AS (
    SELECT lot.account_id, lot.id, lot.remaining,
           greatest(lot.usable_through + 1, %(value_from)s::date) AS value_on,
           account.last_sequence + row_number() OVER (
               PARTITION BY lot.account_id ORDER BY lot.usable_through, lot.first_posted_on, lot.id
           ) AS sequence
    FROM points_lot AS lot
    JOIN points_account AS account ON account.id = lot.account_id
    WHERE lot.account_id = ANY(%(accounts)s) AND lot.remaining > 0 AND lot.usable_through < %(on)s
), written AS (
    INSERT INTO points_transaction
        (account_id, id, sequence, kind, business_key, occurred_at, value_on, recorded_at, actor, reason)
    SELECT account_id, md5(account_id::text || ':' || sequence)::uuid, sequence, 'lapse', 'lapse:' || sequence,
           %(at)s, value_on, %(at)s, %(actor)s, ''
    FROM due
), posted AS (
    INSERT INTO points_posting (account_id, id, transaction_id, lot_id, points, contra)
    SELECT account_id, md5(account_id::text || ':' || sequence || ':lapsed')::uuid,
           md5(account_id::text || ':' || sequence)::uuid, id, -remaining, 'lapsed'
    FROM due
), emptied AS (
    UPDATE points_lot AS lot SET remaining = 0
    FROM due WHERE lot.account_id = due.account_id AND lot.id = due.id
), carried AS (
    UPDATE points_account AS account
    SET book_balance = account.book_balance - lapsed.points, last_sequence = lapsed.last_sequence
    FROM (
        SELECT account_id, sum(remaining) AS points, max(sequence) AS last_sequence FROM due GROUP BY account_id
    ) AS lapsed
    WHERE account.id = lapsed.account_id
)
SELECT count(DISTINCT account_id), coalesce(sum(remaining), 0) FROM due
"""

_NEXT_ACCOUNTS_DUE = """
SELECT DISTINCT account_id FROM points_lot
WHERE remaining > 0 AND usable_through < %s AND account_id > %s ORDER BY account_id LIMIT %s
"""


@dataclass(frozen=True, slots=True)
class Lapsed:
    """What a run found due."""

    accounts: int
    points: int


def lapse_due_lots(
    account_ids: Sequence[UUID], *, on: dt.date, at: dt.datetime, value_from: dt.date = dt.date.min
) -> int:
    """Lapse what is past its last day on ``on``; return the points lapsed.

    The caller holds the locks of the accounts. A lapse counts from the day after the lot's last, and never before
    ``value_from``: points that arrive after their own last day lapse on arrival, not before it.
    """
    return _lapse(account_ids, on=on, at=at, actor=_BY_ITSELF, value_from=value_from).points


def lapse_all_due(*, on: dt.date, at: dt.datetime, actor: Actor) -> Iterator[Lapsed]:
    """Lapse what is due in all accounts, a chunk of accounts per transaction; yield each chunk's figures.

    Stopped midway it has done the chunks it yielded; run again it finds only what is left. Two runs at once share
    the work, because a lot that one has lapsed is empty for the other.
    """
    after = UUID(int=0)
    while True:
        chunk, lapsed = _lapse_next(on=on, at=at, actor=actor, after=after)
        if not chunk:
            return
        yield lapsed
        after = chunk[-1]


@act
def _lapse_next(*, on: dt.date, at: dt.datetime, actor: Actor, after: UUID) -> tuple[list[UUID], Lapsed]:
    chunk = _lock_next_due(on=on, after=after)
    return chunk, _lapse(chunk, on=on, at=at, actor=actor, value_from=dt.date.min)


def _lock_next_due(*, on: dt.date, after: UUID) -> list[UUID]:
    with connection.cursor() as cursor:
        cursor.execute(_NEXT_ACCOUNTS_DUE, [on, after, _ACCOUNTS_AT_A_TIME])
        chunk = [account_id for (account_id,) in cursor.fetchall()]
        if chunk:
            cursor.execute("SELECT id FROM points_account WHERE id = ANY(%s) ORDER BY id FOR NO KEY UPDATE", [chunk])
    return chunk


def _lapse(account_ids: Sequence[UUID], *, on: dt.date, at: dt.datetime, actor: Actor, value_from: dt.date) -> Lapsed:
    with connection.cursor() as cursor:
        cursor.execute(
            _LAPSE,
            {
                "accounts": list(account_ids),
                "on": on,
                "at": at,
                "value_from": value_from,
                "actor": str(actor),
            },
        )
        accounts, points = cursor.fetchone()
    return Lapsed(int(accounts), int(points))
