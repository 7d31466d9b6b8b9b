"""Very many accounts whose points were brought over from an older system, in lots of one month each."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from benchmarks.bench import Bench
from benchmarks.filling.quickly import bounds, fill_quickly
from pointclub.points.queries.chained import GENESIS, LOT_LINE, POSTING_LINES, content

_AT_A_TIME = 20_000

# Ids come in the order of opening, as those that the services draw.
_FILL = f"""
WITH account AS (
    SELECT ('01900000-0000-7000-8000-' || lpad(to_hex(number), 12, '0'))::uuid AS id, %(at)s::timestamptz AS opened_at
    FROM generate_series(%(first)s::bigint, %(last)s::bigint) AS number
), lot AS (
    SELECT account.id AS account_id, md5(account.id || ':lot:' || month)::uuid AS id, 'ordinary' AS kind,
           (date_trunc('month', %(first_lapse)s::date) + make_interval(months => month) - interval '1 day')::date
               AS usable_through,
           %(on)s::date AS first_posted_on, NULL::uuid AS origin_account_id, NULL::uuid AS origin_lot_id
    FROM account CROSS JOIN generate_series(1, %(lots)s) AS month
), line AS (
    SELECT lot.account_id, lot.id, {LOT_LINE} AS line FROM lot
), posting AS (
    SELECT account_id, md5(id || ':posting')::uuid AS id, md5(account_id || ':opening')::uuid AS transaction_id,
           id AS lot_id, %(points)s::bigint AS points, 'opening' AS contra, NULL::uuid AS contra_party_id,
           NULL::uuid AS source_id
    FROM lot
), lines AS (
    SELECT posting.account_id, {POSTING_LINES} AS lines
    FROM posting JOIN line AS lot ON lot.account_id = posting.account_id AND lot.id = posting.lot_id
    GROUP BY posting.account_id
), entry AS (
    SELECT id AS account_id, md5(id || ':opening')::uuid AS id, 1 AS sequence, 'opening' AS kind,
           'opening' AS business_key, NULL::bytea AS fingerprint, opened_at AS occurred_at, %(on)s::date AS value_on,
           opened_at AS recorded_at, 'system:benchmark' AS actor, NULL::uuid AS reverses_id,
           NULL::uuid AS approval_id, NULL::bytea AS reason_digest
    FROM account
), chained AS (
    SELECT written.*, sha256({GENESIS} || {content("lines.lines")}) AS hash
    FROM entry AS written
    JOIN lines ON lines.account_id = written.account_id
    JOIN account ON account.id = written.account_id
), opened AS (
    INSERT INTO points_account (id, opened_at, book_balance, arrears, last_sequence, head)
    SELECT account.id, account.opened_at, %(points)s::bigint * %(lots)s, 0, 1, chained.hash
    FROM account JOIN chained ON chained.account_id = account.id
), given AS (
    INSERT INTO points_lot (account_id, id, kind, usable_through, first_posted_on, granted, remaining)
    SELECT account_id, id, kind, usable_through, first_posted_on, %(points)s::bigint, %(points)s::bigint FROM lot
), written AS (
    INSERT INTO points_transaction
        (account_id, id, sequence, kind, business_key, occurred_at, value_on, recorded_at, actor, reason, hash)
    SELECT account_id, id, sequence, kind, business_key, occurred_at, value_on, recorded_at, actor, '', hash
    FROM chained
)
INSERT INTO points_posting (account_id, id, transaction_id, lot_id, points, contra)
SELECT account_id, id, transaction_id, lot_id, points, contra FROM posting
"""


def fill_accounts(
    bench: Bench, count: int, *, lots: int, points: int, first_lapse: dt.date, at: dt.datetime, on: dt.date
) -> None:
    """Open so many accounts, each with lots of so many points that last through one month's end after another.

    ``first_lapse`` is a day of the month at whose end the first lot lapses; ``on`` is the business day of ``at``.
    """
    values: dict[str, int | dt.date] = {"lots": lots, "points": points, "first_lapse": first_lapse, "at": at, "on": on}
    chunks = bounds(range(1, count + 1), _AT_A_TIME)
    fill_quickly(bench, _FILL, ({**values, "first": first, "last": last} for first, last in chunks))
    bench.say(f"  accounts filled: {count:,}")


def account_id(number: int) -> UUID:
    """Return the id of one of those accounts, which are numbered from 1."""
    return UUID(int=UUID("01900000-0000-7000-8000-000000000000").int + number)
