"""Lists of addresses from which mail came back, as a service that sends mail gives them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from pointclub.files.rules.encoding import EncodingScan
from pointclub.files.rules.records import LONGEST_RECORD, Record, read_records
from pointclub.jobs.bounces import NoMailThereError
from pointclub.notices.rules.bounce_lists import BadLine, Listed, read_list

_SUFFIX = ".csv"


def is_list(place: Path) -> bool:
    """Tell a list from mails, by the end of its name."""
    return place.suffix.lower() == _SUFFIX and place.is_file()


def read_lines(file: Path, *, at: dt.datetime) -> Iterator[Listed | BadLine]:
    """Yield the lines of a list in UTF-8 or CP932, once the whole of it was read through and holds together.

    Raises:
        NoMailThereError: it cannot be read.
        BrokenFileError: it is in neither encoding, breaks off, or does not name its columns.
    """
    scan = EncodingScan()
    try:
        with file.open("rb") as content:
            for line in _lines(content):
                scan.add(line)
            for _ in read_list(_records(content, scan.encoding()), at=at):
                pass
            yield from read_list(_records(content, scan.encoding()), at=at)
    except OSError as error:
        message = f"{file} cannot be read: {error.strerror}."
        raise NoMailThereError(message) from None


def _records(content: BinaryIO, encoding: str) -> Iterator[Record]:
    content.seek(0)
    return read_records(_lines(content), encoding=encoding)


def _lines(content: BinaryIO) -> Iterator[bytes]:
    """Yield the lines; one that has no end is given in parts, of which the reader of records has soon had enough."""
    while line := content.readline(LONGEST_RECORD):
        yield line
