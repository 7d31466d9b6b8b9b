"""A redemption line and a lot tell which receipts and other origins stand behind them."""

import datetime as dt

import pytest
from uuid_utils.compat import uuid7

from pointclub.earning import services as earning
from pointclub.earning.rules.amount import Bonus
from pointclub.explain import queries as explain
from pointclub.membership import services as membership
from pointclub.membership.models import Member, Membership
from pointclub.merchants.models import Merchant
from pointclub.points import services as points
from pointclub.rewards import queries as rewards
from tests.explain.asking import account, balance, came_from, last_days, line
from tests.factories.club import STAFF, Club, approve, give_back, jst, redeem

pytestmark = [pytest.mark.django_db, pytest.mark.rule("BAL-4")]


@pytest.fixture
def club() -> Club:
    return Club()


@pytest.fixture
def hanako(club: Club) -> Member:
    return club.member()


@pytest.fixture
def shop(club: Club) -> Merchant:
    return club.merchant()


def add_by_hand(member: Member, number: int, *, at: dt.datetime) -> None:
    request = points.request_adjustment(
        account_id=account(member), points=number, usable_through=None, reason="お詫び", at=at, actor=STAFF
    )
    approve(request, at=at)


class TestLine:
    def test_that_took_two_lots_names_both_their_receipts(self, club: Club, hanako: Member, shop: Merchant) -> None:
        april = club.buy(hanako, shop, 10_000, at=jst("2026-04-01 12:00"))
        club.update(at=jst("2026-04-02 01:00"))
        may = club.buy(hanako, shop, 10_000, at=jst("2026-05-01 12:00"))
        club.update(at=jst("2026-05-02 01:00"))
        order = redeem(hanako, 150, at=jst("2026-05-03 12:00"))

        told = line(hanako, order, on="2026-05-04")

        assert came_from(told.origins) == [(100, april.receipt_number), (50, may.receipt_number)]
        assert [last_days(origin) for origin in told.origins] == [["2029-04-30"], ["2029-05-31"]]
        assert [str(origin.story.granted_on) for origin in told.origins] == ["2026-04-02", "2026-05-02"]

    def test_that_came_back_in_part_keeps_the_first_and_tells_until_when_the_rest_can_be_used(
        self, club: Club, hanako: Member, shop: Merchant
    ) -> None:
        april = club.buy(hanako, shop, 10_000, at=jst("2026-04-01 12:00"))
        club.update(at=jst("2026-04-02 01:00"))
        club.buy(hanako, shop, 10_000, at=jst("2026-05-01 12:00"))
        club.update(at=jst("2026-05-02 01:00"))
        order = redeem(hanako, 150, at=jst("2029-04-30 12:00"))
        give_back(hanako, order, 1, at=jst("2029-05-10 12:00"), number=70)

        told = line(hanako, order, on="2029-05-11")

        assert (told.points, came_from(told.origins)) == (80, [(80, april.receipt_number)])
        assert [(one.points, str(one.taken_through), str(one.usable_through)) for one in told.returns] == [
            (50, "2029-05-31", "2029-05-31"),
            (20, "2029-04-30", "2029-06-30"),
        ]

    def test_names_what_is_no_receipt_by_its_own_story(self, club: Club, hanako: Member) -> None:
        giver = club.member()
        club.open_balance(giver, {"2026-12-31": 40}, at=jst("2026-04-01 09:00"))
        points.open_balance(
            account_id=account(hanako),
            lots=[(dt.date(2026, 12, 31), 10)],
            key="opening:legacy:old-7",
            fingerprint=b"opening",
            at=jst("2026-04-01 10:00"),
            actor=STAFF,
        )
        transfer = points.request_transfer(
            from_account_id=account(giver),
            to_account_id=account(hanako),
            points=20,
            reason="相続",
            at=jst("2026-04-02 10:00"),
            actor=STAFF,
        )
        approve(transfer, at=jst("2026-04-02 11:00"))
        add_by_hand(hanako, 30, at=jst("2026-04-03 10:00"))
        order = redeem(hanako, 60, at=jst("2026-04-04 12:00"))

        opening, transferred, adjusted = (origin.story for origin in line(hanako, order, on="2026-04-05").origins)

        assert (opening.kind, opening.reference, opening.receipt, opening.request) == (
            "opening",
            "legacy:old-7",
            None,
            None,
        )
        assert transferred.kind == "transfer"
        assert transferred.request is not None
        assert (transferred.request.reason, transferred.request.from_account_id) == ("相続", account(giver))
        assert adjusted.kind == "adjustment"
        assert adjusted.request is not None
        assert (adjusted.request.requested_by, adjusted.request.decided_by) == ("staff:tanto-1", "staff:tanto-2")

    def test_names_the_campaign_and_the_family_member_who_earned(
        self, club: Club, hanako: Member, shop: Merchant
    ) -> None:
        taro = club.family_member(hanako)
        earning.add_campaign(
            code="double",
            name="二倍の日",
            merchant=shop,
            days=earning.CampaignDays(dt.date(2026, 4, 1), dt.date(2026, 4, 30), None),
            bonus=Bonus(multiplier=None, fixed_points=5, minimum_yen=0),
            caps=earning.Caps(),
            at=club.opened_at,
            actor=STAFF,
        )
        club.buy(taro, shop, 1_000, at=jst("2026-04-01 12:00"))
        club.update(at=jst("2026-04-02 01:00"))
        order = redeem(hanako, 15, at=jst("2026-04-03 12:00"))

        receipts = [origin.story.receipt for origin in line(hanako, order, on="2026-04-04").origins]

        assert [
            (one.member_number, one.member_is_family, one.campaign_name) for one in receipts if one is not None
        ] == [(taro.number, True, None), (taro.number, True, "二倍の日")]

    def test_of_a_former_membership_is_told_to_the_member_who_came_back(
        self, club: Club, hanako: Member, shop: Merchant
    ) -> None:
        sale = club.buy(hanako, shop, 10_000, at=jst("2026-04-01 12:00"))
        club.update(at=jst("2026-04-02 01:00"))
        order = redeem(hanako, 30, at=jst("2026-04-03 12:00"))
        earning.end_membership(
            member=hanako, reason=Membership.EndReason.WITHDRAWN, at=jst("2026-05-01 12:00"), actor=STAFF
        )
        again = club.member(at=jst("2026-06-01 12:00"))
        membership.rejoin(
            former_id=hanako.membership_id, new_id=again.membership_id, at=jst("2026-06-01 12:00"), actor=STAFF
        )
        later = redeem(again, 50, at=jst("2026-06-02 12:00"))

        assert came_from(line(again, order, on="2026-06-03").origins) == [(30, sale.receipt_number)]
        assert came_from(line(again, later, on="2026-06-03").origins) == [(50, sale.receipt_number)]

    def test_of_somebody_else_is_refused(self, club: Club, hanako: Member) -> None:
        other = club.member()
        club.open_balance(other, {"2026-12-31": 40}, at=jst("2026-04-01 09:00"))
        order = redeem(other, 40, at=jst("2026-04-02 09:00"))

        with pytest.raises(rewards.UnknownOrderError):
            line(hanako, order, on="2026-04-03")
        with pytest.raises(rewards.UnknownOrderError):
            line(other, order, 2, on="2026-04-03")


