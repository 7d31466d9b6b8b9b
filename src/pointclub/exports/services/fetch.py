"""Handing the file out: made at the first fetching, and the same at each later one."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from pointclub.audit import services as audit
from pointclub.exports.models import MOST_WITHOUT_APPROVAL, ExportDownload, ExportFile, ExportRequest
from pointclub.exports.queries import get_export, list_people
from pointclub.exports.rules import columns, marking
from pointclub.foundation.actors import Actor
from pointclub.foundation.acts import act
from pointclub.foundation.periods import tokyo_day
from pointclub.foundation.refusals import NotFoundError, Refusal
from pointclub.membership.queries import JoinedMember
from pointclub.people import queries as people
from pointclub.people.rules.permissions import Permission
from pointclub.people.rules.personal_fields import PersonalField
from pointclub.points import queries as points

# Rows are read so many at a time, so that the memory taken is that of the file and not of all that it was made from.
_CHUNK = 1_000
_MARKS_OF_AN_ID = 8


class NotYourExportError(Refusal):
    """A file goes to who asked for it, and to nobody else."""

    code = "not_your_export"


class NotApprovedError(Refusal):
    """The export waits for a decision, or was turned down."""

    code = "export_not_approved"


class ExportGoneError(NotFoundError):
    """The day until which the file may be kept is over."""

    code = "export_gone"


@dataclass(frozen=True, slots=True)
class ExportedFile:
    """A file on its way out; shown in a log, it tells its name alone."""

    name: str
    rows: int
    content: bytes = field(repr=False)


@act
def fetch_export(*, request_id: UUID, at: dt.datetime, actor: Actor) -> ExportedFile:
    """Return the file to who asked for it; each time is on record.

    Raises:
        PermissionDeniedError: no role of the actor allows it any more.
        UnknownExportError: there is no such request.
        NotYourExportError: another person asked for it.
        NotApprovedError: it waits for a decision, or was turned down.
        ExportGoneError: its day is over, whether or not the file was deleted yet.
    """
    people.require(actor.id, Permission.REQUEST_EXPORT)
    ExportRequest.objects.select_for_update().filter(id=request_id).first()
    request = get_export(request_id)
    if request.requested_by != str(actor):
        message = "A file goes to who asked for it. Ask for one of your own."
        raise NotYourExportError(message)
    if request.state not in {ExportRequest.State.RECORDED, ExportRequest.State.APPROVED}:
        message = f"This export cannot be fetched: it is {request.state}."
        raise NotApprovedError(message, state=str(request.state))
    refuse_if_over(request, at=at)
    file = ExportFile.objects.filter(request=request).first() or _produce(request, at=at)
    ExportDownload.objects.create(request=request, downloaded_by=str(actor), downloaded_at=at)
    audit.record_act(
        act="exports.fetch_export",
        actor=actor,
        subject=audit.Subject("export", request.id),
        at=at,
        details={"rows": file.rows},
    )
    return ExportedFile(file.name, file.rows, file.content().encode())


def refuse_if_over(request: ExportRequest, *, at: dt.datetime) -> None:
    """Do nothing as long as the export may be kept.

    Raises:
        ExportGoneError: its day is over.
    """
    if tokyo_day(at) > request.kept_through:
        message = f"This export could be had until {request.kept_through}; it is gone. Ask for a new one."
        raise ExportGoneError(message, kept_through=str(request.kept_through))


def _produce(request: ExportRequest, *, at: dt.datetime) -> ExportFile:
    members = list_people(
        request.kind, request.joined_from, request.joined_through, includes_former=request.includes_former
    )
    if request.state == ExportRequest.State.RECORDED and len(members) > MOST_WITHOUT_APPROVAL:
        message = "More people are in it by now than go out without a decision. Ask for a new one."
        raise NotApprovedError(message, state=str(request.state))
    mark = _mark_of(request)
    file = ExportFile(request=request, name=marking.file_name(mark), rows=len(members), produced_at=at)
    if request.kind == ExportRequest.Kind.POINTS:
        file.seal(marking.written(mark, columns.OF_POINTS, _points_rows(members, on=tokyo_day(at))))
    else:
        chosen = [PersonalField(name) for name in request.columns]
        head = [*columns.OF_EVERY_MEMBER, *(columns.OF_PERSONAL_DATA[each] for each in chosen)]
        file.seal(marking.written(mark, head, _member_rows(members, chosen)))
    file.save(force_insert=True)
    return file


def _mark_of(request: ExportRequest) -> marking.Mark:
    return marking.Mark(
        kind=str(request.kind),
        number=request.id.hex[-_MARKS_OF_AN_ID:],
        requested_by=request.requested_by,
        requested_on=tokyo_day(request.requested_at),
        approved_by=request.decided_by or None,
        approved_on=None if request.decided_at is None else tokyo_day(request.decided_at),
        purpose=request.purpose,
        kept_through=request.kept_through,
    )


def _member_rows(members: Sequence[JoinedMember], chosen: Sequence[PersonalField]) -> Iterator[Sequence[str | int]]:
    for chunk in _chunks(members):
        data = people.personal_data_of(member.person_id for member in chunk) if chosen else {}
        for member in chunk:
            ended_on = "" if member.ended_at is None else str(tokyo_day(member.ended_at))
            role = "本会員" if member.is_primary else "家族会員"
            known = (member.number, role, member.primary_number, str(tokyo_day(member.joined_at)), ended_on)
            yield [*known, *(data[member.person_id].get(field, "") for field in chosen)]


def _points_rows(members: Sequence[JoinedMember], *, on: dt.date) -> Iterator[Sequence[str | int]]:
    for chunk in _chunks(members):
        held = points.summarise_accounts([member.account_id for member in chunk], on=on)
        for member in chunk:
            summary = held[member.account_id]
            next_on = "" if summary.next_lapse_on is None else str(summary.next_lapse_on)
            yield [member.number, summary.usable, next_on, summary.next_lapse_points]


def _chunks(members: Iterable[JoinedMember]) -> Iterator[list[JoinedMember]]:
    left = iter(members)
    while chunk := list(itertools.islice(left, _CHUNK)):
        yield chunk
