"""An account with very many transactions, written by a few statements: what no factory could buy one by one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db import connection

# Each transaction is an update of three purchases, but every tenth is a redemption. Ids are derived, so the same
# account can be filled once only. The hashes chain nothing: who reads a history does not verify it.
_FILL = (
    """
    INSERT INTO points_lot (account_id, id, kind, usable_through, first_posted_on, granted, remaining)
    SELECT %(account)s, md5(%(account)s::text || 'lot')::uuid, 'ordinary', %(last)s::date + 900, %(first)s,
           %(transactions)s * 30, %(transactions)s * 27
    """,
    """
    INSERT INTO points_transaction
        (account_id, id, sequence, kind, business_key, occurred_at, value_on, recorded_at, actor, reason, hash)
    SELECT %(account)s, md5(%(account)s::text || number)::uuid, number,
           CASE WHEN number %% 10 = 0 THEN 'redeem' ELSE 'update' END, 'filled:' || number, %(first)s,
           %(first)s::date + (number - 1) * (%(last)s::date - %(first)s::date) / %(transactions)s, %(first)s, 'test',
           '', sha256(convert_to(number::text, 'UTF8'))
    FROM generate_series(1, %(transactions)s) AS number
    """,
    """
    INSERT INTO earning_accrual
        (account_id, id, member_id, merchant_id, reference, store_code, terminal_code, receipt_number, kind, sold_at,
         sold_on, price_yen, ineligible_yen, tax_yen, eligible_yen, returned_yen, is_reversed, first_points, points,
         received_at)
    SELECT %(account)s, md5(%(account)s::text || number || '-' || place)::uuid,
           (%(members)s::uuid[])[1 + (number + place) %% cardinality(%(members)s::uuid[])],
           (%(merchants)s::uuid[])[1 + (number + place) %% cardinality(%(merchants)s::uuid[])],
           %(account)s::text || number || '-' || place, '', '', number || '-' || place, 'purchase', %(first)s,
           %(first)s, 1000, 0, 0, 1000, 0, false, 10, 10, %(first)s
    FROM generate_series(1, %(transactions)s) AS number, generate_series(1, 3) AS place
    WHERE number %% 10 <> 0
    """,
    """
    INSERT INTO earning_accrual_part
        (account_id, id, accrual_id, merchant_id, campaign_code, contra, sold_on, uncapped_points, first_points, cap,
         points, is_supplement, usable_through, posted_on, lot_id)
    SELECT account_id, md5(id::text)::uuid, id, merchant_id, '', 'merchant', sold_on, 10, 10, '', 10, false,
           %(last)s::date + 900, %(first)s, md5(%(account)s::text || 'lot')::uuid
    FROM earning_accrual WHERE account_id = %(account)s
    """,
    """
    INSERT INTO points_posting
        (account_id, id, transaction_id, lot_id, points, contra, contra_party_id, source_id)
    SELECT account_id, md5('of' || id::text)::uuid,
           md5(account_id::text || split_part(receipt_number, '-', 1))::uuid, md5(account_id::text || 'lot')::uuid, 10,
           'merchant', merchant_id, md5(id::text)::uuid
    FROM earning_accrual WHERE account_id = %(account)s
    UNION ALL
    SELECT account_id, md5('of' || id::text)::uuid, id, md5(account_id::text || 'lot')::uuid, -30, 'redeemed', NULL,
           NULL
    FROM points_transaction WHERE account_id = %(account)s AND kind = 'redeem'
    """,
    """
    UPDATE points_account SET last_sequence = %(transactions)s, book_balance = %(transactions)s * 24
    WHERE id = %(account)s
    """,
)


def fill_history(
    account_id: UUID,
    *,
    transactions: int,
    members: Sequence[UUID],
    merchants: Sequence[UUID],
    first: dt.date = dt.date(2020, 1, 1),
    last: dt.date = dt.date(2026, 11, 20),
) -> None:
    """Fill an account that nothing has happened on, one transaction after the other, evenly from first to last day."""
    values: dict[str, Any] = {
        "account": account_id,
        "transactions": transactions,
        "members": list(members),
        "merchants": list(merchants),
        "first": first,
        "last": last,
    }
    with connection.cursor() as cursor:
        for statement in _FILL:
            cursor.execute(statement, values)
            # Foreign keys are checked by plans of the connection, which may be as old as the empty tables.
            cursor.execute("ANALYZE points_lot, points_transaction, earning_accrual, earning_accrual_part")
