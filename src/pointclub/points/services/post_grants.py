"""The balance update: pending grants reach the balance, many accounts at once (ACC-5).

Who owns the pending grants fills the staging table (:data:`STAGING_TABLE`) by INSERT … SELECT, after locking the
accounts, and marks them as posted afterwards. The rows never pass through Python.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import connection

from pointclub.foundation.actors import Actor
from pointclub.foundation.periods import tokyo_day
from pointclub.points.models import Account, Lot, Posting, Transaction
from pointclub.points.queries.chained import LOT_LINE, POSTING_LINES, content
from pointclub.points.rules.expiry import is_usable
from pointclub.points.services.book import Entry, Leg, LotName, open_book
from pointclub.points.services.lapse import lapse_due_lots
from pointclub.points.services.refusals import MonthClosedError
from pointclub.points.services.restore import carry_on_to_successor

STAGING_TABLE = "pending_grant"

_CREATE_STAGING = f"""
CREATE TEMPORARY TABLE IF NOT EXISTS {STAGING_TABLE} (
    account_id uuid NOT NULL, source_id uuid NOT NULL, points bigint NOT NULL, kind text NOT NULL,
    usable_through date NOT NULL, contra text NOT NULL, contra_party_id uuid, lot_id uuid,
    posted_alone boolean NOT NULL DEFAULT false
) ON COMMIT DELETE ROWS
"""

_SINGLE_ACCOUNTS = f"""
SELECT staged.account_id, staged.source_id, staged.points, staged.kind, staged.usable_through, staged.contra,
       staged.contra_party_id
FROM {STAGING_TABLE} AS staged JOIN points_account AS account ON account.id = staged.account_id
WHERE account.arrears > 0 OR account.closed_at IS NOT NULL
ORDER BY staged.account_id, staged.source_id
"""  # noqa: S608 -- the only name put in is the constant above

_FILL_LOTS = f"""
INSERT INTO points_lot AS lot (account_id, id, kind, usable_through, first_posted_on, granted, remaining)
SELECT account_id, (array_agg(source_id ORDER BY source_id))[1], kind, usable_through, %(on)s, sum(points), sum(points)
FROM {STAGING_TABLE} WHERE NOT posted_alone
GROUP BY account_id, kind, usable_through ORDER BY account_id, usable_through, kind
ON CONFLICT (account_id, kind, usable_through, origin_account_id, origin_lot_id) DO UPDATE
SET granted = lot.granted + excluded.granted, remaining = lot.remaining + excluded.remaining
"""  # noqa: S608 -- the only name put in is the constant above

_NAME_LOTS = f"""
UPDATE {STAGING_TABLE} AS staged SET lot_id = lot.id
FROM points_lot AS lot
WHERE lot.account_id = staged.account_id AND lot.kind = staged.kind AND lot.usable_through = staged.usable_through
  AND lot.origin_lot_id IS NULL AND NOT staged.posted_alone
"""  # noqa: S608 -- likewise

_POST = f"""
WITH total AS (
    SELECT staged.account_id, sum(staged.points) AS points, account.last_sequence + 1 AS sequence
    FROM {STAGING_TABLE} AS staged JOIN points_account AS account ON account.id = staged.account_id
    WHERE NOT staged.posted_alone
    GROUP BY staged.account_id, account.last_sequence
), entry AS (
    SELECT account_id, md5(account_id::text || ':' || sequence)::uuid AS id, sequence, 'update' AS kind,
           'update:' || sequence AS business_key, NULL::bytea AS fingerprint, %(at)s::timestamptz AS occurred_at,
           %(on)s::date AS value_on, %(at)s::timestamptz AS recorded_at, %(actor)s::text AS actor,
           NULL::uuid AS reverses_id, NULL::uuid AS approval_id, NULL::bytea AS reason_digest
    FROM total
), leg AS (
    SELECT account_id, source_id AS id, lot_id, points, contra, contra_party_id, source_id
    FROM {STAGING_TABLE} WHERE NOT posted_alone
), line AS (
    SELECT lot.account_id, lot.id, {LOT_LINE} AS line
    FROM (SELECT DISTINCT account_id, lot_id FROM leg) AS named
    JOIN points_lot AS lot ON lot.account_id = named.account_id AND lot.id = named.lot_id
), lines AS (
    SELECT posting.account_id, {POSTING_LINES} AS lines
    FROM leg AS posting
    JOIN line AS lot ON lot.account_id = posting.account_id AND lot.id = posting.lot_id
    GROUP BY posting.account_id
), chained AS (
    SELECT written.*, sha256(account.head || {content("lines.lines")}) AS hash
    FROM entry AS written
    JOIN lines ON lines.account_id = written.account_id
    JOIN points_account AS account ON account.id = written.account_id
), written AS (
    INSERT INTO points_transaction
        (account_id, id, sequence, kind, business_key, occurred_at, value_on, recorded_at, actor, reason, hash)
    SELECT account_id, id, sequence, kind, business_key, occurred_at, value_on, recorded_at, actor, '', hash
    FROM chained
), posted AS (
    INSERT INTO points_posting
        (account_id, id, transaction_id, lot_id, points, contra, contra_party_id, source_id)
    SELECT leg.account_id, leg.id, entry.id, leg.lot_id, leg.points, leg.contra, leg.contra_party_id, leg.source_id
    FROM leg JOIN entry ON entry.account_id = leg.account_id
), carried AS (
    UPDATE points_account AS account
    SET book_balance = account.book_balance + total.points, last_sequence = total.sequence, head = chained.hash
    FROM total JOIN chained ON chained.account_id = total.account_id
    WHERE account.id = total.account_id
)
SELECT count(*), coalesce(sum(points), 0) FROM total
"""  # noqa: S608 -- only constants are put in

_LATE = f"SELECT DISTINCT account_id FROM {STAGING_TABLE} WHERE usable_through < %s"  # noqa: S608 -- likewise


@dataclass(frozen=True, slots=True)
class Posted:
    """What an update brought into balances."""

    accounts: int
    points: int


def lock_accounts(account_ids: Sequence[UUID]) -> None:
    """Lock the accounts in the order of their ids."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id FROM points_account WHERE id = ANY(%s) ORDER BY id FOR NO KEY UPDATE", [list(account_ids)]
        )


