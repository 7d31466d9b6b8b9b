"""A receipt tells where each of its points went, and whose points were taken when its own were gone."""

import pytest

from pointclub.earning import queries as earning
from pointclub.earning import services as earning_services
from pointclub.explain import queries as explain
from pointclub.membership import services as membership
from pointclub.membership.models import Member, Membership
from pointclub.merchants.models import Merchant
from pointclub.points import services as points
from tests.explain.asking import account, last_days, receipt, taken, went
from tests.factories.club import STAFF, Club, approve, give_back, jst, redeem, reverse

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


class TestUse:
    def test_of_two_receipts_in_a_lot_takes_the_first_one_first(
        self, club: Club, hanako: Member, shop: Merchant
    ) -> None:
        first = club.buy(hanako, shop, 10_000, at=jst("2026-04-01 12:00"))
        club.update(at=jst("2026-04-02 01:00"))
        second = club.buy(hanako, shop, 5_000, at=jst("2026-04-02 12:00"))
        club.update(at=jst("2026-04-03 01:00"))
        order = redeem(hanako, 120, at=jst("2026-04-03 12:00"))

        of_first, of_second = (receipt(hanako, sale, on="2026-04-04") for sale in (first, second))

        assert (went(of_first), went(of_second)) == ([(100, "redeemed")], [(20, "redeemed"), (30, "left")])
        used, left = of_second.parts
        assert used.line is not None
        assert (used.line.order_number, used.line.position, str(used.ended_on)) == (order.number, 1, "2026-04-03")
        assert (left.ended_on, last_days(left)) == (None, ["2029-04-30"])

    def test_that_came_back_in_part_leaves_the_rest_with_the_line(
        self, club: Club, hanako: Member, shop: Merchant
    ) -> None:
        sale = club.buy(hanako, shop, 10_000, at=jst("2026-04-01 12:00"))
        club.update(at=jst("2026-04-02 01:00"))
        order = redeem(hanako, 60, at=jst("2026-04-03 12:00"))
        give_back(hanako, order, 1, at=jst("2026-04-04 12:00"), number=25)

        assert went(receipt(hanako, sale, on="2026-04-05")) == [(35, "redeemed"), (65, "left")]

    def test_after_one_that_came_back_moves_up_to_the_first_receipt(
        self, club: Club, hanako: Member, shop: Merchant
    ) -> None:
        first = club.buy(hanako, shop, 5_000, at=jst("2026-04-01 12:00"))
        second = club.buy(hanako, shop, 5_000, at=jst("2026-04-01 13:00"))
        club.update(at=jst("2026-04-02 01:00"))
        order = redeem(hanako, 50, 30, at=jst("2026-04-03 12:00"))
        give_back(hanako, order, 1, at=jst("2026-04-04 12:00"))

        (used, left) = receipt(hanako, first, on="2026-04-05").parts

        assert used.line is not None
        assert (used.points, used.line.position, left.points) == (30, 2, 20)
        assert went(receipt(hanako, second, on="2026-04-05")) == [(50, "left")]


class TestLapse:
    def test_is_told_before_the_job_has_recorded_it(self, club: Club, hanako: Member, shop: Merchant) -> None:
        sale = club.buy(hanako, shop, 10_000, at=jst("2026-04-01 12:00"))
        club.update(at=jst("2026-04-02 01:00"))

        (on_the_last_day,) = receipt(hanako, sale, on="2029-04-30").parts
        (the_day_after,) = receipt(hanako, sale, on="2029-05-01").parts
        club.lapse(at=jst("2029-05-03 00:05"))
        (recorded,) = receipt(hanako, sale, on="2029-05-03").parts

        assert on_the_last_day.fate.value == "left"
        assert (the_day_after.fate.value, str(the_day_after.ended_on), the_day_after.recorded_at) == (
            "lapsed",
            "2029-05-01",
            None,
        )
        assert (recorded.fate.value, str(recorded.ended_on)) == ("lapsed", "2029-05-01")
        assert recorded.recorded_at == jst("2029-05-03 00:05")

    def test_meets_a_later_return_of_goods_first(self, club: Club, hanako: Member, shop: Merchant) -> None:
        sale = club.buy(hanako, shop, 10_000, at=jst("2026-04-01 12:00"), reference="sale")
        club.update(at=jst("2026-04-02 01:00"))
        redeem(hanako, 60, at=jst("2026-04-03 12:00"))
        club.lapse(at=jst("2029-05-01 00:05"))
        reverse(shop, "sale", at=jst("2029-05-02 12:00"), yen=5_000)

        told = receipt(hanako, sale, on="2029-05-03")

        assert went(told) == [(60, "redeemed"), (40, "taken_back")]
        assert taken(told) == [(40, "own"), (10, "arrears_open")]
        assert [part.other_receipt for part in told.parts] == [None, None]
        assert (told.points, told.granted, told.taken_back) == (50, 100, 50)


