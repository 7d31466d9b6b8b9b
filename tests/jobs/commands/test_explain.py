"""`pointclub explain accrual`, `redemption` and `balance`."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

import pytest

from pointclub.earning.rules.requests import Accepted
from pointclub.jobs import output
from pointclub.membership.models import Member
from pointclub.rewards.models import RedemptionOrder
from tests.factories.club import Club, jst, redeem, reverse, three_percent
from tests.harness.commands import call

pytestmark = [pytest.mark.django_db, pytest.mark.rule("BAL-4")]


@dataclass
class Spring:
    """A member who used more than one sale gave, and then returned the goods of it."""

    member: Member
    returned: Accepted
    kept: Accepted
    order: RedemptionOrder


@pytest.fixture
def spring(set_clock: Callable[[dt.datetime], None], monkeypatch: pytest.MonkeyPatch) -> Spring:
    monkeypatch.setenv("COLUMNS", "200")
    set_clock(jst("2026-04-20 12:00"))
    club = Club()
    member, shop = club.member(), club.merchant(three_percent())
    returned = club.buy(member, shop, 334, at=jst("2026-04-08 18:00"), reference="returned")
    kept = club.buy(member, shop, 3_340, at=jst("2026-04-08 19:00"))
    club.update(at=jst("2026-04-09 01:00"))
    order = redeem(member, 50, at=jst("2026-04-10 12:00"))
    reverse(shop, "returned", at=jst("2026-04-11 12:00"))
    return Spring(member, returned, kept, order)


class TestAccrual:
    def test_adds_up_for_programs(self, spring: Spring) -> None:
        told = call("explain", "accrual", spring.returned.receipt_number, "--json").json

        assert (told["receipt"], told["points"]) == (spring.returned.receipt_number, 0)
        assert (told["granted"], told["pending"], told["taken_back"]) == (10, 0, 10)
        assert told["rule"]["percent"] == "3"
        assert told["worked"] == {"points": 10, "exact": "10.02", "full_units": None, "rest_yen": None}
        assert [(part["points"], part["fate"], part["line"]["order"]) for part in told["went_to"]] == [
            (10, "redeemed", spring.order.number)
        ]
        assert [(taking["points"], taking["kind"], taking["origin"]["receipt"]) for taking in told["taken"]] == [
            (10, "others", spring.kept.receipt_number)
        ]
        assert [(change["kind"], change["points_before"], change["points_after"]) for change in told["changes"]] == [
            ("reversed", 10, 0)
        ]

    def test_tells_people_in_sentences(self, spring: Spring) -> None:
        returned = call("explain", "accrual", spring.returned.receipt_number).out
        kept = call("explain", "accrual", spring.kept.receipt_number).out

        assert "points: 0 = 10 granted + 0 pending - 10 taken back" in returned
        assert "3 % (version 1, for sales from 2016-04-01)" in returned
        assert "334 yen make 10.02, so 10 points; now 0 yen make 0, so 0 points" in returned
        assert f"used for {spring.order.number} line 1 (gift)" in returned
        assert f"taken for {spring.returned.receipt_number}, whose own points were gone" in kept
        assert "left, and can be used" in kept

    @pytest.mark.parametrize("number", ["x", "", "000000-0000-0000-0000"])
    def test_that_nobody_has_is_not_found(self, spring: Spring, number: str) -> None:  # noqa: ARG002 -- For its club.
        answer = call("explain", "accrual", number)

        assert (answer.code, answer.err) == (output.NOT_FOUND, f"There is no receipt {number!r}.")


class TestRedemption:
    def test_names_its_receipts(self, spring: Spring) -> None:
        words = ("explain", "redemption", spring.order.number, "1", "--member", spring.member.number)

        told, shown = call(*words, "--json").json, call(*words).out

        assert (told["points"], told["taken"], told["came_back"]) == (50, 50, 0)
        assert [(origin["points"], origin["receipt"]) for origin in told["origins"]] == [
            (10, spring.returned.receipt_number),
            (40, spring.kept.receipt_number),
        ]
        assert "points: 50 = 50 taken - 0 came back" in shown
        assert spring.kept.receipt_number in shown

    @pytest.mark.parametrize(("order", "line"), [("R-none", "1"), (None, "2")])
    def test_that_the_member_has_not_is_not_found(self, spring: Spring, order: str | None, line: str) -> None:
        number = order or spring.order.number

        answer = call("explain", "redemption", number, line, "--member", spring.member.number, "--json")

        assert (answer.code, answer.json["refused"]) == (output.NOT_FOUND, "unknown_order")

    def test_of_another_member_is_not_found(self, spring: Spring) -> None:
        answer = call("explain", "redemption", spring.order.number, "1", "--member", Club().member().number)

        assert answer.code == output.NOT_FOUND

    @pytest.mark.parametrize("line", ["0", "51", "one"])
    def test_line_that_is_no_number_is_a_mistake_in_writing(self, spring: Spring, line: str) -> None:
        words = ("explain", "redemption", spring.order.number, line, "--member", spring.member.number)

        assert call(*words).code == output.USAGE


class TestBalance:
    def test_names_what_is_left_of_which_receipts(self, spring: Spring) -> None:
        told = call("explain", "balance", spring.member.number, "--json").json
        shown = call("explain", "balance", spring.member.number).out

        (lot,) = told["lots"]
        assert (told["usable_balance"], lot["usable_through"], lot["remaining"]) == (50, "2029-04-30", 50)
        assert [(origin["points"], origin["receipt"]) for origin in lot["origins"]] == [
            (50, spring.kept.receipt_number)
        ]
        assert "usable balance: 50" in shown
        assert spring.kept.receipt_number in shown

    def test_of_a_day_past_is_as_it_was(self, spring: Spring) -> None:
        told = call("explain", "balance", spring.member.number, "--on", "2026-04-09", "--json").json

        assert [(origin["points"], origin["receipt"]) for origin in told["lots"][0]["origins"]] == [
            (10, spring.returned.receipt_number),
            (100, spring.kept.receipt_number),
        ]

    def test_of_a_member_without_points_says_so(self, spring: Spring) -> None:  # noqa: ARG002 -- For its clock.
        shown = call("explain", "balance", Club().member().number).out

        assert "lots: none" in shown

    def test_of_nobody_is_not_found(self, spring: Spring) -> None:  # noqa: ARG002 -- For its clock.
        assert call("explain", "balance", "1").code == output.NOT_FOUND
