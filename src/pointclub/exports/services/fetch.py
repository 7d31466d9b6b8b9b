"""Handing the file out: made at the first fetching, and the same at each later one."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from uuid import UUID

from pointclub.audit import services as audit
from pointclub.exports.models import ExportDownload, ExportFile, ExportRequest
from pointclub.exports.queries import get_export
from pointclub.exports.services.produce import NotApprovedError, produce
from pointclub.foundation.actors import Actor
from pointclub.foundation.acts import act
from pointclub.foundation.periods import tokyo_day
from pointclub.foundation.refusals import NotFoundError, Refusal
from pointclub.notices.services import LettersPutBackError
from pointclub.people import queries as people
from pointclub.people.rules.permissions import Permission


class NotYourExportError(Refusal):
    """A file goes to who asked for it, and to nobody else."""

    code = "not_your_export"


class ExportGoneError(NotFoundError):
    """The day until which the file may be kept is over."""

    code = "export_gone"


@dataclass(frozen=True, slots=True)
class ExportedFile:
    """A file on its way out; shown in a log, it tells its name alone."""

    name: str
    rows: int
    media_type: str
    content: bytes = field(repr=False)


@act
def fetch_export(*, request_id: UUID, at: dt.datetime, actor: Actor) -> ExportedFile:
    """Return the file to who asked for it; each time is on record.

    Letters are taken out of those that wait with the first fetching, and stay with their file: a request that is never
    fetched has taken none.

    Raises:
        PermissionDeniedError: no role of the actor allows it any more.
        UnknownExportError: there is no such request.
        NotYourExportError: another person asked for it.
        NotApprovedError: it waits for a decision, or was turned down.
        ExportGoneError: its day is over, whether or not the file was deleted yet.
        LettersPutBackError: it held letters that were put back.
        NoLettersLeftError: the letters were printed otherwise meanwhile.
        TooManyLettersError: nobody approved, and the actor was shown too many people's data that day already.
        LetterFontMissingError: the font of the letters is not there.
    """
    people.require(actor.id, Permission.REQUEST_EXPORT)
    ExportRequest.objects.select_for_update().filter(id=request_id).first()
    request = get_export(request_id)
    if request.requested_by != str(actor):
        message = "A file goes to who asked for it. Ask for one of your own."
        raise NotYourExportError(message)
    if request.kind == ExportRequest.Kind.LETTERS:
        people.require(actor.id, Permission.PRINT_LETTERS)
    if request.state not in {ExportRequest.State.RECORDED, ExportRequest.State.APPROVED}:
        message = f"This export cannot be fetched: it is {request.state}."
        raise NotApprovedError(message, state=str(request.state))
    refuse_if_over(request, at=at)
    file = ExportFile.objects.filter(request=request).first() or produce(request, at=at, actor=actor)
    if file.sealed is None:
        raise LettersPutBackError
    ExportDownload.objects.create(request=request, downloaded_by=str(actor), downloaded_at=at)
    audit.record_act(
        act="exports.fetch_export",
        actor=actor,
        subject=audit.Subject("export", request.id),
        at=at,
        details={"rows": file.rows},
    )
    return ExportedFile(file.name, file.rows, file.media_type, file.content())


def refuse_if_over(request: ExportRequest, *, at: dt.datetime) -> None:
    """Do nothing as long as the export may be kept.

    Raises:
        ExportGoneError: its day is over.
    """
    if tokyo_day(at) > request.kept_through:
        message = f"This export could be had until {request.kept_through}; it is gone. Ask for a new one."
        raise ExportGoneError(message, kept_through=str(request.kept_through))
