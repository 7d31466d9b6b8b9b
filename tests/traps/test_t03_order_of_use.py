"""T3: what was spent stays spent; what lapses first is used first."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pointclub.points.rules.taking import OpenLot, Part, give_back, in_order_of_use, take, take_by_line
from tests.factories.club import Club, jst, redeem

LOTS = st.lists(
    st.builds(
        OpenLot,
        id=st.uuids(),
        usable_through=st.dates(dt.date(2026, 1, 1), dt.date(2026, 12, 31)),
        first_posted_on=st.dates(dt.date(2023, 1, 1), dt.date(2023, 12, 31)),
        remaining=st.integers(0, 500),
    ),
    max_size=8,
    unique_by=lambda lot: lot.id,
)


@pytest.mark.rule("EXP-5")
@pytest.mark.django_db
@pytest.mark.parametrize(("spent", "left"), [(100, 100), (150, 50)])
def test_points_spent_before_a_lot_lapses_come_off_that_lot(spent: int, left: int) -> None:
    club = Club()
    member = club.member()
    club.open_balance(member, {"2026-05-31": 100, "2026-04-30": 100}, at=jst("2026-04-01 12:00"))

    redeem(member, spent, at=jst("2026-04-10 12:00"))

    assert club.balance(member, "2026-05-01").usable == left


@pytest.mark.rule("EXP-5")
def test_lots_are_used_by_last_day_then_by_update_then_by_id() -> None:
    soon = OpenLot(UUID(int=9), dt.date(2026, 4, 30), dt.date(2023, 4, 20), 1)
    later_updated = OpenLot(UUID(int=1), dt.date(2026, 5, 31), dt.date(2023, 5, 9), 1)
    small_id = OpenLot(UUID(int=2), dt.date(2026, 5, 31), dt.date(2023, 5, 8), 1)
    large_id = OpenLot(UUID(int=3), dt.date(2026, 5, 31), dt.date(2023, 5, 8), 1)

    assert in_order_of_use([later_updated, large_id, soon, small_id]) == [soon, small_id, large_id, later_updated]


@pytest.mark.rule("EXP-5")
@given(LOTS, st.integers(0, 3000))
def test_what_is_taken_and_what_is_missing_add_up(lots: list[OpenLot], points: int) -> None:
    parts, missing = take(points, lots=lots)

    assert sum(part.points for part in parts) + missing == points
    assert missing == max(0, points - sum(lot.remaining for lot in lots))
    held = {lot.id: lot.remaining for lot in lots}
    assert all(0 < part.points <= held[part.lot_id] for part in parts)


@pytest.mark.rule("RED-5", "RED-6")
@given(LOTS, st.lists(st.integers(1, 200), max_size=5))
def test_lines_together_take_what_one_line_of_their_sum_would(lots: list[OpenLot], wanted: list[int]) -> None:
    together: dict[UUID, int] = {}
    for parts in take_by_line(wanted, lots=lots):
        for part in parts:
            together[part.lot_id] = together.get(part.lot_id, 0) + part.points

    assert together == {part.lot_id: part.points for part in take(sum(wanted), lots=lots)[0]}


@pytest.mark.rule("RED-8")
@given(LOTS, st.integers(0, 3000), st.integers(0, 3000))
def test_what_goes_back_is_the_last_that_was_taken(lots: list[OpenLot], points: int, back: int) -> None:
    taken, _ = take(points, lots=lots)
    total = sum(part.points for part in taken)

    returned = give_back(min(back, total), taken=taken)
    kept = take(total - min(back, total), lots=[OpenLot(p.lot_id, dt.date.max, dt.date.max, p.points) for p in taken])[
        0
    ]

    assert sum(part.points for part in returned) == min(back, total)
    assert sorted(_sum([*returned, *kept]).items()) == sorted(_sum(taken).items())


def _sum(parts: list[Part]) -> dict[UUID, int]:
    total: dict[UUID, int] = {}
    for part in parts:
        total[part.lot_id] = total.get(part.lot_id, 0) + part.points
    return total
