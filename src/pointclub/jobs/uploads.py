"""Taking in what staff handed in on a page, in the order in which it came."""

from __future__ import annotations

import datetime as dt
import io
import logging
import tempfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Protocol
from uuid import UUID

from pointclub.earning import services as earning
from pointclub.files import queries as files_queries
from pointclub.files import services as files
from pointclub.files.rules.feeds import OPENING_BALANCES, PURCHASES
from pointclub.foundation import actors
from pointclub.foundation.refusals import Refusal, UnavailableError

_log = logging.getLogger(__name__)


class Importing(Protocol):
    """How a file of one feed is taken in."""

    def __call__(
        self, incoming: files.IncomingFile, /, *, at: dt.datetime, actor: actors.Actor
    ) -> Iterator[files.Progress]:
        """Take it in, yielding after each chunk."""


_IMPORTING: Mapping[str, Importing] = {
    PURCHASES.name: earning.import_purchases,
    OPENING_BALANCES.name: earning.import_opening_balances,
}


def take_in_all(*, read_clock: Callable[[], dt.datetime]) -> None:
    """Take in what waits; what cannot be done now is held and tried again, and others go on."""
    for upload_id in files_queries.list_waiting_uploads():
        try:
            _take_in(upload_id, read_clock)
        except UnavailableError as refusal:
            files.hold_upload(upload_id=upload_id, refusal=refusal)
        except Refusal as refusal:
            files.refuse_upload(upload_id=upload_id, refusal=refusal, at=read_clock())
        except Exception:  # noqa: BLE001 -- Whatever it is, it is this file's.
            # The others are not made to wait for it; the same is tried again at the next ring.
            _log.exception("The upload %s broke off.", upload_id)


def _take_in(upload_id: UUID, read_clock: Callable[[], dt.datetime]) -> None:
    now = read_clock()
    upload, content = files_queries.read_upload(upload_id)
    files.note_upload_begun(upload_id=upload_id, at=now)
    with tempfile.TemporaryDirectory() as folder:
        errors_to = Path(folder, "errors.csv")
        incoming = files.IncomingFile(io.BytesIO(content), upload.name, errors_to, upload.accepts_gap)
        importing = _IMPORTING[upload.feed]
        for progress in importing(incoming, at=now, actor=actors.named(upload.uploaded_by)):
            files.link_upload(upload_id=upload_id, file_id=progress.file_id)
        error_file = errors_to.read_bytes() if errors_to.exists() else None
    files.finish_upload(upload_id=upload_id, error_file=error_file, at=read_clock())
