"""Points lapse on their day; the job only records what is true already (EXP-1, EXP-2)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import connection

from pointclub.foundation.actors import Actor, system
from pointclub.foundation.acts import act
from pointclub.points.queries.chained import LOT_LINE, POSTING_LINE, content

_ACCOUNTS_AT_A_TIME = 1_000
_BY_ITSELF = system("lapse")

# One lot, one transaction: each has its own value day, the day after the lot's last. Ids derive from account and
# sequence, so that the statement needs no volatile function. An account's transactions hang on one another, so the
# hashes come one round after the other, as many rounds as an account has lots that lapse together; what is still to be
# hashed goes along in arrays, because a join at each round could become one of all rows with all rows.
_LAPSE = f"""
WITH RECURSIVE due AS (
    SELECT lot.account_id, lot.id AS lot_id, lot.remaining, {LOT_LINE} AS line, account.head,
           greatest(lot.usable_through + 1, %(value_from)s::date) AS value_on,
           account.last_sequence + row_number() OVER (
               PARTITION BY lot.account_id ORDER BY lot.usable_through, lot.first_posted_on, lot.id
           ) AS sequence
    FROM points_lot AS lot
    JOIN points_account AS account ON account.id = lot.account_id
    WHERE lot.account_id = ANY(%(accounts)s) AND lot.remaining > 0 AND lot.usable_through < %(on)s
), content AS (
    SELECT due.account_id, due.head, due.sequence, due.remaining, due.value_on, {content(POSTING_LINE)} AS content
    FROM due
    CROSS JOIN LATERAL (
        SELECT due.account_id, md5(due.account_id::text || ':' || due.sequence)::uuid AS id, due.sequence,
               'lapse' AS kind, 'lapse:' || due.sequence AS business_key, NULL::bytea AS fingerprint,
               %(at)s::timestamptz AS occurred_at, due.value_on, %(at)s::timestamptz AS recorded_at,
               %(actor)s::text AS actor, NULL::uuid AS reverses_id, NULL::uuid AS approval_id,
               NULL::bytea AS reason_digest
    ) AS written
    CROSS JOIN LATERAL (
        SELECT md5(due.account_id::text || ':' || due.sequence || ':lapsed')::uuid AS id, -due.remaining AS points,
               'lapsed' AS contra, NULL::uuid AS contra_party_id, NULL::uuid AS source_id, due.lot_id
    ) AS posting
    CROSS JOIN LATERAL (SELECT due.line) AS lot
), waiting AS (
    SELECT account_id, head, min(sequence) AS sequence, sum(remaining) AS points,
           array_agg(value_on ORDER BY sequence) AS value_on, array_agg(content ORDER BY sequence) AS content
    FROM content GROUP BY account_id, head
), chained AS (
    SELECT account_id, sequence, points, value_on, content, sha256(head || content[1]) AS hash FROM waiting
    UNION ALL
    SELECT account_id, sequence + 1, points, value_on[2:], content[2:], sha256(hash || content[2])
    FROM chained WHERE cardinality(content) > 1
), written AS (
    INSERT INTO points_transaction
        (account_id, id, sequence, kind, business_key, occurred_at, value_on, recorded_at, actor, reason, hash)
    SELECT account_id, md5(account_id::text || ':' || sequence)::uuid, sequence, 'lapse', 'lapse:' || sequence, %(at)s,
           value_on[1], %(at)s, %(actor)s, '', hash
    FROM chained
), posted AS (
    INSERT INTO points_posting (account_id, id, transaction_id, lot_id, points, contra)
    SELECT account_id, md5(account_id::text || ':' || sequence || ':lapsed')::uuid,
           md5(account_id::text || ':' || sequence)::uuid, lot_id, -remaining, 'lapsed'
    FROM due
), emptied AS (
    UPDATE points_lot AS lot SET remaining = 0
    FROM due WHERE lot.account_id = due.account_id AND lot.id = due.lot_id
), carried AS (
    UPDATE points_account AS account
    SET book_balance = account.book_balance - chained.points, last_sequence = chained.sequence, head = chained.hash
    FROM chained
    WHERE account.id = chained.account_id AND cardinality(chained.content) = 1
)
SELECT count(DISTINCT account_id), coalesce(sum(remaining), 0) FROM due
"""  # noqa: S608 -- only constants are put in

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
