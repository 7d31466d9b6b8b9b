"""Which arrears a payment pays: those that arose first (ACC-8, BAL-4)."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum, auto
from uuid import UUID


class ArrearsMovement(Enum):
    """What a posting without a lot means: arrears go with the membership when it is restored (END-7)."""

    OWE = auto()
    PAY = auto()
    HAND_ON = auto()
    TAKE_OVER = auto()


@dataclass(frozen=True, slots=True)
class ArrearsPosting:
    """A posting without a lot; ``points`` is always positive, ``source`` what was taken back when they arose."""

    id: UUID
    movement: ArrearsMovement
    points: int
    source: UUID | None = None


@dataclass(frozen=True, slots=True)
class Settlement:
    """Points owed since one posting, and the posting that paid them; None where they are still owed."""

    owed_by: ArrearsPosting
    points: int
    paid_by: ArrearsPosting | None


def settle(postings: Iterable[ArrearsPosting]) -> list[Settlement]:
    """Match payments with debts, in the order in which they were recorded."""
    owed: deque[tuple[ArrearsPosting, int]] = deque()
    handed_on: deque[tuple[ArrearsPosting, int]] = deque()
    settled: list[Settlement] = []
    for posting in postings:
        match posting.movement:
            case ArrearsMovement.OWE:
                owed.append((posting, posting.points))
            case ArrearsMovement.PAY:
                paid = _first(owed, posting.points)
                settled += (Settlement(debt, points, posting) for debt, points in paid)
            case ArrearsMovement.HAND_ON:
                handed_on.extend(_first(owed, posting.points))
            case ArrearsMovement.TAKE_OVER:
                owed.extend(_first(handed_on, posting.points))
    return [*settled, *(Settlement(debt, points, None) for debt, points in [*owed, *handed_on])]


def _first(debts: deque[tuple[ArrearsPosting, int]], points: int) -> list[tuple[ArrearsPosting, int]]:
    """Take that many points off the first debts."""
    taken: list[tuple[ArrearsPosting, int]] = []
    while debts and points:
        debt, owed = debts.popleft()
        part = min(owed, points)
        taken.append((debt, part))
        points -= part
        if owed > part:
            debts.appendleft((debt, owed - part))
    return taken
