"""Corrections: the right figure replaces the wrong one, and the history keeps both (ACC-7, ACC-9)."""

from __future__ import annotations

import datetime as dt

import pytest

from pointclub.earning import services as earning
from pointclub.earning.models import AccrualChange
from pointclub.earning.rules.requests import AccrualRequest
from pointclub.foundation import actors
from pointclub.foundation.actors import Actor
from pointclub.merchants import services as merchants
from pointclub.merchants.models import Merchant
from pointclub.points import queries as points_queries
from pointclub.program import services as program
from pointclub.program.queries import Activity, PointsSuspendedError
from tests.factories.club import STAFF, Club, jst, redeem, reverse, verified

pytestmark = [pytest.mark.django_db, pytest.mark.rule("ACC-7")]

AT = jst("2026-04-01 12:00")
NIGHT = jst("2026-04-02 01:00")
LATER = jst("2026-04-03 12:00")


def correct(
    shop: Merchant,
    price_yen: int | None,
    *,
    new_points: int | None = None,
    key: str = "first",
    at: dt.datetime = LATER,
    actor: Actor = STAFF,
) -> earning.Changed:
    return earning.correct(
        merchant_number=shop.number,
        reference="a",
        price=None if price_yen is None else earning.NewPrice(price_yen),
        new_points=new_points,
        key=key,
        at=at,
        actor=actor,
        reason="レジの打ち間違い",
    )


class TestBeforeTheUpdate:
    @pytest.mark.parametrize(("price_yen", "points"), [(500, 5), (3_000, 30)])
    def test_the_pending_figure_changes(self, price_yen: int, points: int) -> None:
        club = Club()
        member, shop = club.member(), club.merchant()
        club.buy(member, shop, 1_000, at=AT, reference="a")

        changed = correct(shop, price_yen, at=jst("2026-04-01 13:00"))

        assert (changed.points_before, changed.points_after) == (10, points)
        assert club.update(at=NIGHT) == points
        assert len(points_queries.get_history(member.membership.account_id, on=dt.date(2026, 4, 2))) == 1


class TestAfterTheUpdate:
    def test_downwards_the_difference_is_taken_back_at_once(self) -> None:
        club = Club()
        member, shop = club.member(), club.merchant()
        club.buy(member, shop, 10_000, at=AT, reference="a")
        club.update(at=NIGHT)

        correct(shop, 4_000)

        assert club.balance(member, "2026-04-03").usable == 40
        assert verified() == []

    def test_upwards_the_difference_waits_for_the_next_update_and_lives_from_it(self) -> None:
        club = Club()
        member, shop = club.member(), club.merchant()
        club.buy(member, shop, 1_000, at=AT, reference="a")
        club.update(at=NIGHT)

        correct(shop, 5_000, at=jst("2026-05-06 12:00"))

        assert club.balance(member, "2026-05-06").usable == 10
        assert club.update(at=jst("2026-05-07 01:00")) == 40
        assert club.lots(member, "2026-05-07") == {"2029-04-30": 10, "2029-05-31": 40}
        assert verified() == []

    def test_downwards_after_upwards_takes_what_came_last_first(self) -> None:
        club = Club()
        member, shop = club.member(), club.merchant()
        club.buy(member, shop, 1_000, at=AT, reference="a")
        club.update(at=NIGHT)
        correct(shop, 5_000, at=jst("2026-05-06 12:00"))
        club.update(at=jst("2026-05-07 01:00"))

        correct(shop, 2_000, key="second", at=jst("2026-05-08 12:00"))

        assert club.lots(member, "2026-05-08") == {"2029-04-30": 10, "2029-05-31": 10}
        assert verified() == []

    def test_down_and_up_again_ends_where_it_began(self) -> None:
        club = Club()
        member, shop = club.member(), club.merchant()
        club.buy(member, shop, 10_000, at=AT, reference="a")
        club.update(at=NIGHT)
        redeem(member, 100, at=LATER)

        correct(shop, 0, key="down")
        correct(shop, 10_000, key="up")
        club.update(at=jst("2026-04-04 01:00"))

        balance = club.balance(member, "2026-04-04")
        assert (balance.book, balance.arrears) == (0, 0)
        assert verified() == []


