"""Months that are over: what was bought in them has reached the balances, as the balance update leaves it."""

from __future__ import annotations

import datetime as dt

from benchmarks.bench import Bench
from benchmarks.filling.accruals import SALES, Shops
from benchmarks.filling.quickly import bounds, fill_quickly
from pointclub.foundation.periods import tokyo_day
from pointclub.points.queries.chained import LOT_LINE, POSTING_LINES, content

_ACCOUNTS_AT_A_TIME = 5_000

# The sales with their parts, and of each account the month's lot, one posting a part, and the transaction of them all.
_FILL = f"""
WITH {SALES}, account AS (
    SELECT id, head, last_sequence + 1 AS sequence FROM points_account
    WHERE id IN (SELECT account_id FROM sale)
), lot AS (
    SELECT id AS account_id, md5(id || ':lot of ' || %(usable_through)s::date)::uuid AS id, 'ordinary' AS kind,
           %(usable_through)s::date AS usable_through, %(posted_on)s::date AS first_posted_on,
           NULL::uuid AS origin_account_id, NULL::uuid AS origin_lot_id
    FROM account
), line AS (
    SELECT lot.account_id, lot.id, {LOT_LINE} AS line FROM lot
), entry AS (
    SELECT id AS account_id, md5(id || ':' || sequence)::uuid AS id, sequence, 'update' AS kind,
           'update:' || sequence AS business_key, NULL::bytea AS fingerprint, %(posted_at)s::timestamptz AS occurred_at,
           %(posted_on)s::date AS value_on, %(posted_at)s::timestamptz AS recorded_at, 'system:update' AS actor,
           NULL::uuid AS reverses_id, NULL::uuid AS approval_id, NULL::bytea AS reason_digest
    FROM account
), posting AS (
    SELECT sale.account_id, sale.accrual_id, sale.part_id AS id, entry.id AS transaction_id, lot.id AS lot_id,
           10::bigint AS points, 'merchant' AS contra, sale.merchant_id AS contra_party_id, sale.part_id AS source_id
    FROM sale
    JOIN lot ON lot.account_id = sale.account_id
    JOIN entry ON entry.account_id = sale.account_id
), total AS (
    SELECT posting.account_id, sum(posting.points) AS points, {POSTING_LINES} AS lines
    FROM posting JOIN line AS lot ON lot.account_id = posting.account_id
    GROUP BY posting.account_id
), chained AS (
    SELECT written.*, total.points, sha256(account.head || {content("total.lines")}) AS hash
    FROM entry AS written
    JOIN total ON total.account_id = written.account_id
    JOIN account ON account.id = written.account_id
), part AS (
    INSERT INTO earning_accrual_part
        (account_id, id, accrual_id, merchant_id, campaign_code, contra, sold_on, uncapped_points, first_points, cap,
         points, is_supplement, posted_on, lot_id)
    SELECT account_id, id, accrual_id, contra_party_id, '', contra, %(on)s, points, points, '', points, false,
           %(posted_on)s, lot_id
    FROM posting
), given AS (
    INSERT INTO points_lot (account_id, id, kind, usable_through, first_posted_on, granted, remaining)
    SELECT lot.account_id, lot.id, lot.kind, lot.usable_through, lot.first_posted_on, total.points, total.points
    FROM lot JOIN total ON total.account_id = lot.account_id ORDER BY lot.account_id
), written AS (
    INSERT INTO points_transaction
        (account_id, id, sequence, kind, business_key, occurred_at, value_on, recorded_at, actor, reason, hash)
    SELECT account_id, id, sequence, kind, business_key, occurred_at, value_on, recorded_at, actor, '', hash
    FROM chained ORDER BY account_id
), posted AS (
    INSERT INTO points_posting
        (account_id, id, transaction_id, lot_id, points, contra, contra_party_id, source_id)
    SELECT account_id, id, transaction_id, lot_id, points, contra, contra_party_id, source_id
    FROM posting ORDER BY account_id
)
UPDATE points_account AS account
SET book_balance = account.book_balance + chained.points, last_sequence = chained.sequence, head = chained.hash
FROM chained WHERE account.id = chained.account_id
"""


def fill_month(
    bench: Bench,
    shops: Shops,
    *,
    numbers: range,
    turns: int,
    sold_at: dt.datetime,
    posted_at: dt.datetime,
    usable_through: dt.date,
) -> None:
    """Sell so many times to each of the accounts, known by their numbers, and post it all."""
    values = {
        **shops.next_sales(turns=turns, at=sold_at),
        "posted_at": posted_at,
        "posted_on": tokyo_day(posted_at),
        "usable_through": usable_through,
    }
    chunks = bounds(numbers, _ACCOUNTS_AT_A_TIME)
    fill_quickly(bench, _FILL, ({**values, "first": first, "last": last} for first, last in chunks))
