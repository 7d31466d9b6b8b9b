"""Long lists, a page at a time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

_T = TypeVar("_T")
_MOST_DIGITS = 6


@dataclass(frozen=True)
class Pages(Generic[_T]):
    """One page of a list, and the numbers of those beside it; None where there is none."""

    shown: Sequence[_T]
    number: int
    before: int | None
    after: int | None

    @classmethod
    def of(cls, everything: Sequence[_T], asked: str | None, *, a_page: int) -> Pages[_T]:
        """Return the page that was asked for, the first where nobody can tell which that is."""
        number = page_number(asked)
        start = (number - 1) * a_page
        return cls(
            shown=everything[start : start + a_page],
            number=number,
            before=number - 1 if number > 1 else None,
            after=number + 1 if len(everything) > start + a_page else None,
        )


def page_number(asked: str | None) -> int:
    """Return the number of the page, from 1."""
    is_number = asked is not None and asked.isascii() and asked.isdigit() and len(asked) <= _MOST_DIGITS
    return max(1, int(asked or 1)) if is_number else 1
