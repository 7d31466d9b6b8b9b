"""Making the file of an export, marked with whose doing it is."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Iterable, Iterator, Sequence

from pointclub.exports.models import MOST_WITHOUT_APPROVAL, ZIP, ExportFile, ExportRequest
from pointclub.exports.queries import list_people
from pointclub.exports.rules import columns, marking
from pointclub.exports.services import letters
from pointclub.foundation.actors import Actor
from pointclub.foundation.periods import tokyo_day
from pointclub.foundation.refusals import Refusal
from pointclub.membership.queries import JoinedMember
from pointclub.people import queries as people
from pointclub.people.rules.personal_fields import PersonalField
from pointclub.points import queries as points

# Rows are read so many at a time, so that the memory taken is that of the file and not of all that it was made from.
_CHUNK = 1_000
_MARKS_OF_AN_ID = 8


class NotApprovedError(Refusal):
    """The export waits for a decision, or was turned down."""

    code = "export_not_approved"


def produce(request: ExportRequest, *, at: dt.datetime, actor: Actor) -> ExportFile:
    """Make the file and keep it, within the act in which it is fetched first."""
    if request.kind == ExportRequest.Kind.LETTERS:
        file = _of_letters(request, at=at, actor=actor)
    else:
        file = _of_members(request, at=at)
    file.save(force_insert=True)
    return file


def _of_letters(request: ExportRequest, *, at: dt.datetime, actor: Actor) -> ExportFile:
    taken = letters.take(request, at=at, actor=actor)
    mark = _mark_of(request, count=len({letter.person_id for letter in taken}))
    name = marking.file_name(mark, ending="zip")
    file = ExportFile(request=request, name=name, media_type=ZIP, rows=len(taken), produced_at=at)
    file.seal(letters.packed(taken, mark, at=at))
    return file


def _of_members(request: ExportRequest, *, at: dt.datetime) -> ExportFile:
    assert request.joined_from is not None
    assert request.joined_through is not None
    members = list_people(
        request.kind, request.joined_from, request.joined_through, includes_former=request.includes_former
    )
    if request.state == ExportRequest.State.RECORDED and len(members) > MOST_WITHOUT_APPROVAL:
        message = "More people are in it by now than go out without a decision. Ask for a new one."
        raise NotApprovedError(message, state=str(request.state))
    mark = _mark_of(request, count=len(members))
    file = ExportFile(request=request, name=marking.file_name(mark), rows=len(members), produced_at=at)
    if request.kind == ExportRequest.Kind.POINTS:
        content = marking.written(mark, columns.OF_POINTS, _points_rows(members, on=tokyo_day(at)))
    else:
        chosen = [PersonalField(name) for name in request.columns]
        head = [*columns.OF_EVERY_MEMBER, *(columns.OF_PERSONAL_DATA[each] for each in chosen)]
        content = marking.written(mark, head, _member_rows(members, chosen))
    file.seal(content.encode())
    return file


def _mark_of(request: ExportRequest, *, count: int) -> marking.Mark:
    return marking.Mark(
        kind=str(request.kind),
        number=request.id.hex[-_MARKS_OF_AN_ID:],
        requested_by=request.requested_by,
        requested_on=tokyo_day(request.requested_at),
        approved_by=request.decided_by or None,
        approved_on=None if request.decided_at is None else tokyo_day(request.decided_at),
        purpose=request.purpose,
        kept_through=request.kept_through,
        people=count,
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
