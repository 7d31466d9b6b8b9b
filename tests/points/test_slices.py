"""A replayed lot says where each of its points went, and gives the sums that reversals stand on."""

from __future__ import annotations

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pointclub.points.rules.movements import Movement, TracedPosting
from pointclub.points.rules.tracing import replay, trace

LOT, LATER_LOT = UUID(int=1), UUID(int=2)
APRIL, MAY = UUID(int=11), UUID(int=12)
RICE, TEA = UUID(int=21), UUID(int=22)


def grant(source: UUID, points: int) -> TracedPosting:
    return TracedPosting(LOT, Movement.GRANT, points, source)


def use(line: UUID, points: int) -> TracedPosting:
    return TracedPosting(LOT, Movement.USE, points, line=line)


def unuse(line: UUID, points: int) -> TracedPosting:
    return TracedPosting(LOT, Movement.UNUSE, points, line=line)


def move(points: int) -> list[TracedPosting]:
    return [
        TracedPosting(LOT, Movement.MOVE_OUT, points),
        TracedPosting(LATER_LOT, Movement.MOVE_IN, points, origin_lot=LOT),
    ]


def told(postings: list[TracedPosting], lot: UUID = LOT) -> list[tuple[UUID | None, int, str, UUID | None]]:
    """Return of each portion its source, its points, what became of them, and for which line."""
    return [
        (one.slice.source, one.points, one.state.value, one.ended_by.line if one.ended_by else None)
        for one in replay(postings)[lot].portions()
    ]


class TestUses:
    def test_count_against_sources_in_the_order_of_posting(self) -> None:
        assert told([grant(APRIL, 10), grant(MAY, 10), use(RICE, 12), use(TEA, 3)]) == [
            (APRIL, 10, "used", RICE),
            (MAY, 2, "used", RICE),
            (MAY, 3, "used", TEA),
            (MAY, 5, "left", None),
        ]

    def test_that_came_back_let_those_after_them_move_up(self) -> None:
        assert told([grant(APRIL, 10), grant(MAY, 10), use(RICE, 10), use(TEA, 4), unuse(RICE, 10)]) == [
            (APRIL, 4, "used", TEA),
            (APRIL, 6, "left", None),
            (MAY, 10, "left", None),
        ]

    def test_that_came_back_in_part_keep_their_place(self) -> None:
        assert told([grant(APRIL, 10), use(RICE, 6), use(TEA, 4), unuse(RICE, 5)]) == [
            (APRIL, 1, "used", RICE),
            (APRIL, 4, "used", TEA),
            (APRIL, 5, "left", None),
        ]


class TestMoving:
    def test_takes_along_where_points_began(self) -> None:
        postings = [grant(APRIL, 10), use(RICE, 4), grant(MAY, 10), *move(8)]

        moved = list(replay(postings)[LATER_LOT].portions())

        assert [(one.slice.source, one.points, one.slice.granted_by) for one in moved] == [
            (APRIL, 6, postings[0]),
            (MAY, 2, postings[2]),
        ]
        assert told(postings) == [(APRIL, 4, "used", RICE), (MAY, 8, "left", None)]

    def test_in_two_steps_fills_arrivals_in_order(self) -> None:
        out = TracedPosting(LOT, Movement.MOVE_OUT, 10)
        into = [TracedPosting(LATER_LOT, Movement.MOVE_IN, points, origin_lot=LOT) for points in (7, 3)]

        assert told([grant(APRIL, 6), grant(MAY, 4), out, *into], LATER_LOT) == [
            (APRIL, 6, "left", None),
            (MAY, 1, "left", None),
            (MAY, 3, "left", None),
        ]

    def test_to_another_account_leave_what_comes_back_later_to_its_own_account(self) -> None:
        restored, returned = UUID(int=3), LATER_LOT
        postings = [
            *(grant(APRIL, 4), grant(MAY, 6), use(RICE, 4)),
            TracedPosting(LOT, Movement.RESTORE_OUT, 6),
            *(unuse(RICE, 4), *move(4)),
            TracedPosting(restored, Movement.RESTORE_IN, 6, origin_lot=LOT),
        ]

        assert told(postings, returned) == [(APRIL, 4, "left", None)]
        assert told(postings, restored) == [(MAY, 6, "left", None)]


class TestTakingBack:
    def test_takes_its_own_points_first_and_then_uses_others(self) -> None:
        reversal = TracedPosting(LOT, Movement.TAKE_BACK, 8, MAY)
        portions = list(replay([grant(APRIL, 10), grant(MAY, 5), reversal])[LOT].portions())

        assert [(one.slice.source, one.points, one.state.value, one.ended_by) for one in portions] == [
            (APRIL, 3, "used", reversal),
            (APRIL, 7, "left", None),
            (MAY, 5, "taken_back", reversal),
        ]

    def test_of_lapsed_points_leaves_the_lapse_of_the_others(self) -> None:
        lapse = TracedPosting(LOT, Movement.LAPSE, 15)
        met = [TracedPosting(LOT, Movement.REVIVE, 4, MAY), TracedPosting(LOT, Movement.TAKE_BACK, 4, MAY)]

        assert told([grant(APRIL, 10), grant(MAY, 5), lapse, *met]) == [
            (APRIL, 10, "lapsed", None),
            (MAY, 1, "lapsed", None),
            (MAY, 4, "taken_back", None),
        ]


@pytest.mark.rule("BAL-4", "ACC-8")
@given(
    st.lists(st.tuples(st.sampled_from([APRIL, MAY]), st.integers(1, 9)), min_size=1, max_size=6),
    st.lists(st.tuples(st.sampled_from([RICE, TEA]), st.integers(-9, 9).filter(bool)), max_size=12),
)
def test_portions_add_up_to_the_sums_and_a_returned_use_is_as_if_it_had_not_been(
    grants: list[tuple[UUID, int]], uses: list[tuple[UUID, int]]
) -> None:
    granted = [grant(source, points) for source, points in grants]
    left, used = sum(points for _, points in grants), {RICE: 0, TEA: 0}
    acts: list[TracedPosting] = []
    for line, points in uses:
        number = min(points, left) if points > 0 else -min(-points, used[line])
        if number:
            acts.append(use(line, number) if number > 0 else unuse(line, -number))
            left, used[line] = left - number, used[line] + number
    lot = replay([*granted, *acts])[LOT]

    sums = {source: [share.used, share.left] for source, share in trace([*granted, *acts])[LOT].items()}
    of_portions = {source: [0, 0] for source in sums}
    of_lines = {RICE: 0, TEA: 0}
    for one in lot.portions():
        of_portions[one.slice.source][one.ended_by is None] += one.points
        if one.ended_by is not None and one.ended_by.line is not None:
            of_lines[one.ended_by.line] += one.points

    assert (of_portions, of_lines) == (sums, used)
    # In the order of posting: all that is used stands before all that is left.
    states = [one.state.value for one in lot.portions()]
    assert states == sorted(states, reverse=True)
