"""Intake: who may give points to whom, for what, and what the receipt says."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pointclub.earning import queries
from pointclub.earning import services as earning
from pointclub.earning.models import EarningRule
from pointclub.earning.rules.amount import PointsPerUnit
from pointclub.earning.rules.receipt import receipt_number
from pointclub.earning.rules.requests import Accepted, AccrualRequest, Refused
from pointclub.membership import services as membership
from pointclub.membership.models import Member
from pointclub.merchants import services as merchants
from pointclub.merchants.models import Merchant
from pointclub.program import queries as program_queries
from pointclub.program import services as program
from tests.factories.club import STAFF, Club, jst

pytestmark = pytest.mark.django_db

AT = jst("2026-04-01 12:00")


@pytest.fixture
def club() -> Club:
    return Club()


def request(member: Member, shop: Merchant, price_yen: int = 1_000) -> AccrualRequest:
    return AccrualRequest(shop.number, Club().reference(), member.number, AT, price_yen=price_yen)


def refusal(club: Club, sent: AccrualRequest, *, at: dt.datetime = AT) -> str:
    answer = club.send(sent, at=at)
    assert isinstance(answer, Refused)
    return answer.code


@pytest.mark.rule("ACC-1")
class TestAMerchant:
    def test_that_nobody_admitted_gives_nothing(self, club: Club) -> None:
        sent = replace(request(club.member(), club.merchant()), merchant_number="999999")

        assert refusal(club, sent) == "unknown_merchant"

    def test_gives_points_from_the_day_of_its_admission(self, club: Club) -> None:
        sent = replace(request(club.member(), club.merchant()), sold_at=jst("2016-03-31 12:00"))

        assert refusal(club, sent) == "merchant_not_admitted"

    def test_that_is_suspended_gives_nothing_until_it_may_again(self, club: Club) -> None:
        member, shop = club.member(), club.merchant()
        sent = request(member, shop)
        merchants.suspend_merchant(merchant=shop, at=AT, actor=STAFF)

        assert refusal(club, sent) == "merchant_suspended"
        merchants.resume_merchant(merchant=shop, at=AT, actor=STAFF)
        assert isinstance(club.send(sent, at=AT), Accepted)

    def test_that_has_left_may_still_send_sales_from_before(self, club: Club) -> None:
        member, shop = club.member(), club.merchant()
        merchants.end_merchant(merchant=shop, at=AT, actor=STAFF)

        assert refusal(club, request(member, shop)) == "merchant_ended"
        assert isinstance(club.send(replace(request(member, shop), sold_at=jst("2026-03-31 23:59")), at=AT), Accepted)

    def test_without_a_rule_for_the_day_gives_nothing(self, club: Club) -> None:
        member = club.member()
        shop = merchants.admit_merchant(
            number="888888", name="規定なし商店", admitted_on=dt.date(2016, 4, 1), at=AT, actor=STAFF
        )

        assert refusal(club, request(member, shop)) == "no_earning_rule"

    def test_is_never_the_operator(self, club: Club) -> None:
        sent = replace(request(club.member(), club.merchant()), merchant_number="000000", points=5)

        assert refusal(club, sent) == "unknown_merchant"


class TestAMember:
    def test_whose_number_nobody_has_earns_nothing(self, club: Club) -> None:
        sent = replace(request(club.member(), club.merchant()), member_number="123456789012")

        assert refusal(club, sent) == "unknown_member"

    @pytest.mark.parametrize("number", ["", "a\x00b", "1" * 500, "' OR 1=1 --", "１２３４５６７８９０１２"])
    def test_whose_number_is_none_is_not_found_either(self, club: Club, number: str) -> None:
        sent = replace(request(club.member(), club.merchant()), member_number=number)

        assert refusal(club, sent) == "unknown_member"

    def test_earns_nothing_on_sales_from_before_the_membership(self, club: Club) -> None:
        sent = replace(request(club.member(at=AT), club.merchant()), sold_at=jst("2026-03-31 12:00"))

        assert refusal(club, sent) == "not_a_member_then"

    def test_of_the_family_earns_until_leaving(self, club: Club) -> None:
        primary, shop = club.member(), club.merchant()
        family = club.family_member(primary)
        membership.release_family_member(member=family, at=AT, actor=STAFF)

        assert refusal(club, request(family, shop)) == "membership_ended"
        before = replace(request(family, shop), sold_at=jst("2026-03-31 12:00"))
        assert isinstance(club.send(before, at=AT), Accepted)


@pytest.mark.rule("ACC-2", "ACC-3")
class TestTheFigure:
    def test_leaves_out_what_the_merchant_excludes(self, club: Club) -> None:
        sent = replace(request(club.member(), club.merchant(), 1_000), ineligible_yen=450)

        answer = club.send(sent, at=AT)

        assert isinstance(answer, Accepted)
        assert answer.points == 5

    def test_goes_by_the_price_without_tax_where_the_rule_says_so(self, club: Club) -> None:
        member, shop = club.member(), club.merchant()
        earning.add_earning_rule(
            merchant=shop,
            effective_from=dt.date(2026, 4, 1),
            amount=PointsPerUnit(100, 1),
            base=EarningRule.Base.TAX_EXCLUDED,
            at=jst("2026-03-01 09:00"),
            actor=STAFF,
        )

        answer = club.send(replace(request(member, shop, 1_099), tax_yen=100), at=AT)

        assert isinstance(answer, Accepted)
        assert answer.points == 9

    def test_may_be_a_number_agreed_another_way(self, club: Club) -> None:
        answer = club.send(replace(request(club.member(), club.merchant(), 0), points=25), at=AT)

        assert isinstance(answer, Accepted)
        assert (answer.points, answer.base_points) == (25, 25)

    @pytest.mark.parametrize(
        "figures",
        [
            {"price_yen": -1},
            {"price_yen": 10**30},
            {"price_yen": True},
            {"price_yen": 1.5},
            {"price_yen": "１００"},
            {"price_yen": float("nan")},
            {"price_yen": 100, "ineligible_yen": 101},
            {"points": 0},
            {"points": -1},
            {"points": 1.0},
            {"points": True},
            {"reference": ""},
            {"reference": "x" * 81},
            {"reference": "a\x00b"},
            {"store_code": "x" * 21},
            {"terminal_code": "a\nb"},
        ],
    )
    def test_that_is_none_is_refused_and_leaves_no_row(self, club: Club, figures: dict[str, object]) -> None:
        member, shop = club.member(), club.merchant()
        sent = replace(request(member, shop), **figures)  # type: ignore[arg-type]  # wrong on purpose

        assert refusal(club, sent) == "invalid_sale"
        assert queries.pending_points(member.membership.account_id) == 0

    def test_from_more_than_a_day_ahead_is_a_wrong_clock(self, club: Club) -> None:
        member, shop = club.member(), club.merchant()

        assert refusal(club, replace(request(member, shop), sold_at=jst("2026-04-02 12:01"))) == "sold_in_future"
        tomorrow = replace(request(member, shop), sold_at=jst("2026-04-02 11:59"))
        assert isinstance(club.send(tomorrow, at=AT), Accepted)


@pytest.mark.rule("ACC-4")
class TestTheReceipt:
    def test_has_a_number_and_points_and_nothing_of_the_balance(self, club: Club) -> None:
        answer = club.send(request(club.member(), club.merchant()), at=AT)

        assert isinstance(answer, Accepted)
        assert re.fullmatch(r"[0-9]{6}(-[0-9A-Z]{4}){3}", answer.receipt_number)
        assert not [name for name in Accepted.__slots__ if "balance" in name]

    @given(st.integers(0, 2**60 - 1), st.integers(0, 2**60 - 1))
    def test_numbers_differ_where_their_bits_differ(self, first: int, second: int) -> None:
        same = receipt_number("000001", first) == receipt_number("000001", second)

        assert same == (first == second)

    def test_tells_the_story_of_the_points_once_they_are_posted(self, club: Club) -> None:
        member, shop = club.member(), club.merchant()
        receipt = club.buy(member, shop, 1_000, at=AT)

        (pending,) = queries.list_pending(member.membership.account_id)

        assert (pending.receipt_number, pending.points) == (receipt.receipt_number, 10)


@pytest.mark.rule("SUS-1")
class TestUnderSuspension:
    def test_nothing_is_taken_in_and_the_time_to_try_again_is_told(self, club: Club) -> None:
        member, shop = club.member(), club.merchant()
        sent = request(member, shop)
        first = request(member, shop)
        club.send(first, at=AT)
        program.suspend(
            activity=program_queries.Activity.ACCRUAL,
            starts_at=AT,
            ends_before=jst("2026-04-01 15:00"),
            text_ja="点検中です。",
            text_en="Under maintenance.",
            at=AT,
            actor=STAFF,
        )

        with pytest.raises(program_queries.PointsSuspendedError) as refused:
            club.send(sent, at=jst("2026-04-01 13:00"))
        repeated = club.send(first, at=jst("2026-04-01 13:00"))

        assert refused.value.details["retry_at"] == "2026-04-01T06:00:00+00:00"
        assert isinstance(repeated, Accepted)
        assert isinstance(club.send(sent, at=jst("2026-04-01 15:00")), Accepted)


def test_one_bad_request_leaves_the_rest_of_its_batch_alone(club: Club) -> None:
    member, shop = club.member(), club.merchant()
    good, bad, also_good = request(member, shop), replace(request(member, shop), price_yen=-5), request(member, shop)

    answers = earning.accrue_batch([good, bad, also_good], at=AT, actor=STAFF)

    assert [isinstance(answer, Accepted) for answer in answers] == [True, False, True]
    assert club.update(at=jst("2026-04-02 01:00")) == 20


@pytest.mark.rule("BAL-2")
class TestASaleThatCountsForNobody:
    def test_dated_in_the_future_does_not_tell_who_is_a_member(self, club: Club) -> None:
        shop, tomorrow = club.merchant(), AT + dt.timedelta(days=2)
        of_member = replace(request(club.member(), shop), sold_at=tomorrow)

        assert refusal(club, of_member) == "sold_in_future"
        assert refusal(club, replace(of_member, member_number="000000000000")) == "sold_in_future"

    def test_from_before_the_first_rule_does_not_tell_since_when_somebody_is_one(self, club: Club) -> None:
        member = club.member(at=jst("2022-01-01 12:00"))
        late = merchants.admit_merchant(
            number="777001", name="試験商店", admitted_on=dt.date(2016, 4, 1), at=AT, actor=STAFF
        )
        earning.add_earning_rule(
            merchant=late,
            effective_from=dt.date(2025, 1, 1),
            amount=PointsPerUnit(unit_yen=100, points_per_unit=1),
            at=AT,
            actor=STAFF,
        )
        before_and_after_joining = [jst("2021-06-01 12:00"), jst("2023-06-01 12:00")]

        sent = [replace(request(member, late), sold_at=sold_at) for sold_at in before_and_after_joining]

        assert {refusal(club, each) for each in sent} == {"no_earning_rule"}
