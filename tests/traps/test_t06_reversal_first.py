"""T6: a till that timed out may send the reversal before the sale."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from pointclub.earning import queries
from pointclub.earning import services as earning
from pointclub.earning.models import AccrualChange
from pointclub.earning.rules.amount import Bonus
from tests.factories.club import STAFF, Club, jst, reverse, verified

pytestmark = [pytest.mark.django_db, pytest.mark.rule("ACC-8")]

AT = jst("2026-04-01 12:00")
NIGHT = jst("2026-04-02 01:00")


def test_a_sale_then_its_reversal_give_nothing() -> None:
    club = Club()
    member, shop = club.member(), club.merchant()
    club.buy(member, shop, 1_000, at=AT, reference="a")

    changed = reverse(shop, "a", at=AT)

    assert (changed.points_before, changed.points_after) == (10, 0)
    assert club.update(at=NIGHT) == 0


def test_a_reversal_then_its_sale_give_nothing_and_both_are_on_record() -> None:
    club = Club()
    member, shop = club.member(), club.merchant()

    kept = reverse(shop, "a", at=AT)
    receipt = club.buy(member, shop, 1_000, at=AT, reference="a")

    assert kept.receipt_number is None
    assert receipt.points == 0
    assert club.update(at=NIGHT) == 0
    change = AccrualChange.objects.get(account_id=member.membership.account_id)
    assert (change.kind, change.points_before, change.points_after) == ("reversed", 10, 0)
    assert verified() == []


def test_a_part_reversal_leaves_the_sale_the_price_that_is_left() -> None:
    club = Club()
    member, shop = club.member(), club.merchant()
    reverse(shop, "a", at=AT, yen=250)

    receipt = club.buy(member, shop, 1_000, at=AT, reference="a")

    assert receipt.points == 7


@pytest.mark.rule("ACC-3")
def test_reversals_before_a_sale_with_a_capped_bonus_are_told_with_the_figures_that_stand() -> None:
    club = Club()
    member, shop = club.member(), club.merchant()
    earning.add_campaign(
        code="capped",
        name="上限つきキャンペーン",
        merchant=shop,
        days=earning.CampaignDays(dt.date(2026, 4, 1), dt.date(2026, 4, 30)),
        bonus=Bonus(multiplier=Decimal(2), fixed_points=None, minimum_yen=0),
        caps=earning.Caps(cap_per_month=80),
        at=jst("2026-03-01 09:00"),
        actor=STAFF,
    )
    reverse(shop, "a", at=AT, yen=3_000)
    reverse(shop, "a", at=AT, yen=2_000)

    receipt = club.buy(member, shop, 10_000, at=AT, reference="a")

    changes = AccrualChange.objects.order_by("remaining_yen_after").reverse()
    assert receipt.points == 50 + 50
    assert [(change.points_before, change.points_after) for change in changes] == [(180, 140), (140, 100)]


def test_part_reversals_before_and_after_the_sale_add_up() -> None:
    club = Club()
    member, shop = club.member(), club.merchant()
    reverse(shop, "a", at=AT, yen=250, key="first")
    club.buy(member, shop, 1_000, at=AT, reference="a")

    repeated = reverse(shop, "a", at=AT, yen=250, key="first")
    changed = reverse(shop, "a", at=AT, yen=350, key="second")

    assert repeated.is_repeat
    assert (changed.points_before, changed.points_after) == (7, 4)
    assert club.update(at=NIGHT) == 4


def test_two_reversals_then_two_sends_give_nothing() -> None:
    club = Club()
    member, shop = club.member(), club.merchant()

    reverse(shop, "a", at=AT)
    reverse(shop, "a", at=AT)
    first = club.buy(member, shop, 1_000, at=AT, reference="a")
    second = club.buy(member, shop, 1_000, at=AT, reference="a")

    assert (first.points, second.points) == (0, 0)
    assert first.receipt_number == second.receipt_number
    assert club.update(at=NIGHT) == 0
    assert verified() == []


def test_a_part_key_that_comes_again_with_another_price_is_refused() -> None:
    club = Club()
    shop = club.merchant()
    reverse(shop, "a", at=AT, yen=250, key="first")

    with pytest.raises(earning.ReferenceConflictError):
        reverse(shop, "a", at=AT, yen=300, key="first")


def test_a_reversal_whose_sale_never_comes_is_listed_for_the_merchant() -> None:
    club = Club()
    member, shop, other = club.member(), club.merchant(), club.merchant()
    reverse(shop, "lost", at=AT)
    reverse(shop, "found", at=AT)
    reverse(other, "lost", at=AT)
    club.buy(member, shop, 1_000, at=AT, reference="found")

    waiting = queries.list_unmatched_reversals(merchant_id=shop.id, received_before=jst("2026-04-05 00:00"))

    assert [reversal.reference for reversal in waiting] == ["lost"]
    assert queries.list_unmatched_reversals(merchant_id=shop.id, received_before=AT) == []
    assert club.balance(member, "2026-04-05").book == 0
