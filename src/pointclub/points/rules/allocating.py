"""Which lots each line of a redemption took its points from, and to which they went back (EXP-5, RED-8)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple
from uuid import UUID

from pointclub.points.rules.taking import OpenLot, Part, give_back, take_by_line


class Allocation(NamedTuple):
    """Points that a line took of a lot (below zero), or gave back to it, in one transaction."""

    sequence: int
    line_id: UUID | None
    lot_id: UUID
    points: int


class Allocations:
    """What each line still has of each lot, as the transactions of one account make it."""

    def __init__(self) -> None:
        # Lots stand in the order in which the line first took of them, by which it gives back.
        self._taken: dict[UUID | None, dict[UUID, int]] = {}

    def take(self, wanted: Mapping[UUID | None, int], *, sequence: int, lots: Sequence[OpenLot]) -> list[Allocation]:
        """Return what the lines have to take, one after the other, from the lots in the order of use."""
        by_line = take_by_line(list(wanted.values()), lots=lots)
        return [
            Allocation(sequence, line_id, part.lot_id, -part.points)
            for line_id, parts in zip(wanted, by_line, strict=True)
            for part in parts
        ]

    def give_back(self, returned: Mapping[UUID | None, int], *, sequence: int) -> list[Allocation]:
        """Return to which lots the points of the lines have to go back, the last taken first."""
        return [
            Allocation(sequence, line_id, part.lot_id, part.points)
            for line_id, points in returned.items()
            for part in give_back(points, taken=self._still_taken(line_id))
        ]

    def note(self, line_id: UUID | None, lot_id: UUID, points: int) -> None:
        """Note what was in fact taken (below zero) or given back."""
        of_line = self._taken.setdefault(line_id, {})
        of_line[lot_id] = of_line.get(lot_id, 0) - points

    def _still_taken(self, line_id: UUID | None) -> list[Part]:
        return [Part(lot_id, points) for lot_id, points in self._taken.get(line_id, {}).items() if points > 0]
