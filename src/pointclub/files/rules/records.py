"""From bytes to records: what is between quotes may hold commas and line ends, and every record ends like the first."""

import codecs
import csv
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from pointclub.files.rules.broken import BrokenFileError

# A quote that is never closed would otherwise take the rest of the file into memory.
LONGEST_RECORD = 1_048_576


class Record(NamedTuple):
    """The cells of a record, the number of its first line, and how it was written."""

    line: int
    cells: list[str]
    raw: str


def read_records(lines: Iterable[bytes], *, encoding: str) -> Iterator[Record]:
    """Yield the records of the lines, each given with its line end.

    Raises:
        BrokenFileError: a quote is wrong or never closed, the last line has no end, or line ends are mixed.
    """
    held: list[str] = []
    end_of_first: str | None = None
    first_line = 1
    try:
        for cells in csv.reader(_texts(lines, encoding, held), strict=True):
            raw = "".join(held)
            end = "\r\n" if raw.endswith("\r\n") else "\n" if raw.endswith("\n") else ""
            if end != end_of_first:
                if not end:
                    raise BrokenFileError("truncated", "The file breaks off within this line.", line=first_line)
                if end_of_first is not None:
                    raise BrokenFileError(
                        "mixed_line_ends", "This line ends otherwise than the first.", line=first_line
                    )
                end_of_first = end
            yield Record(first_line, cells, raw[: -len(end)])
            first_line += len(held)
            held.clear()
    except csv.Error as error:
        raise BrokenFileError("quoting", f"The record cannot be read: {error}.", line=first_line) from error


def _texts(lines: Iterable[bytes], encoding: str, held: list[str]) -> Iterator[str]:
    """Yield the lines for the reader of CSV; ``held`` are those of the record being read, and emptied after it."""
    size = first_line = 0
    for number, line in enumerate(lines, start=1):
        if not held:
            size, first_line = 0, number
        size += len(line)
        if size > LONGEST_RECORD:
            message = f"A record is longer than {LONGEST_RECORD:,} bytes; perhaps a quote is never closed."
            raise BrokenFileError("too_long", message, line=first_line)
        text = (line.removeprefix(codecs.BOM_UTF8) if number == 1 else line).decode(encoding)
        held.append(text)
        yield text
