"""Reading a list of addresses from which mail came back, as services that send mail give it (NTC-5)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from pointclub.files.rules.broken import BrokenFileError
from pointclub.files.rules.records import Record
from pointclub.foundation.periods import TOKYO
from pointclub.people.rules.contacts import UnreadableValueError, mail_address

NEEDED = ("address", "when", "kind")
_KNOWN = frozenset({*NEEDED, "reason"})
_KINDS = {"permanent": True, "temporary": False}


@dataclass(frozen=True, slots=True)
class Listed:
    """A line: to this address mail came back at that instant, for good or for now. Shown, it does not say to which."""

    address: str = field(repr=False)
    came_back_at: dt.datetime
    is_permanent: bool


@dataclass(frozen=True, slots=True)
class BadLine:
    """A line that was not taken, by its number; what stands in it is not repeated."""

    line: int
    code: str
    message: str


def read_list(records: Iterable[Record], *, at: dt.datetime) -> Iterator[Listed | BadLine]:
    """Yield each line below the names of the columns, in any order of columns.

    Raises:
        BrokenFileError: the first line does not name the columns.
    """
    source = iter(records)
    places = _places(next(source, None))
    for record in source:
        if record.cells:
            yield _read(record, places, at=at)


def _places(head: Record | None) -> Mapping[str, int]:
    names = [] if head is None else [name.strip().lower() for name in head.cells]
    unknown = set(names) - _KNOWN
    if unknown or not set(NEEDED) <= set(names) or len(set(names)) != len(names):
        message = f"The first line names the columns {', '.join(NEEDED)} and, if there is one, reason."
        raise BrokenFileError("columns", message, line=1)
    return {name: place for place, name in enumerate(names)}


def _read(record: Record, places: Mapping[str, int], *, at: dt.datetime) -> Listed | BadLine:
    if len(record.cells) != len(places):
        return BadLine(record.line, "cells", f"There are {len(record.cells)} cells and {len(places)} columns.")
    try:
        address = mail_address(record.cells[places["address"]])
    except UnreadableValueError as unreadable:
        return BadLine(record.line, "address", str(unreadable))
    came_back_at = _instant(record.cells, places)
    if came_back_at is None:
        return BadLine(record.line, "when", "When it came back looks like 2026-04-10T09:30:00+09:00.")
    if came_back_at > at:
        return BadLine(record.line, "future", "When it came back lies in the future.")
    kind = record.cells[places["kind"]].strip().lower()
    if kind not in _KINDS:
        return BadLine(record.line, "kind", f"The kind is {' or '.join(_KINDS)}.")
    return Listed(address, came_back_at, _KINDS[kind])


def _instant(cells: Sequence[str], places: Mapping[str, int]) -> dt.datetime | None:
    """Return the instant; one without an offset is meant as clocks in Japan show it."""
    try:
        read = dt.datetime.fromisoformat(cells[places["when"]].strip())
    except ValueError:
        return None
    try:
        return (read if read.tzinfo else read.replace(tzinfo=TOKYO)).astimezone(dt.UTC)
    except OverflowError:
        return None
