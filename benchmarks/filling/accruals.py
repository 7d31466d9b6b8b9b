"""Purchases of very many accounts, taken in and waiting for the balance update."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from django.db import connection, transaction

from benchmarks.bench import Bench
from pointclub.earning import services as earning
from pointclub.earning.rules.amount import PointsPerUnit
from pointclub.foundation import actors
from pointclub.foundation.periods import tokyo_day
from pointclub.merchants import services as merchants

_ACTOR = actors.system("benchmark")
_MERCHANTS = 20
_ACCOUNTS_AT_A_TIME = 50_000

# One sale of each account, as `earning.accrue_batch` leaves it: accrual, claim, and a part of ten points that waits.
_FILL = """
WITH sale AS (
    SELECT ('01900000-0000-7000-8000-' || lpad(to_hex(number), 12, '0'))::uuid AS account_id,
           md5('accrual:' || number || ':' || %(turn)s)::uuid AS accrual_id,
           md5('part:' || number || ':' || %(turn)s)::uuid AS part_id, 's' || %(turn)s || '-' || number AS reference,
           (%(merchants)s::uuid[])[1 + (number + %(turn)s) %% cardinality(%(merchants)s::uuid[])] AS merchant_id,
           (%(rules)s::uuid[])[1 + (number + %(turn)s) %% cardinality(%(merchants)s::uuid[])] AS rule_id
    FROM generate_series(%(first)s::bigint, %(last)s::bigint) AS number
), accrual AS (
    INSERT INTO earning_accrual
        (account_id, id, member_id, merchant_id, reference, store_code, terminal_code, receipt_number, kind, rule_id,
         sold_at, sold_on, price_yen, ineligible_yen, tax_yen, eligible_yen, returned_yen, is_reversed, first_points,
         points, received_at)
    SELECT account_id, accrual_id, account_id, merchant_id, reference, '', '', reference, 'purchase', rule_id,
           %(at)s, %(on)s, 1000, 0, 0, 1000, 0, false, 10, 10, %(at)s
    FROM sale
), claim AS (
    INSERT INTO earning_accrual_claim (merchant_id, reference, account_id, accrual_id, receipt_number, fingerprint)
    SELECT merchant_id, reference, account_id, accrual_id, reference, sha256(convert_to(reference, 'UTF8')) FROM sale
)
INSERT INTO earning_accrual_part
    (account_id, id, accrual_id, merchant_id, campaign_code, contra, sold_on, uncapped_points, first_points, cap,
     points, is_supplement)
SELECT account_id, part_id, accrual_id, merchant_id, '', 'merchant', %(on)s, 10, 10, '', 10, false FROM sale
"""


class Shops:
    """The merchants at whom the accounts buy; each account buys once a turn."""

    def __init__(self, *, at: dt.datetime) -> None:
        """Admit them, each with a rule of one point per 100 yen."""
        self._merchants: list[UUID] = []
        self._rules: list[UUID] = []
        self._turn = 0
        amount = PointsPerUnit(unit_yen=100, points_per_unit=1)
        for number in range(1, _MERCHANTS + 1):
            shop = merchants.admit_merchant(
                number=f"{100_000 + number}", name="試験商店", admitted_on=at.date(), at=at, actor=_ACTOR
            )
            rule = earning.add_earning_rule(merchant=shop, effective_from=at.date(), amount=amount, at=at, actor=_ACTOR)
            self._merchants.append(shop.id)
            self._rules.append(rule.id)

    def sell(self, bench: Bench, accounts: int, *, turns: int, at: dt.datetime) -> None:
        """Sell to each of so many accounts so many times; an account's sales lie scattered, as in the order of time."""
        for _ in range(turns):
            self._turn += 1
            for first in range(1, accounts + 1, _ACCOUNTS_AT_A_TIME):
                values: dict[str, int | list[UUID] | dt.date] = {
                    "turn": self._turn,
                    "merchants": self._merchants,
                    "rules": self._rules,
                    "first": first,
                    "last": min(first + _ACCOUNTS_AT_A_TIME - 1, accounts),
                    "at": at,
                    "on": tokyo_day(at),
                }
                with transaction.atomic(), connection.cursor() as cursor:
                    cursor.execute(_FILL, values)
        bench.say(f"  purchases filled: {turns * accounts:,}")
