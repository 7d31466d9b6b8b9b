"""The first pass: a file is copied aside, and its copy is read to the end before anything is written (FIL-1)."""

import hashlib
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import BinaryIO

from pointclub.files.rules.broken import BrokenFileError
from pointclub.files.rules.encoding import EncodingScan
from pointclub.files.rules.records import LONGEST_RECORD, Record, read_records
from pointclub.files.rules.schema import Feed
from pointclub.files.rules.structure import Row, Structure, check_structure, data_rows


@dataclass(frozen=True)
class CheckedFile:
    """A copy of a file that holds together; what happens to the original meanwhile does not matter."""

    feed: Feed
    structure: Structure
    encoding: str
    sha256: str
    size_bytes: int
    _copy: BinaryIO

    def data_rows(self) -> Iterator[Row]:
        """Yield the rows, from the first. One walk at a time: a second one takes the place in the file with it."""
        return data_rows(_records(self._copy, self.encoding))


@contextmanager
def checked_file(source: BinaryIO, *, feed: Feed) -> Iterator[CheckedFile]:
    """Check the file and give it for the length of the block; memory does not grow with its size.

    Raises:
        BrokenFileError: it is not whole, or not of this feed.
    """
    with tempfile.TemporaryFile() as copy:
        digest, size, scan = hashlib.sha256(), 0, EncodingScan()
        for line in _lines(source):
            digest.update(line)
            size += len(line)
            scan.add(line)
            copy.write(line)
        encoding = scan.encoding()
        structure = check_structure(_records(copy, encoding), feed=feed)
        yield CheckedFile(feed, structure, encoding, digest.hexdigest(), size, copy)


def _records(copy: BinaryIO, encoding: str) -> Iterator[Record]:
    copy.seek(0)
    return read_records(_lines(copy), encoding=encoding)


def _lines(source: BinaryIO) -> Iterator[bytes]:
    number = 0
    while line := source.readline(LONGEST_RECORD + 1):
        number += 1
        if len(line) > LONGEST_RECORD:
            raise BrokenFileError("too_long", f"This line is longer than {LONGEST_RECORD:,} bytes.", line=number)
        yield line
