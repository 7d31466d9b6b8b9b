"""Where the points of each source went: first in, first out within a lot (ACC-8, BAL-4).

A source is whatever a grant came from: part of an accrual, an opening balance, an adjustment. The trace replays the
postings of a family of lots (a lot and those its points were moved on to). It is the one statement of "where did this
point go": reversals read its sums, explanations its portions.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from pointclub.points.rules.movements import Movement, TracedPosting
from pointclub.points.rules.slices import TracedLot

_LEFT_BY = {Movement.MOVE_IN: Movement.MOVE_OUT, Movement.RESTORE_IN: Movement.RESTORE_OUT}


@dataclass(slots=True)
class Share:
    """What became of one source's points: the four add up to what it granted, less what it gave back unused."""

    used: int = 0
    lapsed: int = 0
    forfeited: int = 0
    left: int = 0


def replay(postings: Iterable[TracedPosting]) -> dict[UUID, TracedLot]:
    """Replay the postings, in the order in which they were recorded; return the lots as they then are."""
    lots: dict[UUID, TracedLot] = {}
    for posting in postings:
        lot = lots.get(posting.lot) or lots.setdefault(posting.lot, TracedLot())
        match posting.movement:
            case Movement.GRANT:
                lot.add(posting.source, posting.points, posting)
            case Movement.MOVE_OUT | Movement.RESTORE_OUT:
                lot.send_off(posting.points, posting.movement)
            case Movement.MOVE_IN | Movement.RESTORE_IN:
                _receive(lot, posting, lots.get(posting.origin_lot) if posting.origin_lot else None)
            case Movement.TAKE_BACK:
                lot.take_back(posting)
            case _:
                lot.shift(posting)
    return lots


def trace(postings: Iterable[TracedPosting]) -> dict[UUID, dict[UUID | None, Share]]:
    """Replay the postings; return each source's share, lot by lot."""
    return {lot_id: _shares(lot) for lot_id, lot in replay(postings).items()}


def _shares(lot: TracedLot) -> dict[UUID | None, Share]:
    return {
        source: Share(
            used=sum(piece.used for piece in pieces),
            lapsed=sum(piece.lapsed for piece in pieces),
            forfeited=sum(piece.forfeited for piece in pieces),
            left=sum(piece.left for piece in pieces),
        )
        for source, pieces in lot.of_source.items()
    }


def _receive(lot: TracedLot, posting: TracedPosting, origin: TracedLot | None) -> None:
    missing = posting.points
    in_transit = origin.in_transit[_LEFT_BY[posting.movement]] if origin else deque()
    while in_transit and missing:
        piece, part = in_transit.popleft()
        moved = min(part, missing)
        lot.add(piece.source, moved, posting, piece)
        missing -= moved
        if part > moved:
            in_transit.appendleft((piece, part - moved))
    if missing:
        lot.add(None, missing, posting)
