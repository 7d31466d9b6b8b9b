"""Where the points of each source went: first in, first out within a lot (ACC-8, BAL-4).

A source is whatever a grant came from: part of an accrual, an opening balance, an adjustment. The trace replays the
postings of a family of lots (a lot and those its points were moved on to) and tells, for each source, how many of its
points were used, lapsed, or are left. It is the one statement of "where did this point go", for reversals and for
explanations alike.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import Enum, auto
from uuid import UUID


class Movement(Enum):
    """What a posting means for the sources in its lot."""

    GRANT = auto()
    USE = auto()
    UNUSE = auto()
    LAPSE = auto()
    REVIVE = auto()
    MOVE_OUT = auto()
    MOVE_IN = auto()
    FORFEIT = auto()
    UNFORFEIT = auto()
    TAKE_BACK = auto()


@dataclass(frozen=True, slots=True)
class TracedPosting:
    """A posting as the trace reads it; ``points`` is always positive.

    ``source`` is the grant's or the reversed grant's source; ``origin_lot`` names, for points that arrive from another
    lot (MOVE_IN), the lot they left.
    """

    lot: UUID
    movement: Movement
    points: int
    source: UUID | None = None
    origin_lot: UUID | None = None


@dataclass(slots=True)
class Share:
    """What became of one source's points: the four add up to what it granted, less what it gave back unused."""

    used: int = 0
    lapsed: int = 0
    forfeited: int = 0
    left: int = 0


@dataclass(slots=True, eq=False)
class _Slice:
    source: UUID | None
    left: int = 0
    used: int = 0
    lapsed: int = 0
    forfeited: int = 0


@dataclass(slots=True)
class _TracedLot:
    slices: list[_Slice] = field(default_factory=list)
    in_transit: list[tuple[UUID | None, int]] = field(default_factory=list)


def trace(postings: Iterable[TracedPosting]) -> dict[UUID, dict[UUID | None, Share]]:
    """Replay the postings, in the order in which they were recorded; return each source's share, lot by lot."""
    lots: dict[UUID, _TracedLot] = {}
    for posting in postings:
        _replay(posting, lots)
    return {lot_id: _shares(lot) for lot_id, lot in lots.items()}


def _shares(lot: _TracedLot) -> dict[UUID | None, Share]:
    shares: dict[UUID | None, Share] = {}
    for piece in lot.slices:
        share = shares.setdefault(piece.source, Share())
        share.used += piece.used
        share.lapsed += piece.lapsed
        share.forfeited += piece.forfeited
        share.left += piece.left
    return shares


_SHIFTS = {
    # From, to, and whether the last to be granted moves first.
    Movement.USE: ("left", "used", False),
    Movement.UNUSE: ("used", "left", True),
    Movement.LAPSE: ("left", "lapsed", False),
    Movement.REVIVE: ("lapsed", "left", True),
    Movement.FORFEIT: ("left", "forfeited", False),
    Movement.UNFORFEIT: ("forfeited", "left", False),
}


def _replay(posting: TracedPosting, lots: dict[UUID, _TracedLot]) -> None:
    lot = lots.setdefault(posting.lot, _TracedLot())
    points = posting.points
    match posting.movement:
        case Movement.GRANT:
            lot.slices.append(_Slice(posting.source, left=points))
        case Movement.MOVE_OUT:
            lot.in_transit.extend(_remove_first(lot.slices, points, "left"))
        case Movement.MOVE_IN:
            _receive(lot, points, lots.get(posting.origin_lot) if posting.origin_lot else None)
        case Movement.TAKE_BACK:
            _take_back(lot, posting.source, points)
        case shift:
            here, there, last_first = _SHIFTS[shift]
            in_order = lot.slices[::-1] if last_first else lot.slices
            # Where the posting names a source, its points move first: they are being taken back.
            own = [piece for piece in in_order if posting.source is not None and piece.source == posting.source]
            _shift([*own, *(piece for piece in in_order if piece not in own)], points, here, there)


def _receive(lot: _TracedLot, points: int, origin: _TracedLot | None) -> None:
    arriving = origin.in_transit if origin else []
    missing = points
    while arriving and missing:
        source, part = arriving.pop(0)
        moved = min(part, missing)
        lot.slices.append(_Slice(source, left=moved))
        missing -= moved
        if part > moved:
            arriving.insert(0, (source, part - moved))
    if missing:
        lot.slices.append(_Slice(None, left=missing))


def _take_back(lot: _TracedLot, source: UUID | None, points: int) -> None:
    """Take the source's own unused points away; what it does not have is a use of the others'."""
    for piece in lot.slices:
        if piece.source == source and points:
            own = min(piece.left, points)
            piece.left -= own
            points -= own
    _shift(lot.slices, points, "left", "used")


def _shift(slices: list[_Slice], points: int, here: str, there: str) -> None:
    for piece in slices:
        if not points:
            return
        moved = min(getattr(piece, here), points)
        setattr(piece, here, getattr(piece, here) - moved)
        setattr(piece, there, getattr(piece, there) + moved)
        points -= moved


def _remove_first(slices: list[_Slice], points: int, here: str) -> list[tuple[UUID | None, int]]:
    removed: list[tuple[UUID | None, int]] = []
    for piece in slices:
        moved = min(getattr(piece, here), points)
        if moved:
            setattr(piece, here, getattr(piece, here) - moved)
            removed.append((piece.source, moved))
            points -= moved
    return removed
