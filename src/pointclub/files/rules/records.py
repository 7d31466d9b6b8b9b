"""From bytes to records: what is between quotes may hold commas and line ends, and every record ends like the first."""

import codecs
import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from pointclub.files.rules.broken import BrokenFileError

# A quote that is never closed would otherwise take the rest of the file into memory.
LONGEST_RECORD = 1_048_576


@dataclass(frozen=True, slots=True)
class Record:
    """The cells of a record, the number of its first line, and how it was written."""

    line: int
    cells: list[str]
    raw: str


def read_records(lines: Iterable[bytes], *, encoding: str) -> Iterator[Record]:
    """Yield the records of the lines, each given with its line end.

    Raises:
        BrokenFileError: a quote is wrong or never closed, the last line has no end, or line ends are mixed.
    """
    source = _LinesOfRecord(lines, encoding)
    reader = csv.reader(source, strict=True)
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise BrokenFileError("quoting", f"The record cannot be read: {error}.", line=source.first_line) from error
        yield source.finish_record(cells)


class _LinesOfRecord:
    """Hands lines to the reader of CSV and remembers those of the record being read."""

    def __init__(self, lines: Iterable[bytes], encoding: str) -> None:
        self._lines = iter(lines)
        self._encoding = encoding
        self._end: str | None = None
        self._held: list[str] = []
        self._size = 0
        self.first_line = 1

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = next(self._lines)
        self._size += len(line)
        if self._size > LONGEST_RECORD:
            message = f"A record is longer than {LONGEST_RECORD:,} bytes; perhaps a quote is never closed."
            raise BrokenFileError("too_long", message, line=self.first_line)
        if self.first_line == 1 and not self._held:
            line = line.removeprefix(codecs.BOM_UTF8)
        text = line.decode(self._encoding)
        self._held.append(text)
        return text

    def finish_record(self, cells: list[str]) -> Record:
        raw = "".join(self._held)
        end = "\r\n" if raw.endswith("\r\n") else "\n" if raw.endswith("\n") else ""
        if not end:
            raise BrokenFileError("truncated", "The file breaks off within this line.", line=self.first_line)
        if self._end not in {None, end}:
            raise BrokenFileError("mixed_line_ends", "This line ends otherwise than the first.", line=self.first_line)
        record = Record(self.first_line, cells, raw.removesuffix(end))
        self._end = end
        self.first_line += len(self._held)
        self._held, self._size = [], 0
        return record
