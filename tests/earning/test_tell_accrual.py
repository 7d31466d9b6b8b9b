"""The story of a receipt: rule and campaign by version, rounding, caps, corrections and reversals."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from pointclub.earning import queries
from pointclub.earning import services as earning
from pointclub.earning.rules.amount import Bonus, PercentOfPrice, Worked
from pointclub.earning.rules.bill import BilledEnergy, BillFacts
from pointclub.earning.rules.requests import Accepted, AccrualRequest
from pointclub.membership.models import Member
from pointclub.merchants import services as merchants
from pointclub.merchants.models import Merchant
from tests.factories.club import STAFF, Club, jst, reverse, three_percent

pytestmark = [pytest.mark.django_db, pytest.mark.rule("BAL-4")]

AT = jst("2026-04-10 12:00")
LATER = jst("2026-04-12 12:00")


@pytest.fixture
def club() -> Club:
    return Club()


@pytest.fixture
def hanako(club: Club) -> Member:
    return club.member()


def tell(member: Member, sale: Accepted) -> queries.AccrualStory:
    return queries.tell_accrual([member.membership.account_id], sale.receipt_number)


def correct(shop: Merchant, reference: str, price_yen: int, *, at: dt.datetime = LATER) -> None:
    earning.correct(
        merchant_number=shop.number,
        reference=reference,
        price=earning.NewPrice(price_yen),
        new_points=None,
        key=f"now {price_yen}",
        at=at,
        actor=STAFF,
        reason="打ち間違い",
    )


def campaign(shop: Merchant, bonus: Bonus, caps: earning.Caps, *, usable_through: dt.date | None = None) -> None:
    earning.add_campaign(
        code="spring",
        name="春のポイント",
        merchant=shop,
        days=earning.CampaignDays(dt.date(2026, 4, 1), dt.date(2026, 4, 30), usable_through),
        bonus=bonus,
        caps=caps,
        at=jst("2026-03-01 09:00"),
        actor=STAFF,
    )


class TestRounding:
    def test_keeps_the_exact_value_of_a_percentage(self, club: Club, hanako: Member) -> None:
        sale = club.buy(hanako, club.merchant(three_percent()), 334, at=AT)

        story = tell(hanako, sale)

        assert story.worked == Worked(10, exact=Decimal("10.02"))
        assert [(part.exact, part.first_points, part.points) for part in story.parts] == [(Decimal("10.02"), 10, 10)]

    def test_keeps_the_yen_that_made_no_full_unit(self, club: Club, hanako: Member) -> None:
        sale = club.buy(hanako, club.merchant(), 1_090, at=AT)

        assert tell(hanako, sale).worked == Worked(10, full_units=10, rest_yen=90)


class TestRule:
    def test_is_the_version_of_the_day_of_sale(self, club: Club, hanako: Member) -> None:
        shop = club.merchant()
        for percent, day in ((Decimal(2), 1), (Decimal("2.5"), 11)):
            earning.add_earning_rule(
                merchant=shop,
                effective_from=dt.date(2026, 4, day),
                amount=PercentOfPrice(percent),
                at=jst("2026-03-01 09:00"),
                actor=STAFF,
            )
        sale = club.buy(hanako, shop, 1_000, at=AT, received_at=LATER)

        rule = tell(hanako, sale).rule

        assert rule == queries.RuleTerms(2, dt.date(2026, 4, 1), "tax_included", None, None, Decimal(2))

    def test_names_store_terminal_and_the_family_member_who_bought(self, club: Club, hanako: Member) -> None:
        taro, shop = club.family_member(hanako), club.merchant()
        merchants.open_store(merchant=shop, code="s1", name="駅前店", at=jst("2026-04-01 10:00"), actor=STAFF)
        sale = club.send(
            AccrualRequest(
                merchant_number=shop.number,
                reference="till-7",
                member_number=taro.number,
                sold_at=AT,
                price_yen=1_500,
                ineligible_yen=400,
                store_code="s1",
                terminal_code="t9",
            ),
            at=LATER,
        )
        assert isinstance(sale, Accepted)

        story = tell(hanako, sale)

        assert (story.store_code, story.store_name, story.terminal_code) == ("s1", "駅前店", "t9")
        assert (story.member_number, story.member_is_family) == (taro.number, True)
        assert (story.price_yen, story.ineligible_yen, story.eligible_yen) == (1_500, 400, 1_100)
        assert (story.sold_at, story.received_at, story.merchant_number) == (AT, LATER, shop.number)


class TestCampaign:
    def test_tells_its_version_the_exact_bonus_and_what_the_cap_cut(self, club: Club, hanako: Member) -> None:
        shop = club.merchant()
        campaign(shop, Bonus(Decimal(2), None, 0), earning.Caps())
        campaign(
            shop, Bonus(Decimal("2.5"), None, 0), earning.Caps(cap_per_day=20), usable_through=dt.date(2026, 6, 30)
        )
        club.buy(hanako, shop, 500, at=AT)
        sale = club.buy(hanako, shop, 1_100, at=AT)
        club.update(at=jst("2026-04-11 01:00"))

        base, bonus = tell(hanako, sale).parts

        assert base.campaign is None
        assert bonus.campaign is not None
        assert (bonus.campaign.version, bonus.campaign.multiplier, bonus.campaign.cap_per_day) == (
            2,
            Decimal("2.5"),
            20,
        )
        assert (bonus.exact, bonus.uncapped_points) == (Decimal("16.5"), 16)
        assert (bonus.cap, bonus.cut_points, bonus.first_points) == ("day", 3, 13)
        assert (bonus.usable_through, bonus.posted_on) == (dt.date(2026, 6, 30), dt.date(2026, 4, 11))

    def test_that_gives_a_number_has_nothing_to_round(self, club: Club, hanako: Member) -> None:
        shop = club.merchant()
        campaign(shop, Bonus(None, 50, 1_000), earning.Caps(cap_per_receipt=30))
        sale = club.buy(hanako, shop, 1_000, at=AT)

        bonus = tell(hanako, sale).parts[1]

        assert (bonus.exact, bonus.cap, bonus.cut_points, bonus.points) == (None, "receipt", 20, 30)


class TestChanges:
    def test_upwards_after_the_update_is_a_part_of_its_own(self, club: Club, hanako: Member) -> None:
        shop = club.merchant(three_percent())
        sale = club.buy(hanako, shop, 334, at=AT, reference="a")
        club.update(at=jst("2026-04-11 01:00"))
        correct(shop, "a", 500)

        story = tell(hanako, sale)

        (change,) = story.changes
        assert (change.kind, change.actor, change.reason, change.at) == ("corrected", str(STAFF), "打ち間違い", LATER)
        assert (change.yen_before, change.yen_after, change.points_before, change.points_after) == (334, 500, 10, 15)
        assert [(part.points, part.is_supplement, part.posted_on) for part in story.parts] == [
            (10, False, dt.date(2026, 4, 11)),
            (5, True, None),
        ]
        assert (story.worked, story.worked_now) == (Worked(10, exact=Decimal("10.02")), Worked(15, exact=Decimal(15)))
        assert story.state is queries.AccrualState.PARTLY_POSTED

    def test_downwards_keeps_what_was_first_worked_out(self, club: Club, hanako: Member) -> None:
        shop = club.merchant(three_percent())
        sale = club.buy(hanako, shop, 500, at=AT, reference="a")
        club.update(at=jst("2026-04-11 01:00"))
        correct(shop, "a", 334)

        story = tell(hanako, sale)

        assert (story.first_points, story.points, story.worked_from_yen, story.remaining_yen) == (15, 10, 500, 334)
        assert [(change.points_after, change.taken_from_lots) for change in story.changes] == [(10, 5)]

    def test_of_goods_returned_in_part_and_then_whole_are_both_told(self, club: Club, hanako: Member) -> None:
        shop = club.merchant()
        sale = club.buy(hanako, shop, 10_000, at=AT, reference="a")
        reverse(shop, "a", at=LATER, yen=2_500)
        reverse(shop, "a", at=LATER)

        story = tell(hanako, sale)

        assert [(change.kind, change.yen_after, change.points_after) for change in story.changes] == [
            ("reversed", 7_500, 75),
            ("reversed", 0, 0),
        ]
        assert (story.is_reversed, story.points, story.state) == (True, 0, queries.AccrualState.NOTHING)

    def test_that_came_before_the_sale_count_from_the_start(self, club: Club, hanako: Member) -> None:
        shop = club.merchant()
        reverse(shop, "a", at=jst("2026-04-09 12:00"), yen=2_500)
        sale = club.buy(hanako, shop, 10_000, at=AT, reference="a")
        reverse(shop, "a", at=LATER, yen=500)

        story = tell(hanako, sale)

        assert [change.is_early for change in story.changes] == [True, False]
        assert (story.worked_from_yen, story.first_points, story.points) == (7_500, 75, 70)


class TestOtherKinds:
    def test_number_agreed_has_no_rule(self, club: Club, hanako: Member) -> None:
        shop = club.merchant()
        sale = club.send(AccrualRequest(shop.number, "gift", hanako.number, AT, points=30), at=AT)
        assert isinstance(sale, Accepted)

        story = tell(hanako, sale)

        assert (story.kind, story.rule, story.worked, story.worked_from_yen, story.points) == (
            "fixed",
            None,
            None,
            None,
            30,
        )

    def test_bill_names_the_version_of_the_program(self, hanako: Member) -> None:
        facts = BillFacts("contract", "2026-04", BilledEnergy.ELECTRICITY, 9_876, 900, dt.date(2026, 4, 20))
        answer = earning.accrue_for_bill(
            member_number=hanako.number, facts=facts, at=jst("2026-04-20 12:00"), actor=STAFF
        )
        assert isinstance(answer, Accepted)

        story = tell(hanako, answer)

        assert (story.kind, story.merchant_number, story.points) == ("bill", "000000", 64)
        assert story.program_code


class TestReceiptNumber:
    def test_is_found_however_it_was_typed(self, club: Club, hanako: Member) -> None:
        sale = club.buy(hanako, club.merchant(), 1_000, at=AT)
        typed = sale.receipt_number.replace("-", " ").replace("0", "o").replace("1", "l").lower()

        assert queries.find_account_of_receipt(typed) == hanako.membership.account_id

    def test_of_another_account_is_refused(self, club: Club, hanako: Member) -> None:
        sale = club.buy(club.member(), club.merchant(), 1_000, at=AT)

        with pytest.raises(queries.UnknownReceiptError):
            tell(hanako, sale)
