"""Points on energy bills: by themselves, once per contract and bill (ACC-10)."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pointclub.earning import services as earning
from pointclub.earning.rules.bill import BilledEnergy, BillFacts, BillRule, bill_points
from pointclub.earning.rules.requests import Accepted
from pointclub.points import queries as points_queries
from tests.factories.club import STAFF, Club, jst

pytestmark = pytest.mark.rule("ACC-10")

RULE = BillRule(electricity_points_per_1000_yen=8, gas_points_per_1000_yen=5)
JOINED = dt.date(2026, 3, 31)
BILL = BillFacts(
    contract_reference="contract-1",
    bill_reference="2026-04",
    energy=BilledEnergy.ELECTRICITY,
    total_yen=9_876,
    renewable_levy_yen=900,
    billed_on=dt.date(2026, 4, 20),
)


class TestTheRule:
    def test_gives_eight_points_a_thousand_yen_of_electricity_without_the_levy(self) -> None:
        assert bill_points(BILL, RULE, joined_on=JOINED) == 8 * 8

    def test_gives_five_points_a_thousand_yen_of_gas(self) -> None:
        gas = replace(BILL, energy=BilledEnergy.GAS, renewable_levy_yen=0)

        assert bill_points(gas, RULE, joined_on=JOINED) == 9 * 5

    @pytest.mark.parametrize(("joined", "points"), [("2026-04-01", 0), ("2026-04-20", 0), ("2026-03-31", 64)])
    def test_begins_with_the_month_after_joining(self, joined: str, points: int) -> None:
        assert bill_points(BILL, RULE, joined_on=dt.date.fromisoformat(joined)) == points

    def test_may_ask_that_the_bill_was_viewed(self) -> None:
        rule = replace(RULE, needs_viewing=True)

        assert bill_points(BILL, rule, joined_on=JOINED) == 0
        assert bill_points(replace(BILL, was_viewed=True), rule, joined_on=JOINED) == 64

    @given(st.integers(0, 10**7), st.integers(0, 10**7))
    def test_never_gives_less_than_nothing(self, total: int, levy: int) -> None:
        facts = replace(BILL, total_yen=total, renewable_levy_yen=levy)

        assert bill_points(facts, RULE, joined_on=JOINED) == 8 * (max(0, total - levy) // 1_000)


@pytest.mark.django_db
class TestABill:
    AT = jst("2026-04-21 03:00")

    def test_gives_its_points_at_the_next_update(self) -> None:
        club = Club()
        member = club.member()

        answer = earning.accrue_for_bill(member_number=member.number, facts=BILL, at=self.AT, actor=STAFF)

        assert isinstance(answer, Accepted)
        assert club.update(at=jst("2026-04-22 01:00")) == 64
        (entry,) = points_queries.get_history(member.membership.account_id, on=dt.date(2026, 4, 22))
        assert [posting.contra for posting in entry.postings] == ["bills"]

    def test_counts_once_whoever_of_the_family_is_linked(self) -> None:
        club = Club()
        primary = club.member()
        family = club.family_member(primary)

        first = earning.accrue_for_bill(member_number=family.number, facts=BILL, at=self.AT, actor=STAFF)
        second = earning.accrue_for_bill(member_number=primary.number, facts=BILL, at=self.AT, actor=STAFF)

        assert isinstance(first, Accepted)
        assert isinstance(second, Accepted)
        assert second.receipt_number == first.receipt_number
        assert club.update(at=jst("2026-04-22 01:00")) == 64

    def test_that_is_void_takes_its_points_back(self) -> None:
        club = Club()
        member = club.member()
        earning.accrue_for_bill(member_number=member.number, facts=BILL, at=self.AT, actor=STAFF)
        club.update(at=jst("2026-04-22 01:00"))

        for _ in range(2):
            earning.reverse_for_bill(
                contract_reference="contract-1",
                bill_reference="2026-04",
                at=jst("2026-04-23 12:00"),
                actor=STAFF,
                reason="請求の取消",
            )

        assert club.balance(member, "2026-04-23").book == 0

    def test_of_too_little_gives_no_points_and_takes_no_row(self) -> None:
        member = Club().member()

        assert (
            earning.accrue_for_bill(
                member_number=member.number, facts=replace(BILL, total_yen=1_800), at=self.AT, actor=STAFF
            )
            is None
        )
