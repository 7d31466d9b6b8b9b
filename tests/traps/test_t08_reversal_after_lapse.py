"""T8: what lapsed unused is not taken a second time."""

from __future__ import annotations

import pytest

from pointclub.membership.models import Member
from pointclub.merchants.models import Merchant
from tests.factories.club import Club, jst, redeem, reverse, verified

pytestmark = [pytest.mark.django_db, pytest.mark.rule("ACC-8")]

SOLD, POSTED = jst("2023-04-01 12:00"), jst("2023-04-02 01:00")
LAPSED_ON, LATER = jst("2026-05-01 00:05"), jst("2026-05-02 12:00")


def _lapsed_with(club: Club, *, spent: int) -> tuple[Member, Merchant]:
    member, shop = club.member(), club.merchant()
    club.buy(member, shop, 10_000, at=SOLD, reference="a")
    club.update(at=POSTED)
    if spent:
        redeem(member, spent, at=jst("2026-04-10 12:00"))
    club.lapse(at=LAPSED_ON)
    return member, shop


@pytest.mark.parametrize(("spent", "taken"), [(60, 60), (0, 0), (100, 100)])
def test_a_whole_reversal_takes_what_was_used_and_leaves_what_lapsed(spent: int, taken: int) -> None:
    club = Club()
    member, shop = _lapsed_with(club, spent=spent)

    changed = reverse(shop, "a", at=LATER)

    assert (changed.taken_as_arrears, changed.lapsed_before) == (taken, 100 - spent)
    assert club.balance(member, "2026-05-02").arrears == taken
    assert verified() == []


def test_it_is_the_same_when_the_lapse_job_has_not_run_yet() -> None:
    club = Club()
    member, shop = club.member(), club.merchant()
    club.buy(member, shop, 10_000, at=SOLD, reference="a")
    club.update(at=POSTED)
    redeem(member, 60, at=jst("2026-04-10 12:00"))

    changed = reverse(shop, "a", at=LATER)

    assert (changed.taken_as_arrears, changed.lapsed_before) == (60, 40)


def test_parts_meet_first_what_lapsed_because_it_was_the_last_to_be_used() -> None:
    club = Club()
    member, shop = _lapsed_with(club, spent=60)

    half = reverse(shop, "a", yen=5_000, at=LATER)
    rest = reverse(shop, "a", yen=5_000, at=LATER)

    assert (half.taken_as_arrears, half.lapsed_before) == (10, 40)
    assert (rest.taken_as_arrears, rest.lapsed_before) == (50, 0)
    assert club.balance(member, "2026-05-02").arrears == 60


def test_within_a_lot_uses_count_against_sales_in_the_order_of_posting() -> None:
    club = Club()
    member, shop = club.member(), club.merchant()
    for reference, day in (("first", "2023-04-01"), ("second", "2023-04-05")):
        club.buy(member, shop, 10_000, at=jst(f"{day} 12:00"), reference=reference)
        club.update(at=jst(f"{day} 23:00"))
    redeem(member, 120, at=jst("2026-04-10 12:00"))
    club.lapse(at=LAPSED_ON)

    second = reverse(shop, "second", at=LATER)
    first = reverse(shop, "first", at=LATER)

    assert (second.taken_as_arrears, second.lapsed_before) == (20, 80)
    assert (first.taken_as_arrears, first.lapsed_before) == (100, 0)


def test_a_part_reversal_before_the_lapse_counts_for_one_after_it() -> None:
    club = Club()
    member, shop = club.member(), club.merchant()
    club.buy(member, shop, 10_000, at=SOLD, reference="a")
    club.update(at=POSTED)
    reverse(shop, "a", yen=3_000, at=jst("2023-05-01 12:00"))
    redeem(member, 50, at=jst("2026-04-10 12:00"))
    club.lapse(at=LAPSED_ON)

    changed = reverse(shop, "a", yen=3_000, at=LATER)
    rest = reverse(shop, "a", at=LATER)

    assert (changed.taken_as_arrears, changed.lapsed_before) == (10, 20)
    assert (rest.taken_as_arrears, rest.lapsed_before) == (40, 0)
    assert club.balance(member, "2026-05-02").arrears == 50
