"""T7: what was spent and is taken back is owed, in points, never in money."""

from __future__ import annotations

import pytest

from pointclub.membership.models import Member
from pointclub.merchants.models import Merchant
from pointclub.points import services as points
from tests.factories.club import Club, jst, redeem, reverse, verified

pytestmark = [pytest.mark.django_db, pytest.mark.rule("ACC-8")]


class TestPointsEarnedSpentAndTakenBack:
    @pytest.fixture
    def club(self) -> Club:
        return Club()

    def _owing(self, club: Club) -> tuple[Member, Merchant]:
        member, shop = club.member(), club.merchant()
        club.buy(member, shop, 10_000, at=jst("2026-04-01 12:00"), reference="a")
        club.update(at=jst("2026-04-02 01:00"))
        redeem(member, 100, at=jst("2026-04-03 12:00"))
        reverse(shop, "a", at=jst("2026-04-04 12:00"))
        return member, shop

    def test_become_arrears_and_nothing_can_be_redeemed(self, club: Club) -> None:
        member, _ = self._owing(club)

        balance = club.balance(member, "2026-04-04")
        assert (balance.arrears, balance.book, balance.usable) == (100, -100, 0)
        with pytest.raises(points.InsufficientPointsError):
            redeem(member, 1, at=jst("2026-04-04 12:00"))

    def test_are_paid_off_by_what_is_earned_next(self, club: Club) -> None:
        member, shop = self._owing(club)
        club.buy(member, shop, 3_000, at=jst("2026-04-05 12:00"))
        club.update(at=jst("2026-04-06 01:00"))

        after_thirty = club.balance(member, "2026-04-06")
        club.buy(member, shop, 20_000, at=jst("2026-04-07 12:00"))
        club.update(at=jst("2026-05-01 01:00"))

        assert (after_thirty.arrears, after_thirty.usable) == (70, 0)
        assert club.balance(member, "2026-05-01").arrears == 0
        assert club.lots(member, "2026-05-01") == {"2029-05-31": 130}
        assert verified() == []

    def test_are_owed_once_however_often_the_reversal_is_sent(self, club: Club) -> None:
        member, shop = self._owing(club)

        again = reverse(shop, "a", at=jst("2026-04-05 12:00"))
        with_another_key = reverse(shop, "a", at=jst("2026-04-05 12:00"), key="other")

        assert again.is_repeat
        assert with_another_key.is_repeat
        assert club.balance(member, "2026-04-05").arrears == 100

    def test_are_paid_by_an_adjustment_a_return_and_an_opening_balance_as_well(self, club: Club) -> None:
        member, _ = self._owing(club)
        club.open_balance(member, {"2026-12-31": 120}, at=jst("2026-04-05 12:00"))

        assert club.balance(member, "2026-04-05").arrears == 0
        assert club.lots(member, "2026-04-05") == {"2026-12-31": 20}


def test_the_very_lot_is_taken_from_first() -> None:
    club = Club()
    member, shop = club.member(at=jst("2022-01-01 09:00")), club.merchant()
    club.buy(member, shop, 10_000, at=jst("2023-04-01 12:00"), reference="a")
    club.update(at=jst("2023-04-02 01:00"))
    club.buy(member, shop, 10_000, at=jst("2024-01-04 12:00"), reference="b")
    club.update(at=jst("2024-01-05 01:00"))

    reverse(shop, "b", at=jst("2024-01-06 12:00"))

    assert club.lots(member, "2024-01-06") == {"2026-04-30": 100}


def test_what_the_very_lot_lacks_comes_from_the_others_in_the_order_of_use() -> None:
    club = Club()
    member, shop = club.member(), club.merchant()
    club.open_balance(member, {"2026-06-30": 50, "2026-07-31": 50}, at=jst("2026-04-01 09:00"))
    club.buy(member, shop, 10_000, at=jst("2026-04-01 12:00"), reference="a")
    club.update(at=jst("2026-04-02 01:00"))
    redeem(member, 150, at=jst("2026-04-03 12:00"))

    taken = reverse(shop, "a", at=jst("2026-04-04 12:00"))

    assert (taken.taken_from_lots, taken.taken_as_arrears) == (50, 50)
    assert club.balance(member, "2026-04-04").book == -50