class TestTheHistory:
    def test_shows_both_figures_who_and_when(self) -> None:
        club = Club()
        member, shop = club.member(), club.merchant()
        club.buy(member, shop, 1_000, at=AT, reference="a")
        correct(shop, 500)

        change = AccrualChange.objects.get(account_id=member.membership.account_id)

        assert (change.kind, change.points_before, change.points_after) == ("corrected", 10, 5)
        assert (change.remaining_yen_before, change.remaining_yen_after) == (1_000, 500)
        assert (change.actor, change.at, change.reason) == ("staff:tanto-1", LATER, "レジの打ち間違い")

    def test_counts_the_same_correction_once_and_refuses_its_key_for_another(self) -> None:
        club = Club()
        member, shop = club.member(), club.merchant()
        club.buy(member, shop, 1_000, at=AT, reference="a")
        correct(shop, 500)

        again = correct(shop, 500)

        assert again.is_repeat
        with pytest.raises(earning.ReferenceConflictError):
            correct(shop, 600)


class TestWhatCannotBeCorrected:
    def test_what_the_merchant_does_not_have(self) -> None:
        with pytest.raises(earning.UnknownAccrualError):
            correct(Club().merchant(), 500)

    def test_what_belongs_to_another_merchant_looks_the_same(self) -> None:
        club = Club()
        member, shop, other = club.member(), club.merchant(), club.merchant()
        club.buy(member, shop, 1_000, at=AT, reference="a")

        with pytest.raises(earning.UnknownAccrualError):
            correct(other, 500)

    def test_what_was_undone(self) -> None:
        club = Club()
        member, shop = club.member(), club.merchant()
        club.buy(member, shop, 1_000, at=AT, reference="a")
        reverse(shop, "a", at=LATER)

        with pytest.raises(earning.AlreadyReversedError):
            correct(shop, 500)

    def test_a_price_below_what_was_returned(self) -> None:
        club = Club()
        member, shop = club.member(), club.merchant()
        club.buy(member, shop, 1_000, at=AT, reference="a")
        reverse(shop, "a", yen=600, at=LATER)

        with pytest.raises(earning.ReturnExceedsSaleError):
            correct(shop, 599)

    def test_a_price_by_points_or_points_by_a_price(self) -> None:
        club = Club()
        member, shop = club.member(), club.merchant()
        club.buy(member, shop, 1_000, at=AT, reference="a")

        with pytest.raises(earning.InvalidSaleError):
            correct(shop, None, new_points=5)

    @pytest.mark.rule("SUS-1")
    def test_more_points_while_accrual_is_paused(self) -> None:
        club = Club()
        member, shop = club.member(), club.merchant()
        club.buy(member, shop, 1_000, at=AT, reference="a")
        program.suspend(
            activity=Activity.ACCRUAL,
            starts_at=LATER,
            ends_before=None,
            text_ja="点検中です。",
            text_en="Maintenance.",
            at=LATER,
            actor=STAFF,
        )

        with pytest.raises(PointsSuspendedError):
            correct(shop, 1_100)

        assert correct(shop, 900).points_after == 9

    @pytest.mark.rule("ACC-1")
    def test_more_points_from_a_merchant_that_is_suspended(self) -> None:
        club = Club()
        member, shop = club.member(), club.merchant()
        club.buy(member, shop, 1_000, at=AT, reference="a")
        merchants.suspend_merchant(merchant=shop, at=LATER, actor=STAFF)
        itself = actors.merchant(shop.number)

        with pytest.raises(earning.MerchantSuspendedError):
            correct(shop, 1_100, actor=itself)

        assert correct(shop, 900, actor=itself).points_after == 9
        assert correct(shop, 1_100, key="second").points_after == 11


def test_a_number_of_points_is_corrected_by_the_right_number() -> None:
    club = Club()
    member, shop = club.member(), club.merchant()
    club.send(AccrualRequest(shop.number, "a", member.number, AT, points=25), at=AT)
    club.update(at=NIGHT)

    changed = correct(shop, None, new_points=20)

    assert (changed.points_after, changed.taken_from_lots) == (20, 5)


@pytest.mark.rule("ACC-9")
class TestTheWindowOfTheMerchant:
    def test_is_open_on_its_last_day_and_over_on_the_next(self) -> None:
        club = Club()
        member, shop = club.member(), club.merchant()
        club.buy(member, shop, 1_000, at=AT, reference="a")
        merchant = actors.merchant(shop.number)

        correct(shop, 900, at=jst("2026-09-28 23:59"), actor=merchant)

        with pytest.raises(earning.CorrectionWindowOverError):
            correct(shop, 800, key="second", at=jst("2026-09-29 00:00"), actor=merchant)

    def test_does_not_bind_the_operator(self) -> None:
        club = Club()
        member, shop = club.member(), club.merchant()
        club.buy(member, shop, 1_000, at=AT, reference="a")

        assert correct(shop, 800, at=jst("2027-09-29 00:00")).points_after == 8
