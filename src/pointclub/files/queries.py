"""Questions about files that came in."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from pointclub.files.models import ImportedFile, RowError


@dataclass(frozen=True, slots=True)
class ImportState:
    """How far a file has been taken in: accepted, known before and bad rows add up to those done."""

    file_id: UUID
    feed: str
    sender: str
    sequence_number: int
    name: str
    rows: int
    rows_done: int
    accepted: int
    known_before: int
    bad: int
    points: int
    received_at: dt.datetime
    held_at: dt.datetime | None
    finished_at: dt.datetime | None

    @property
    def status(self) -> str:
        """In one word."""
        return "finished" if self.finished_at else "held" if self.held_at else "unfinished"


def get_import(file_id: UUID) -> ImportState:
    """Return the state of one file."""
    return _state(ImportedFile.objects.get(id=file_id))


def list_imports(*, limit: int = 100) -> list[ImportState]:
    """Return the files that came in, the latest first."""
    return [_state(file) for file in ImportedFile.objects.order_by("-received_at", "-id")[:limit]]


def row_errors(file_id: UUID) -> Iterator[RowError]:
    """Yield the rows that were refused, in the order of the file."""
    yield from RowError.objects.filter(file_id=file_id).order_by("line").iterator(chunk_size=1_000)


def _state(file: ImportedFile) -> ImportState:
    return ImportState(
        file_id=file.id,
        feed=file.feed,
        sender=file.sender,
        sequence_number=file.sequence_number,
        name=file.name,
        rows=file.rows,
        rows_done=file.rows_done,
        accepted=file.accepted,
        known_before=file.known_before,
        bad=file.bad,
        points=file.points,
        received_at=file.received_at,
        held_at=file.held_at,
        finished_at=file.finished_at,
    )
