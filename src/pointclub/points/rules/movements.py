"""What postings mean for the points in a lot."""

from __future__ import annotations

from dataclasses import dataclass
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
    RESTORE_OUT = auto()
    RESTORE_IN = auto()
    FORFEIT = auto()
    UNFORFEIT = auto()
    TAKE_BACK = auto()


@dataclass(frozen=True, slots=True)
class TracedPosting:
    """A posting as the trace reads it; ``points`` is always positive.

    ``source`` is the grant's or the reversed grant's source; ``origin_lot`` names, for points that arrive from another
    lot (MOVE_IN, RESTORE_IN), the lot they left; ``line`` names what was redeemed or comes back. ``note`` is handed
    back untouched.
    """

    lot: UUID
    movement: Movement
    points: int
    source: UUID | None = None
    origin_lot: UUID | None = None
    line: UUID | None = None
    note: object = None