class TestBalance:
    def test_says_which_receipts_are_left_in_each_lot(self, club: Club, hanako: Member, shop: Merchant) -> None:
        club.open_balance(hanako, {"2026-12-31": 40}, at=jst("2026-04-01 09:00"))
        first = club.buy(hanako, shop, 5_000, at=jst("2026-04-01 12:00"))
        second = club.buy(hanako, shop, 5_000, at=jst("2026-04-01 13:00"))
        club.update(at=jst("2026-04-02 01:00"))
        redeem(hanako, 60, at=jst("2026-04-03 12:00"))
        waiting = club.buy(hanako, shop, 700, at=jst("2026-04-03 13:00"))

        told = balance(hanako, on="2026-04-04")

        assert told.balance.usable == 80
        assert [(str(lot.lot.usable_through), came_from(lot.origins)) for lot in told.lots] == [
            ("2029-04-30", [(30, first.receipt_number), (50, second.receipt_number)])
        ]
        assert [(grant.points, grant.receipt_number) for grant in told.pending] == [(7, waiting.receipt_number)]

    def test_of_a_day_past_is_as_it_was(self, club: Club, hanako: Member, shop: Merchant) -> None:
        sale = club.buy(hanako, shop, 5_000, at=jst("2026-04-01 12:00"))
        club.update(at=jst("2026-04-02 01:00"))
        redeem(hanako, 20, at=jst("2026-04-05 12:00"))

        before, after = balance(hanako, on="2026-04-04"), balance(hanako, on="2026-04-05")

        assert [came_from(lot.origins) for lot in before.lots] == [[(50, sale.receipt_number)]]
        assert [came_from(lot.origins) for lot in after.lots] == [[(30, sale.receipt_number)]]


class TestLot:
    def test_that_has_lapsed_still_names_what_lapsed_in_it(self, club: Club, hanako: Member, shop: Merchant) -> None:
        sale = club.buy(hanako, shop, 5_000, at=jst("2026-04-01 12:00"))
        club.update(at=jst("2026-04-02 01:00"))
        (lot,) = balance(hanako, on="2026-04-02").lots
        redeem(hanako, 20, at=jst("2026-04-05 12:00"))
        club.lapse(at=jst("2029-05-01 00:05"))

        told = explain.explain_lot(account(hanako), lot.lot.id, on=dt.date(2029, 5, 1))

        assert (told.lot.remaining, told.origins, came_from(told.lapsed)) == (0, (), [(30, sale.receipt_number)])

    def test_past_its_day_whose_lapse_is_not_recorded_still_remains(
        self, club: Club, hanako: Member, shop: Merchant
    ) -> None:
        sale = club.buy(hanako, shop, 5_000, at=jst("2026-04-01 12:00"))
        club.update(at=jst("2026-04-02 01:00"))

        (lot,) = balance(hanako, on="2029-05-01").lots

        assert (lot.lot.is_usable, lot.lot.remaining, lot.lapsed) == (False, 50, ())
        assert came_from(lot.origins) == [(50, sale.receipt_number)]

    def test_of_somebody_else_is_refused(self, club: Club, hanako: Member) -> None:
        other = club.member()
        club.open_balance(other, {"2026-12-31": 40}, at=jst("2026-04-01 09:00"))
        (lot,) = balance(other, on="2026-04-02").lots

        for lot_id in (lot.lot.id, uuid7()):
            with pytest.raises(explain.UnknownLotError):
                explain.explain_lot(account(hanako), lot_id, on=dt.date(2026, 4, 2))