class TestReversalAfterSpending:
    def test_names_the_receipts_whose_points_were_taken_or_paid(
        self, club: Club, hanako: Member, shop: Merchant
    ) -> None:
        spent = club.buy(hanako, shop, 10_000, at=jst("2026-04-01 12:00"), reference="spent")
        taken_from = club.buy(hanako, shop, 3_000, at=jst("2026-04-01 13:00"))
        club.update(at=jst("2026-04-02 01:00"))
        redeem(hanako, 100, at=jst("2026-04-03 12:00"))
        reverse(shop, "spent", at=jst("2026-04-04 12:00"))
        paying = club.buy(hanako, shop, 4_000, at=jst("2026-04-05 12:00"))
        club.update(at=jst("2026-04-06 01:00"))

        told = receipt(hanako, spent, on="2026-04-07")

        assert (told.granted, told.taken_back, told.points) == (100, 100, 0)
        assert went(told) == [(100, "redeemed")]
        assert [
            (one.points, one.kind.value, str(one.on), one.origin and one.origin.story.receipt.receipt_number)  # type: ignore[union-attr]
            for one in told.takings
        ] == [
            (30, "others", "2026-04-04", taken_from.receipt_number),
            (40, "arrears_paid", "2026-04-06", paying.receipt_number),
            (30, "arrears_open", "2026-04-04", None),
        ]

    def test_is_told_by_the_receipts_that_made_up_for_it(self, club: Club, hanako: Member, shop: Merchant) -> None:
        spent = club.buy(hanako, shop, 10_000, at=jst("2026-04-01 12:00"), reference="spent")
        club.update(at=jst("2026-04-02 01:00"))
        redeem(hanako, 100, at=jst("2026-04-03 12:00"))
        reverse(shop, "spent", at=jst("2026-04-04 12:00"))
        paying = club.buy(hanako, shop, 4_000, at=jst("2026-04-05 12:00"))
        club.update(at=jst("2026-04-06 01:00"))

        (paid,) = receipt(hanako, paying, on="2026-04-07").parts

        assert (paid.points, paid.fate.value) == (40, "paid_arrears")
        assert paid.other_receipt is not None
        assert paid.other_receipt.receipt_number == spent.receipt_number

    def test_pays_the_arrears_of_two_sales_in_the_order_in_which_they_arose(
        self, club: Club, hanako: Member, shop: Merchant
    ) -> None:
        sales = [
            club.buy(hanako, shop, 5_000, at=jst(f"2026-04-01 1{hour}:00"), reference=f"sale-of-{hour}")
            for hour in (2, 3)
        ]
        club.update(at=jst("2026-04-02 01:00"))
        redeem(hanako, 100, at=jst("2026-04-03 12:00"))
        for hour in (2, 3):
            reverse(shop, f"sale-of-{hour}", at=jst(f"2026-04-04 1{hour}:00"))
        paying = club.buy(hanako, shop, 7_000, at=jst("2026-04-05 12:00"))
        club.update(at=jst("2026-04-06 01:00"))

        parts = receipt(hanako, paying, on="2026-04-07").parts

        assert [(part.points, part.other_receipt and part.other_receipt.receipt_number) for part in parts] == [
            (50, sales[0].receipt_number),
            (20, sales[1].receipt_number),
        ]

    def test_is_paid_from_two_lots_at_once(self, club: Club, hanako: Member, shop: Merchant) -> None:
        spent = [
            club.buy(hanako, shop, 5_000, at=jst(f"2026-04-01 1{hour}:00"), reference=f"sale-of-{hour}")
            for hour in (2, 3)
        ]
        club.update(at=jst("2026-04-02 01:00"))
        redeem(hanako, 100, at=jst("2026-04-03 12:00"))
        for hour in (2, 3):
            reverse(shop, f"sale-of-{hour}", at=jst(f"2026-04-04 1{hour}:00"))
        club.open_balance(hanako, {"2026-12-31": 30, "2027-12-31": 60}, at=jst("2026-04-05 12:00"))

        of_first, of_second = (receipt(hanako, sale, on="2026-04-06").takings for sale in spent)

        assert [(one.points, one.kind.value, str(one.origin and one.origin.usable_through)) for one in of_first] == [
            (30, "arrears_paid", "2026-12-31"),
            (20, "arrears_paid", "2027-12-31"),
        ]
        assert [(one.points, one.kind.value, str(one.origin and one.origin.usable_through)) for one in of_second] == [
            (40, "arrears_paid", "2027-12-31"),
            (10, "arrears_open", "None"),
        ]


