"""Purchases of very many accounts, taken in and waiting for the balance update."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from benchmarks.bench import Bench
from benchmarks.filling.quickly import bounds, fill_quickly
from pointclub.earning import services as earning
from pointclub.earning.rules.amount import PointsPerUnit
from pointclub.foundation import actors
from pointclub.foundation.periods import tokyo_day
from pointclub.merchants import services as merchants

_ACTOR = actors.system("benchmark")
_MERCHANTS = 20
_ACCOUNTS_AT_A_TIME = 50_000

# One sale of each account in each turn, as `earning.accrue_batch` leaves it but for its part, which is of ten points.
SALES = """
sale AS (
    SELECT ('01900000-0000-7000-8000-' || lpad(to_hex(number), 12, '0'))::uuid AS account_id,
           md5('accrual:' || number || ':' || turn)::uuid AS accrual_id,
           md5('part:' || number || ':' || turn)::uuid AS part_id, 's' || turn || '-' || number AS reference,
           (%(merchants)s::uuid[])[1 + (number + turn) %% cardinality(%(merchants)s::uuid[])] AS merchant_id,
           (%(rules)s::uuid[])[1 + (number + turn) %% cardinality(%(merchants)s::uuid[])] AS rule_id
    FROM generate_series(%(first_turn)s::bigint, %(last_turn)s::bigint) AS turn
    CROSS JOIN generate_series(%(first)s::bigint, %(last)s::bigint) AS number
    ORDER BY turn, number
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
"""

_FILL = f"""
WITH {SALES}
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
        self._turns = 0
        amount = PointsPerUnit(unit_yen=100, points_per_unit=1)
        for number in range(1, _MERCHANTS + 1):
            shop = merchants.admit_merchant(
                number=f"{100_000 + number}", name="試験商店", admitted_on=at.date(), at=at, actor=_ACTOR
            )
            rule = earning.add_earning_rule(merchant=shop, effective_from=at.date(), amount=amount, at=at, actor=_ACTOR)
            self._merchants.append(shop.id)
            self._rules.append(rule.id)

    def sell(self, bench: Bench, numbers: range, *, turns: int, at: dt.datetime) -> None:
        """Sell so many times to each of the accounts, known by their numbers.

        An account's sales lie scattered, as in the order of time.
        """
        for _ in range(turns):
            values = self.next_sales(turns=1, at=at)
            chunks = bounds(numbers, _ACCOUNTS_AT_A_TIME)
            fill_quickly(bench, _FILL, ({**values, "first": first, "last": last} for first, last in chunks))
        bench.say(f"  purchases filled: {turns * len(numbers):,}")

    def next_sales(self, *, turns: int, at: dt.datetime) -> dict[str, int | list[UUID] | dt.date]:
        """Return what the statement of the next sales has to know beside the numbers of the accounts."""
        self._turns += turns
        return {
            "first_turn": self._turns - turns + 1,
            "last_turn": self._turns,
            "merchants": self._merchants,
            "rules": self._rules,
            "at": at,
            "on": tokyo_day(at),
        }
