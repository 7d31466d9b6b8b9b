"""From the text of a cell to its value, strictly: a number is ASCII digits and nothing else."""

import datetime as dt
import re
import unicodedata
from collections.abc import Callable, Sequence
from decimal import Decimal, InvalidOperation

from pointclub.files.rules.schema import HEADER_MARK, TRAILER_MARK, Column, Feed, Kind
from pointclub.foundation.periods import TOKYO

Value = str | int | dt.date | dt.datetime | None

_INSTANT = re.compile(
    r"20\d\d-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:\.\d{1,6})?)?(?:Z|[+-](?:0\d|1[0-4]):[0-5]\d)?", re.ASCII
)
_DAY = re.compile(r"20\d\d-\d\d-\d\d", re.ASCII)
_DIGITS_OF_A_MEMBER = 12
_MOST_DIGITS = 18
_SHOWN = 40


class BadCellError(Exception):
    """Why a row cannot be read: a word for machines, a sentence for people."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


class RowReader:
    """Reads the rows of one file, given the names of its columns; a column that the file leaves out is empty."""

    def __init__(self, names: Sequence[str], *, feed: Feed) -> None:
        """Look once for what each row would otherwise be asked for."""
        self._cells = len(names)
        self._left_out: dict[str, Value] = {
            column.name: parse_cell("", column) for column in feed.columns if column.name not in names
        }
        self._given = [
            (column.name, names.index(column.name), column, _PARSERS[column.kind])
            for column in feed.columns
            if column.name in names
        ]

    def values(self, cells: Sequence[str]) -> dict[str, Value]:
        """Return the row's values by column.

        Raises:
            BadCellError: the first cell that is wrong, or the number of cells is.
        """
        if len(cells) != self._cells:
            raise BadCellError("wrong_number_of_cells", f"The row has {len(cells)} cells instead of {self._cells}.")
        values = self._left_out.copy()
        for name, place, column, parser in self._given:
            values[name] = _parse(cells[place], column, parser)
        return values


def parse_cell(cell: str, column: Column) -> Value:
    """Return the value of a cell; None where an optional one is empty.

    Raises:
        BadCellError: it is missing, too long, or not what the column holds.
    """
    return _parse(cell, column, _PARSERS[column.kind])


def _parse(cell: str, column: Column, parser: Callable[[str], Value]) -> Value:
    if not cell:
        if column.is_required:
            raise BadCellError("missing", f"{column.name} is empty.")
        return None
    if len(cell) > column.longest:
        message = f"{column.name} has {len(cell):,} characters; at most {column.longest} are allowed."
        raise BadCellError("too_long", message)
    value = parser(cell)
    if value is None:
        raise BadCellError(
            f"not_{column.kind.name.lower()}", f"{column.name} is {_shown(cell, column)}: {column.kind} expected."
        )
    if isinstance(value, int) and value > column.greatest:
        raise BadCellError(
            "too_great", f"{column.name} is {_shown(cell, column)}; at most {column.greatest:,} is allowed."
        )
    return value


def number_as_meant(cell: str) -> int | None:
    """Return the number that the sender's own sum most likely holds for a cell, even one that is refused.

    Only control totals are compared by it; "１００", "1e2" and "100.0" then count as 100, and an empty cell as 0.
    """
    if not cell or _is_number(cell):
        return int(cell or 0)
    text = unicodedata.normalize("NFKC", cell).replace(",", "").strip()
    if not text:
        return 0
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    if not number.is_finite() or number.adjusted() > _MOST_DIGITS or number != number.to_integral_value():
        return None
    return int(number)


def _code(cell: str) -> str | None:
    is_mark = cell.startswith((HEADER_MARK, TRAILER_MARK))
    return cell if cell.isprintable() and cell == cell.strip() and not is_mark else None


def _member_number(cell: str) -> str | None:
    return cell if len(cell) == _DIGITS_OF_A_MEMBER and _is_number(cell) else None


def _number(cell: str) -> int | None:
    return int(cell) if _is_number(cell) else None


def _is_number(cell: str) -> bool:
    return cell.isdigit() and cell.isascii() and len(cell) <= _MOST_DIGITS


def _instant(cell: str) -> dt.datetime | None:
    if not _INSTANT.fullmatch(cell):
        return None
    try:
        at = dt.datetime.fromisoformat(cell)
    except ValueError:
        return None
    return at if at.tzinfo else at.replace(tzinfo=TOKYO)


def _day(cell: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(cell) if _DAY.fullmatch(cell) else None
    except ValueError:
        return None


def _text(cell: str) -> str | None:
    has_control = any(unicodedata.category(character) == "Cc" and character not in "\r\n\t" for character in cell)
    return None if has_control else cell


def _shown(cell: str, column: Column) -> str:
    if column.is_personal:
        return "something else"
    return repr(cell if len(cell) <= _SHOWN else f"{cell[:_SHOWN]}…")


_PARSERS: dict[Kind, Callable[[str], Value]] = {
    Kind.CODE: _code,
    Kind.MEMBER_NUMBER: _member_number,
    Kind.NUMBER: _number,
    Kind.INSTANT: _instant,
    Kind.DAY: _day,
    Kind.TEXT: _text,
}