class TestPointsThatMoveOn:
    def test_come_back_after_their_day_from_a_line_that_is_named(
        self, club: Club, hanako: Member, shop: Merchant
    ) -> None:
        sale = club.buy(hanako, shop, 10_000, at=jst("2026-04-01 12:00"))
        club.update(at=jst("2026-04-02 01:00"))
        order = redeem(hanako, 60, at=jst("2029-04-30 12:00"))
        give_back(hanako, order, 1, at=jst("2029-06-10 12:00"), number=20)

        used, lapsed, back = receipt(hanako, sale, on="2029-06-11").parts

        assert [(part.points, part.fate.value) for part in (used, lapsed, back)] == [
            (40, "redeemed"),
            (40, "lapsed"),
            (20, "left"),
        ]
        assert last_days(back) == ["2029-04-30", "2029-07-31"]
        assert back.stops[1].line is not None
        assert (back.stops[1].line.order_number, back.stops[1].brought_by) == (order.number, "return")

    def test_keep_the_announcement_that_gave_them_another_day(self, club: Club, hanako: Member, shop: Merchant) -> None:
        sale = club.buy(hanako, shop, 10_000, at=jst("2026-04-01 12:00"))
        club.update(at=jst("2026-04-02 01:00"))
        selection = points.LotSelection(
            jst("2029-04-01 00:00").date(), jst("2029-04-30 00:00").date(), includes_lapsed=False
        )
        request = points.request_extension(
            selection=selection,
            usable_through=jst("2029-09-30 00:00").date(),
            reason="台風",
            at=jst("2029-04-10 12:00"),
            actor=STAFF,
        )
        approve(request, at=jst("2029-04-11 12:00"))

        (left,) = receipt(hanako, sale, on="2029-05-01").parts

        assert (left.points, left.fate.value, last_days(left)) == (100, "left", ["2029-04-30", "2029-09-30"])
        assert left.stops[1].request is not None
        assert left.stops[1].request.reason == "台風"

    def test_go_on_in_the_account_of_a_member_who_came_back(self, club: Club, hanako: Member, shop: Merchant) -> None:
        sale = club.buy(hanako, shop, 10_000, at=jst("2026-04-01 12:00"))
        club.update(at=jst("2026-04-02 01:00"))
        earning_services.end_membership(
            member=hanako, reason=Membership.EndReason.WITHDRAWN, at=jst("2026-05-01 12:00"), actor=STAFF
        )
        forfeited = receipt(hanako, sale, on="2026-05-02")
        again = club.member(at=jst("2026-06-01 12:00"))
        membership.rejoin(
            former_id=hanako.membership_id, new_id=again.membership_id, at=jst("2026-06-01 12:00"), actor=STAFF
        )
        redeem(again, 30, at=jst("2026-06-02 12:00"))

        told = receipt(again, sale, on="2026-06-03")

        assert went(forfeited) == [(100, "forfeited")]
        assert went(told) == [(30, "redeemed"), (70, "left")]
        assert [stop.account_id for stop in told.parts[1].stops] == [account(hanako), account(again)]
        assert receipt(hanako, sale, on="2026-06-03") == told

    def test_are_not_followed_into_somebody_elses_account(self, club: Club, hanako: Member, shop: Merchant) -> None:
        other = club.member()
        sale = club.buy(hanako, shop, 10_000, at=jst("2026-04-01 12:00"))
        club.update(at=jst("2026-04-02 01:00"))
        request = points.request_transfer(
            from_account_id=account(hanako),
            to_account_id=account(other),
            points=80,
            reason="相続",
            at=jst("2026-04-03 12:00"),
            actor=STAFF,
        )
        approve(request, at=jst("2026-04-03 13:00"))

        transferred, left = receipt(hanako, sale, on="2026-04-04").parts

        assert (transferred.points, transferred.fate.value, left.points) == (80, "transferred", 20)
        assert transferred.request is not None
        assert (transferred.request.reason, transferred.request.decided_by) == ("相続", "staff:tanto-2")
        with pytest.raises(earning.UnknownReceiptError):
            receipt(other, sale, on="2026-04-04")


def test_points_that_wait_are_pending_and_in_no_part(club: Club, hanako: Member, shop: Merchant) -> None:
    sale = club.buy(hanako, shop, 10_000, at=jst("2026-04-01 12:00"))

    told = receipt(hanako, sale, on="2026-04-01")

    assert (told.points, told.pending, told.granted, told.parts) == (100, 100, 0, ())
    assert told.story.state is earning.AccrualState.PENDING


@pytest.mark.parametrize("number", ["", "x", "000000-0000-0000-0000", "１２３"])
def test_receipt_that_nobody_has_is_refused(hanako: Member, number: str) -> None:
    with pytest.raises(earning.UnknownReceiptError):
        explain.explain_accrual(account(hanako), number, on=jst("2026-04-01 12:00").date())
