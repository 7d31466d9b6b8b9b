"""T9: goods come back in parts; any order and split ends the same."""

from __future__ import annotations

import datetime as dt
import random
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pointclub.earning import services as earning
from pointclub.earning.rules.amount import Bonus, PercentOfPrice
from pointclub.earning.rules.requests import AccrualRequest
from pointclub.merchants.models import Merchant
from tests.factories.club import STAFF, Club, jst, reverse, verified
from tests.harness.counts import count

pytestmark = [pytest.mark.django_db, pytest.mark.rule("ACC-8", "ACC-3")]

AT = jst("2026-04-01 12:00")
NIGHT = jst("2026-04-02 01:00")
LATER = jst("2026-04-03 12:00")


def _with_bonus(club: Club, shop: Merchant, *, minimum_yen: int) -> None:
    earning.add_campaign(
        code=club.reference(),
        name="春のボーナス",
        merchant=shop,
        days=earning.CampaignDays(dt.date(2026, 4, 1), dt.date(2026, 4, 30)),
        bonus=Bonus(multiplier=None, fixed_points=20, minimum_yen=minimum_yen),
        caps=earning.Caps(),
        at=jst("2026-03-01 09:00"),
        actor=STAFF,
    )


@pytest.mark.parametrize("posted", [False, True])
def test_returns_cost_the_points_that_the_rest_no_longer_earns(posted: bool) -> None:
    club = Club()
    member, shop = club.member(), club.merchant()
    club.buy(member, shop, 1_090, at=AT, reference="a")
    if posted:
        club.update(at=NIGHT)

    first = reverse(shop, "a", yen=50, at=LATER)
    second = reverse(shop, "a", yen=50, at=LATER)

    assert (first.points_before, first.points_after) == (10, 10)
    assert (second.points_before, second.points_after) == (10, 9)


@settings(max_examples=count(quick=15, deep=500))
@given(st.lists(st.integers(1, 400), min_size=1, max_size=5), st.randoms(use_true_random=False), st.booleans())
def test_any_order_and_split_of_the_same_total_gives_the_same(
    parts: list[int], dice: random.Random, posted: bool
) -> None:
    club = Club()
    member, shop = club.member(), club.merchant()
    _with_bonus(club, shop, minimum_yen=1_000)
    shuffled = list(parts)
    dice.shuffle(shuffled)
    references = [club.reference() for _ in range(3)]
    for reference in references:
        club.buy(member, shop, 2_000, at=AT, reference=reference)
    if posted:
        club.update(at=NIGHT)

    ends = [
        [reverse(shop, references[place], yen=yen, at=LATER).points_after for yen in amounts][-1]
        for place, amounts in enumerate((parts, shuffled, [sum(parts)]))
    ]

    assert ends[0] == ends[1] == ends[2] == (2_000 - sum(parts)) // 100 + (20 if sum(parts) <= 1_000 else 0)


def test_returning_everything_gives_exactly_nothing() -> None:
    club = Club()
    member, shop = club.member(), club.merchant()
    club.buy(member, shop, 1_099, at=AT, reference="a")
    club.update(at=NIGHT)

    for yen in (333, 333, 333, 100):
        last = reverse(shop, "a", yen=yen, at=LATER)

    assert last.points_after == 0
    assert club.balance(member, "2026-04-03").book == 0
    assert verified() == []


def test_more_than_the_rest_is_refused_and_changes_nothing() -> None:
    club = Club()
    member, shop = club.member(), club.merchant()
    club.buy(member, shop, 1_000, at=AT, reference="a")
    reverse(shop, "a", yen=700, at=LATER)

    with pytest.raises(earning.ReturnExceedsSaleError):
        reverse(shop, "a", yen=301, at=LATER)

    assert club.update(at=jst("2026-04-04 01:00")) == 3


def test_the_bonus_goes_when_the_rest_falls_below_its_minimum() -> None:
    club = Club()
    member, shop = club.member(), club.merchant()
    _with_bonus(club, shop, minimum_yen=1_000)
    receipt = club.buy(member, shop, 1_050, at=AT, reference="a")

    still = reverse(shop, "a", yen=50, at=LATER)
    below = reverse(shop, "a", yen=1, at=LATER)

    assert receipt.points == 30
    assert (still.points_after, below.points_after) == (30, 9)


def test_returning_goods_that_earned_nothing_costs_nothing() -> None:
    club = Club()
    member, shop = club.member(), club.merchant()
    club.send(AccrualRequest(shop.number, "a", member.number, AT, price_yen=1_000, ineligible_yen=400), at=AT)

    corrected = earning.correct(
        merchant_number=shop.number,
        reference="a",
        price=earning.NewPrice(600),
        new_points=None,
        key="tobacco returned",
        at=LATER,
        actor=STAFF,
    )

    assert (corrected.points_before, corrected.points_after) == (6, 6)


def test_a_percentage_is_rounded_down_once_on_what_is_left() -> None:
    club = Club()
    member = club.member()
    shop = club.merchant(PercentOfPrice(Decimal(3)))
    club.buy(member, shop, 334, at=AT, reference="a")

    changed = reverse(shop, "a", yen=1, at=LATER)

    assert (changed.points_before, changed.points_after) == (10, 9)
