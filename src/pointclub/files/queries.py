"""Questions about files that came in."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from pointclub.files.models import ImportedFile, RowError, Upload
from pointclub.foundation.refusals import NotFoundError


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


class UnknownImportError(NotFoundError):
    """No such file came in."""

    code = "unknown_import"


def find_import(file_id: UUID) -> ImportState:
    """Return the state of one file.

    Raises:
        UnknownImportError: there is none of that id.
    """
    file = ImportedFile.objects.filter(id=file_id).first()
    if file is None:
        message = f"There is no file {file_id}."
        raise UnknownImportError(message)
    return _state(file)


def list_imports(*, limit: int = 100) -> list[ImportState]:
    """Return the files that came in, the latest first."""
    return [_state(file) for file in ImportedFile.objects.order_by("-received_at", "-id")[:limit]]


def row_errors(file_id: UUID) -> Iterator[RowError]:
    """Yield the rows that were refused, in the order of the file."""
    yield from RowError.objects.filter(file_id=file_id).order_by("line").iterator(chunk_size=1_000)


class UnknownUploadError(NotFoundError):
    """There is no such upload, or no such file of it."""

    code = "unknown_upload"


def get_upload(upload_id: UUID) -> Upload:
    """Return what was handed in, without its content.

    Raises:
        UnknownUploadError: there is nothing of that id.
    """
    found = Upload.objects.defer("content", "error_file").filter(id=upload_id).first()
    if found is None:
        message = f"There is no upload {upload_id}."
        raise UnknownUploadError(message)
    return found


def list_uploads(*, limit: int) -> list[Upload]:
    """Return what was handed in, the latest first."""
    return list(Upload.objects.defer("content", "error_file").order_by("-uploaded_at", "-id")[:limit])


def list_waiting_uploads() -> list[UUID]:
    """Return what the worker still has to take in, in the order in which it came."""
    waiting = Upload.objects.filter(finished_at__isnull=True).order_by("uploaded_at", "id")
    return list(waiting.values_list("id", flat=True))


def read_upload(upload_id: UUID) -> tuple[Upload, bytes]:
    """Return what was handed in with its content; of one that is finished nothing is left."""
    upload = Upload.objects.defer("error_file").get(id=upload_id)
    return upload, bytes(upload.content or b"")


def has_error_file(upload_id: UUID) -> bool:
    """Tell whether some of its rows were bad."""
    return Upload.objects.filter(id=upload_id, error_file__isnull=False).exists()


def read_error_file(upload_id: UUID) -> bytes:
    """Return the bad rows as a file for people.

    Raises:
        UnknownUploadError: there is no such upload, or it has no bad rows.
    """
    content = Upload.objects.filter(id=upload_id).values_list("error_file", flat=True).first()
    if content is None:
        message = f"There is no file of bad rows for {upload_id}."
        raise UnknownUploadError(message)
    return bytes(content)


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
