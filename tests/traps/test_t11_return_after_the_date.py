"""T11: points that come back after their day get one more month, and no more."""

from __future__ import annotations

import datetime as dt

import pytest

from pointclub.earning import services as earning
from pointclub.membership import services as membership
from pointclub.membership.models import Membership
from pointclub.points import services as points
from pointclub.points.models import Lot
from tests.factories.club import STAFF, Club, give_back, jst, redeem, reverse, verified

pytestmark = [pytest.mark.django_db, pytest.mark.rule("RED-8")]

ORDERED, RETURNED = jst("2026-04-20 12:00"), jst("2026-05-10 12:00")


def test_each_part_goes_back_to_its_lot_or_where_its_day_has_passed_to_a_month_more() -> None:
    club = Club()
    member = club.member()
    club.open_balance(member, {"2026-04-30": 60, "2026-05-31": 40}, at=jst("2026-04-01 12:00"))
    order = redeem(member, 100, at=ORDERED)

    line = give_back(member, order, 1, at=RETURNED)

    assert (line.state, line.returned_points) == ("returned", 100)
    assert club.lots(member, "2026-05-10") == {"2026-05-31": 40, "2026-06-30": 60}
    later = Lot.objects.get(usable_through=dt.date(2026, 6, 30))
    origin = Lot.objects.get(usable_through=dt.date(2026, 4, 30))
    assert (later.kind, later.origin_lot_id) == ("returned", origin.id)
    assert verified() == []


def test_two_lines_come_back_each_with_exactly_what_it_took() -> None:
    club = Club()
    member = club.member()
    club.open_balance(member, {"2026-04-30": 60, "2026-05-31": 40}, at=jst("2026-04-01 12:00"))
    order = redeem(member, 70, 30, at=ORDERED)

    give_back(member, order, 2, at=jst("2026-04-25 12:00"))
    after_the_second = club.lots(member, "2026-04-25")
    give_back(member, order, 1, at=jst("2026-04-26 12:00"))

    assert after_the_second == {"2026-05-31": 30}
    assert club.lots(member, "2026-04-26") == {"2026-04-30": 60, "2026-05-31": 40}


def test_a_part_of_a_line_comes_back_to_the_lot_taken_last() -> None:
    club = Club()
    member = club.member()
    club.open_balance(member, {"2026-04-30": 60, "2026-05-31": 40}, at=jst("2026-04-01 12:00"))
    order = redeem(member, 100, at=ORDERED)

    line = give_back(member, order, 1, at=jst("2026-04-25 12:00"), number=50)

    assert (line.state, line.returned_points) == ("accepted", 50)
    assert club.lots(member, "2026-04-25") == {"2026-04-30": 10, "2026-05-31": 40}


def test_no_more_comes_back_than_was_taken() -> None:
    club = Club()
    member = club.member()
    club.open_balance(member, {"2026-05-31": 100}, at=jst("2026-04-01 12:00"))
    order = redeem(member, 60, at=ORDERED)
    give_back(member, order, 1, at=jst("2026-04-25 12:00"), number=50)

    with pytest.raises(points.ReturnExceedsLineError):
        give_back(member, order, 1, at=jst("2026-04-25 12:00"), number=11)

    assert club.balance(member, "2026-04-25").usable == 90


def test_what_comes_back_pays_arrears_first() -> None:
    club = Club()
    member, shop = club.member(), club.merchant()
    club.buy(member, shop, 10_000, at=jst("2026-04-01 12:00"), reference="a")
    club.update(at=jst("2026-04-02 01:00"))
    order = redeem(member, 100, at=ORDERED)
    reverse(shop, "a", at=jst("2026-04-21 12:00"))

    give_back(member, order, 1, at=jst("2026-04-25 12:00"))

    balance = club.balance(member, "2026-04-25")
    assert (balance.arrears, balance.book) == (0, 0)
    assert verified() == []


@pytest.mark.rule("END-5")
def test_what_comes_back_after_the_membership_is_forfeited_and_can_be_restored() -> None:
    club = Club()
    member = club.member()
    club.open_balance(member, {"2026-04-30": 60, "2026-05-31": 40}, at=jst("2026-04-01 12:00"))
    order = redeem(member, 100, at=ORDERED)
    earning.end_membership(
        member=member, reason=Membership.EndReason.WITHDRAWN, at=jst("2026-04-25 12:00"), actor=STAFF
    )

    give_back(member, order, 1, at=RETURNED)
    again = club.member(at=jst("2026-05-11 12:00"))
    restored = membership.rejoin(
        former_id=member.membership_id, new_id=again.membership_id, at=jst("2026-05-12 12:00"), actor=STAFF
    )

    assert club.balance(member, "2026-05-10").book == 0
    assert restored == 100
    assert club.lots(again, "2026-05-12") == {"2026-05-31": 40, "2026-06-30": 60}
    assert verified() == []
