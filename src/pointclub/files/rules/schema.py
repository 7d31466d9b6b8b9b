"""The schema of a feed as data: it is parsed by, refused by and documented from the same declarations (FIL-1)."""

from dataclasses import dataclass
from enum import StrEnum

HEADER_MARK = "#HEADER"
TRAILER_MARK = "#TRAILER"


class Kind(StrEnum):
    """What a cell may hold, in words for the documentation and for refusals."""

    CODE = "printable characters"
    MEMBER_NUMBER = "12 digits"
    NUMBER = "digits 0 to 9 only"
    INSTANT = "date and time, such as 2026-04-30T18:05:09+09:00; without a zone it is Japan's"
    DAY = "date, such as 2026-04-30"
    TEXT = "text, also Japanese"


@dataclass(frozen=True, slots=True)
class Column:
    """One column: a missing optional cell is an empty one."""

    name: str
    meaning: str
    kind: Kind
    is_required: bool = True
    longest: int = 80
    greatest: int = 1_000_000_000
    # Then a reason does not repeat the cell, and bad rows of the feed are kept without their cells.
    is_personal: bool = False


@dataclass(frozen=True, slots=True)
class Feed:
    """A kind of file: its columns, and those of them that the trailer sums."""

    name: str
    version: int
    meaning: str
    sender: str
    columns: tuple[Column, ...]
    totals: tuple[str, ...]

    @property
    def holds_personal_data(self) -> bool:
        """Return whether what is in such a file must not lie about in the clear."""
        return any(column.is_personal for column in self.columns)

    def column(self, name: str) -> Column | None:
        """Return the column of that name."""
        return next((column for column in self.columns if column.name == name), None)
