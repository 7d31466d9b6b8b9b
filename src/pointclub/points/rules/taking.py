"""From which lots points are taken, and into which they go back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import NamedTuple
from uuid import UUID


class OpenLot(NamedTuple):
    """What a rule needs to know of a lot that holds points."""

    id: UUID
    usable_through: dt.date
    first_posted_on: dt.date
    remaining: int


class Part(NamedTuple):
    """A number of points of one lot."""

    lot_id: UUID
    points: int


def in_order_of_use(lots: Iterable[OpenLot]) -> list[OpenLot]:
    """Return the lots as they are used up: earliest last day, earliest update, smallest id (EXP-5)."""
    return sorted(lots, key=lambda lot: (lot.usable_through, lot.first_posted_on, lot.id.int))


def take(points: int, *, lots: Sequence[OpenLot]) -> tuple[list[Part], int]:
    """Take points from the lots in the order given; return the parts taken and what was missing."""
    parts: list[Part] = []
    missing = points
    for lot in lots:
        if not missing:
            break
        taken = min(lot.remaining, missing)
        if taken:
            parts.append(Part(lot.id, taken))
            missing -= taken
    return parts, missing


def give_back(points: int, *, taken: Sequence[Part]) -> list[Part]:
    """Return which part of what was taken goes back first: the last taken, so the longest-lived (RED-8)."""
    back: list[Part] = []
    left = points
    for part in reversed(taken):
        returned = min(part.points, left)
        if returned:
            back.append(Part(part.lot_id, returned))
            left -= returned
    return back


def take_by_line(wanted: Sequence[int], *, lots: Sequence[OpenLot]) -> list[list[Part]]:
    """Take the points of several lines one after the other; return each line's parts.

    The lots must hold the sum of what is wanted; what they lack is missing from the last lines.
    """
    taken: list[list[Part]] = []
    left = list(lots)
    for points in wanted:
        parts, _ = take(points, lots=left)
        taken.append(parts)
        if parts:
            # What was taken is a run of lots from the first on; only the last of them may hold more.
            last = parts[-1]
            place = next(place for place, lot in enumerate(left) if lot.id == last.lot_id)
            left = left[place:]
            left[0] = left[0]._replace(remaining=left[0].remaining - last.points)
    return taken
