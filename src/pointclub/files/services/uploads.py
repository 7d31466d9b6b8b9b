"""Files handed in on a page: kept, taken in by the worker, and done with."""

from __future__ import annotations

import datetime as dt
import hashlib
import io
from uuid import UUID

from django.db.models import QuerySet

from pointclub.audit import services as audit
from pointclub.files.models import Upload
from pointclub.files.rules.schema import Feed
from pointclub.files.services.check import checked_file
from pointclub.foundation.actors import Actor
from pointclub.foundation.acts import act
from pointclub.foundation.refusals import Refusal

MOST_BYTES = 10 * 1024 * 1024
_LONGEST_NAME = 255
_LONGEST_CODE = 40


class UploadTooLargeError(Refusal):
    """The file is larger than a page takes; the command line takes files of any size."""

    code = "upload_too_large"


class UploadedBeforeError(Refusal):
    """The same file was handed in and waits; it need not come twice."""

    code = "uploaded_before"


@act
def keep_upload(*, content: bytes, name: str, feed: Feed, accepts_gap: bool, at: dt.datetime, actor: Actor) -> Upload:
    """Check that the file holds together, and keep it for the worker.

    Raises:
        UploadTooLargeError: it has more than ten mebibytes.
        BrokenFileError: it is not whole, or not of this feed; nothing is kept.
        UploadedBeforeError: the same file waits already.
    """
    if len(content) > MOST_BYTES:
        message = f"The file has more than {MOST_BYTES:,} bytes; `pointclub import` takes it in."
        raise UploadTooLargeError(message)
    with checked_file(io.BytesIO(content), feed=feed):
        pass
    digest = hashlib.sha256(content).hexdigest()
    if Upload.objects.filter(sha256=digest, finished_at__isnull=True).exists():
        message = "The same file was handed in before and waits to be taken in."
        raise UploadedBeforeError(message)
    upload = Upload.objects.create(
        feed=feed.name,
        name=name[:_LONGEST_NAME],
        size_bytes=len(content),
        sha256=digest,
        accepts_gap=accepts_gap,
        content=content,
        uploaded_by=str(actor),
        uploaded_at=at,
    )
    details: dict[str, audit.Detail] = {"feed": feed.name, "bytes": len(content), "sha256": digest}
    audit.record_act(
        act="files.keep_upload", actor=actor, subject=audit.Subject("upload", upload.id), at=at, details=details
    )
    return upload


def note_upload_begun(*, upload_id: UUID, at: dt.datetime) -> None:
    """Note that the worker is at it."""
    Upload.objects.filter(id=upload_id, finished_at__isnull=True).update(tried_at=at)


def link_upload(*, upload_id: UUID, file_id: UUID) -> None:
    """Note which import it became, so that its progress can be seen."""
    Upload.objects.filter(id=upload_id, file_id__isnull=True).update(file_id=file_id)


def finish_upload(*, upload_id: UUID, error_file: bytes | None, at: dt.datetime) -> None:
    """Note that every row was gone through, with the bad ones as a file for people; the content is dropped."""
    _unfinished(upload_id).update(
        state=Upload.State.TAKEN_IN,
        content=None,
        error_file=error_file,
        refusal_code="",
        refusal="",
        finished_at=at,
    )


def refuse_upload(*, upload_id: UUID, refusal: Refusal, at: dt.datetime) -> None:
    """Note why nothing of it, or nothing more, was taken in; the content is dropped."""
    _unfinished(upload_id).update(
        state=Upload.State.REFUSED,
        content=None,
        refusal_code=refusal.code[:_LONGEST_CODE],
        refusal=refusal.message,
        finished_at=at,
    )


def hold_upload(*, upload_id: UUID, refusal: Refusal) -> None:
    """Note that it cannot be taken in now; it is tried again."""
    _unfinished(upload_id).update(
        state=Upload.State.HELD, refusal_code=refusal.code[:_LONGEST_CODE], refusal=refusal.message
    )


def _unfinished(upload_id: UUID) -> QuerySet[Upload]:
    return Upload.objects.filter(id=upload_id, finished_at__isnull=True)
