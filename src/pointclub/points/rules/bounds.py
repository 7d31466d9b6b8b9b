"""What counts as a number of points."""

from __future__ import annotations

from typing import TypeGuard

MAXIMUM_POINTS = 1_000_000_000


def is_number_of_points(value: object) -> TypeGuard[int]:
    """Return whether the value is a whole number from 1 to the maximum; True and 1.0 are not."""
    return isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= MAXIMUM_POINTS
