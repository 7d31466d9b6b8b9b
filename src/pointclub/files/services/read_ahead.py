"""Reading the next rows of a file while the database writes those before."""

import itertools
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from typing import Any, NamedTuple

from django.db import connection

from pointclub.files.rules.cells import BadCellError, RowReader
from pointclub.files.rules.outcomes import Bad, ReadableRow
from pointclub.files.rules.structure import Row
from pointclub.files.services.check import CheckedFile

_ROWS_AT_A_TIME = 1_000
_CHARACTERS_AT_A_TIME = 4_000_000

# Characters of a list of values; the statement that has one keeps the database busy for longer than any other.
_MANY_ROWS = 10_000


class ReadRow(NamedTuple):
    """A row, and what its cells say or why they cannot be read."""

    row: Row
    found: ReadableRow | Bad


class Ahead:
    """The rows of a file chunk by chunk, of which the next one is read while the database writes the one before.

    Only then: two threads of Python take turns, so at any other time this would hold up what it is ahead of.
    """

    def __init__(self, checked: CheckedFile, *, after: int) -> None:
        """Begin behind so many rows."""
        self._chunks = _chunks(checked, after=after)
        self._next: Future[list[ReadRow]] | None = None

    def next_chunk(self) -> list[ReadRow]:
        """Return the next chunk, empty at the end; what goes wrong with its reading is raised here."""
        ahead, self._next = self._next, None
        return next(self._chunks, []) if ahead is None else ahead.result()

    @contextmanager
    def while_writing(self) -> Iterator[None]:
        """Let the next chunk be read as soon as a statement of the block writes very many rows."""
        with connection.execute_wrapper(self._watch):
            yield

    def close(self) -> None:
        """Leave the file alone from here on."""
        if self._next is not None:
            self._next.exception()

    def _watch(self, execute: Callable[..., Any], sql: str, values: Any, *more: Any) -> Any:
        if self._next is None and isinstance(values, tuple) and any(_is_long(value) for value in values):
            self._next = Future()
            # Whoever is stopped, by whatever, does not wait for a thread that reads.
            threading.Thread(target=_read, args=(self._chunks, self._next), daemon=True).start()
        return execute(sql, values, *more)


def _is_long(value: object) -> bool:
    return isinstance(value, str) and len(value) > _MANY_ROWS


def _read(chunks: Iterator[list[ReadRow]], into: Future[list[ReadRow]]) -> None:
    try:
        into.set_result(next(chunks, []))
    except BaseException as failure:  # noqa: BLE001 -- Raised where the chunk is asked for.
        into.set_exception(failure)


def _chunks(checked: CheckedFile, *, after: int) -> Iterator[list[ReadRow]]:
    reader = RowReader(checked.structure.names, feed=checked.feed)
    chunk: list[ReadRow] = []
    characters = 0
    for row in itertools.islice(checked.data_rows(), after, None):
        chunk.append(ReadRow(row, _found(row, reader)))
        characters += len(row.record.raw)
        if len(chunk) == _ROWS_AT_A_TIME or characters >= _CHARACTERS_AT_A_TIME:
            yield chunk
            chunk, characters = [], 0
    if chunk:
        yield chunk


def _found(row: Row, reader: RowReader) -> ReadableRow | Bad:
    try:
        return ReadableRow(row.record.line, reader.values(row.record.cells))
    except BadCellError as bad:
        return Bad(bad.code, bad.message)
