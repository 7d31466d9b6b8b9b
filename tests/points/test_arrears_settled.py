"""Payments settle arrears in the order in which they arose, in whichever account of a succession."""

from __future__ import annotations

from uuid import UUID, uuid4

from hypothesis import given
from hypothesis import strategies as st

from pointclub.points.rules.arrears import ArrearsMovement, ArrearsPosting, settle

FIRST, SECOND = UUID(int=1), UUID(int=2)
OWE, PAY, HAND_ON, TAKE_OVER = ArrearsMovement


def posting(movement: ArrearsMovement, points: int, source: UUID | None = None) -> ArrearsPosting:
    return ArrearsPosting(uuid4(), movement, points, source)


def told(postings: list[ArrearsPosting]) -> list[tuple[UUID | None, int, int | None]]:
    """Return whose arrears, how many points, and which posting paid them."""
    return [
        (one.owed_by.source, one.points, postings.index(one.paid_by) if one.paid_by else None)
        for one in settle(postings)
    ]


def test_one_payment_pays_two_debts_in_their_order() -> None:
    assert told([posting(OWE, 5, FIRST), posting(OWE, 5, SECOND), posting(PAY, 7)]) == [
        (FIRST, 5, 2),
        (SECOND, 2, 2),
        (SECOND, 3, None),
    ]


def test_arrears_go_with_the_membership_and_stand_behind_those_of_the_new_one() -> None:
    postings = [
        posting(OWE, 5, FIRST),
        posting(PAY, 1),
        posting(HAND_ON, 4),
        posting(OWE, 2, SECOND),
        posting(TAKE_OVER, 4),
        posting(PAY, 3),
    ]

    assert told(postings) == [(FIRST, 1, 1), (SECOND, 2, 5), (FIRST, 1, 5), (FIRST, 3, None)]


def test_arrears_on_their_way_are_still_owed() -> None:
    assert told([posting(OWE, 5, FIRST), posting(HAND_ON, 5)]) == [(FIRST, 5, None)]


@given(st.lists(st.tuples(st.booleans(), st.integers(1, 9)), max_size=12))
def test_all_that_was_ever_owed_is_paid_or_owed(acts: list[tuple[bool, int]]) -> None:
    owed = paid = 0
    postings: list[ArrearsPosting] = []
    for owes, points in acts:
        number = points if owes else min(points, owed - paid)
        if number:
            postings.append(posting(OWE if owes else PAY, number, FIRST if owes else None))
            owed, paid = (owed + number, paid) if owes else (owed, paid + number)

    settled = settle(postings)

    assert sum(one.points for one in settled) == owed
    assert sum(one.points for one in settled if one.paid_by) == paid
