"""The frame of a file: header, column names, rows, trailer, line end, nothing after (FIL-1).

The trailer and its line end come last, so a file that was cut anywhere lacks one of them.
"""

import datetime as dt
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from pointclub.files.rules.broken import BrokenFileError
from pointclub.files.rules.cells import number_as_meant
from pointclub.files.rules.records import Record
from pointclub.files.rules.schema import HEADER_MARK, TRAILER_MARK, Feed

_NUMBER = re.compile(r"\d{1,18}", re.ASCII)
_SENDER = re.compile(r"[A-Za-z0-9-]{1,32}", re.ASCII)
_HEADER_CELLS = 6


@dataclass(frozen=True, slots=True)
class Header:
    """Who sends what, which number in the row of the sender's files it is, and the day it was made."""

    feed: str
    version: int
    sender: str
    sequence_number: int
    created_on: dt.date


class Row(NamedTuple):
    """A row of data: which one it is, and the record it stands in."""

    number: int
    record: Record


@dataclass(frozen=True, slots=True)
class Structure:
    """What a file that holds together says of itself."""

    header: Header
    names: tuple[str, ...]
    rows: int
    totals: Mapping[str, int]


def check_structure(records: Iterable[Record], *, feed: Feed) -> Structure:
    """Read to the end, and return what was found.

    Raises:
        BrokenFileError: the frame is not whole, or the control totals are wrong.
    """
    source = iter(records)
    header = _header(next(source, None), feed)
    names = _names(next(source, None), feed)
    sums: dict[str, int | None] = dict.fromkeys(feed.totals, 0)
    places = {name: names.index(name) for name in sums if name in names}
    for rows, record in enumerate(source):
        if _is_trailer(record):
            _refuse_what_follows(next(source, None))
            return Structure(header, names, rows, _checked_totals(record, rows=rows, sums=sums))
        _add(sums, record.cells if len(record.cells) == len(names) else None, places)
    raise BrokenFileError("truncated", "The file breaks off: its trailer is missing.")


def data_rows(records: Iterable[Record]) -> Iterator[Row]:
    """Yield the rows between column names and trailer, of a file whose structure was checked."""
    for number, record in enumerate(records, start=-1):
        if number >= 1:
            if _is_trailer(record):
                return
            yield Row(number, record)


def _is_trailer(record: Record) -> bool:
    return bool(record.cells) and record.cells[0] == TRAILER_MARK


def _header(record: Record | None, feed: Feed) -> Header:
    if record is None:
        raise BrokenFileError("truncated", "The file is empty.")
    if record.cells[:1] != [HEADER_MARK] or len(record.cells) != _HEADER_CELLS:
        message = f"The header is missing: {HEADER_MARK},{feed.name},{feed.version},sender,sequence number,day made."
        raise BrokenFileError("header", message, line=record.line)
    _, name, version, sender, sequence_number, created_on = record.cells
    if (name, version) != (feed.name, str(feed.version)):
        message = f"This is {name[:40]!r} in version {version[:10]!r}; {feed.name!r} in {feed.version} was expected."
        raise BrokenFileError("other_feed", message, line=record.line)
    if not _SENDER.fullmatch(sender) or not _NUMBER.fullmatch(sequence_number) or int(sequence_number) < 1:
        raise BrokenFileError("header", "Sender or sequence number make no sense.", line=record.line)
    return Header(name, feed.version, sender, int(sequence_number), _day_made(created_on, record.line))


def _day_made(cell: str, line: int) -> dt.date:
    if re.fullmatch(r"20\d\d-\d\d-\d\d", cell, re.ASCII):
        try:
            return dt.date.fromisoformat(cell)
        except ValueError:
            pass
    raise BrokenFileError("header", "The day on which the file was made is not a date such as 2026-04-30.", line=line)


def _names(record: Record | None, feed: Feed) -> tuple[str, ...]:
    if record is None:
        raise BrokenFileError("truncated", "The file breaks off after its header.")
    names = tuple(record.cells)
    unknown = [name[:40] for name in names if feed.column(name) is None]
    missing = [column.name for column in feed.columns if column.is_required and column.name not in names]
    if unknown or missing or len(set(names)) != len(names):
        found = f"unknown {unknown}, missing {missing}" if unknown or missing else "one stands twice"
        raise BrokenFileError("columns", f"The column names are wrong: {found}.", line=record.line)
    return names


def _add(sums: dict[str, int | None], cells: Sequence[str] | None, places: Mapping[str, int]) -> None:
    """Add the row's figures; a sum that no longer can be known, as where a cell is missing, is None from there on."""
    for name, place in places.items():
        so_far = sums[name]
        if so_far is not None:
            number = None if cells is None else number_as_meant(cells[place])
            sums[name] = None if number is None else so_far + number


def _checked_totals(record: Record, *, rows: int, sums: Mapping[str, int | None]) -> dict[str, int]:
    if len(record.cells) != 2 + len(sums) or not all(_NUMBER.fullmatch(cell) for cell in record.cells[1:]):
        message = f"The trailer must be {TRAILER_MARK},number of rows,{','.join(f'sum of {name}' for name in sums)}."
        raise BrokenFileError("trailer", message, line=record.line)
    said_rows, *said = (int(cell) for cell in record.cells[1:])
    if said_rows != rows:
        message = f"The trailer counts {said_rows:,} rows, the file has {rows:,}."
        raise BrokenFileError("row_count", message, line=record.line)
    for (name, found), total in zip(sums.items(), said, strict=True):
        if found is not None and found != total:
            message = f"The trailer's sum of {name} is {total:,}, that of the rows {found:,}."
            raise BrokenFileError("control_total", message, line=record.line)
    return dict(zip(sums, said, strict=True))


def _refuse_what_follows(record: Record | None) -> None:
    if record is not None:
        raise BrokenFileError("after_trailer", "There is something after the trailer.", line=record.line)