def prepare_staging() -> None:
    """Make the staging table of this connection; it is empty at the start of every transaction."""
    with connection.cursor() as cursor:
        cursor.execute(_CREATE_STAGING)


def post_staged_grants(*, account_ids: Sequence[UUID], at: dt.datetime, actor: Actor) -> Posted:
    """Post what is staged: one transaction per account, one posting per grant; the staging table then names the lots.

    The caller holds the locks of ``account_ids``, which are all accounts staged. ``posted_on`` is the Tokyo day of
    ``at``. What is due lapses first; arrears are paid first; on a closed account the points are forfeited at once
    (END-5) and follow the rest where that was restored.

    Raises:
        MonthClosedError: the books of that month are closed.
    """
    on = tokyo_day(at)
    _refuse_closed_month(on)
    lapse_due_lots(account_ids, on=on, at=at)
    single = _post_single_accounts(at=at, actor=actor)
    parameters: dict[str, dt.date | dt.datetime | str] = {"on": on, "at": at, "actor": str(actor)}
    with connection.cursor() as cursor:
        cursor.execute(_FILL_LOTS, parameters)
        cursor.execute(_NAME_LOTS)
        cursor.execute(_POST, parameters)
        accounts, points = cursor.fetchone()
        cursor.execute(_LATE, [on])
        late = [account_id for (account_id,) in cursor.fetchall()]
    if late:
        lapse_due_lots(late, on=on, at=at, value_from=on)
    return Posted(single.accounts + int(accounts), single.points + int(points))


def _refuse_closed_month(on: dt.date) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT max(month_end) FROM points_month_close")
        (closed_through,) = cursor.fetchone()
    if closed_through and on <= closed_through:
        message = f"The books are closed through {closed_through}; {on} lies within."
        raise MonthClosedError(message, closed_through=str(closed_through))


def _post_single_accounts(*, at: dt.datetime, actor: Actor) -> Posted:
    """Post the accounts that need more than the plain statement: with arrears, or closed."""
    with connection.cursor() as cursor:
        cursor.execute(_SINGLE_ACCOUNTS)
        rows = cursor.fetchall()
    by_account: dict[UUID, list[tuple[UUID, int, str, dt.date, str, UUID | None]]] = {}
    for account_id, *grant in rows:
        by_account.setdefault(account_id, []).append(tuple(grant))
    for account_id, grants in by_account.items():
        _post_one(account_id, grants, at=at, actor=actor)
    return Posted(len(by_account), sum(grant[1] for grants in by_account.values() for grant in grants))


def _post_one(
    account_id: UUID,
    grants: Sequence[tuple[UUID, int, str, dt.date, str, UUID | None]],
    *,
    at: dt.datetime,
    actor: Actor,
) -> None:
    book = open_book(account_id, at=at)
    legs: list[Leg] = []
    lots: dict[UUID, UUID] = {}
    for source_id, points, kind, usable_through, contra, party_id in grants:
        lot = book.lot_named(LotName(Lot.Kind(kind), usable_through))
        lots[source_id] = lot.id
        legs.append(Leg(lot, points, Posting.Contra(contra), party_id, source_id))
    entry = Entry(Transaction.Kind.UPDATE, f"update:{book.account.last_sequence + 1}", at, actor)
    book.write(entry, book.paying_arrears_first(legs) if book.account.closed_at is None else legs)
    _name_lots(lots)
    if book.account.closed_at is not None:
        # What arrives past its own day has lapsed, and is lapsed with everything else that came late.
        forfeits = [
            Leg(leg.lot, -leg.points, Posting.Contra.FORFEITED)
            for leg in legs
            if leg.lot and is_usable(leg.lot.usable_through, on=tokyo_day(at))
        ]
        if forfeits:
            key = f"forfeit:{book.account.last_sequence + 1}"
            book.write(Entry(Transaction.Kind.FORFEIT, key, at, actor), forfeits)
        carry_on_to_successor(Account.objects.get(id=account_id), at=at, actor=actor)


def _name_lots(lots: dict[UUID, UUID]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            UPDATE {STAGING_TABLE} AS staged SET lot_id = named.lot_id, posted_alone = true
            FROM unnest(%s::uuid[], %s::uuid[]) AS named (source_id, lot_id)
            WHERE staged.source_id = named.source_id
            """,  # noqa: S608 -- the only name put in is a constant
            [list(lots), list(lots.values())],
        )
