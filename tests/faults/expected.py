"""What the books must say of a sale in the end: worked out from what was accepted, in the fewest words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass
class ExpectedSale:
    """One reference. The first content that was accepted counts; `gives` is the merchant's rule."""

    gives: Callable[[int], int]
    price_yen: int | None = None
    fixed_points: int | None = None
    returned_yen: int = 0
    is_reversed: bool = False

    @property
    def is_accepted(self) -> bool:
        return self.price_yen is not None

    @property
    def left_yen(self) -> int:
        return 0 if self.is_reversed else (self.price_yen or 0) - self.returned_yen

    @property
    def points(self) -> int:
        if not self.is_accepted or self.is_reversed:
            return 0
        return self.gives(self.left_yen) if self.fixed_points is None else self.fixed_points

    def accept(self, price_yen: int | None, points: int | None) -> None:
        """Take the content; of returns that came before it, no more counts than its price."""
        assert not self.is_accepted, "Two contents were accepted under one reference."
        self.price_yen, self.fixed_points = price_yen or 0, points
        self.returned_yen = min(self.returned_yen, self.price_yen)

    def give_back(self, yen: int | None) -> None:
        """Return so many yen, or all of it; before the sale as well as after."""
        if yen is None:
            self.is_reversed = True
        else:
            self.returned_yen += yen
