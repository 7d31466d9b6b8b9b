"""Asking for a list of people's data."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from pointclub.audit import services as audit
from pointclub.exports.models import MOST_WITHOUT_APPROVAL, ExportRequest
from pointclub.exports.queries import count_exported_alone, list_people
from pointclub.exports.rules import columns
from pointclub.foundation.actors import Actor
from pointclub.foundation.acts import act
from pointclub.foundation.periods import tokyo_day
from pointclub.foundation.refusals import Refusal
from pointclub.foundation.texts import is_line
from pointclub.notices import queries as notices
from pointclub.people import queries as people_queries
from pointclub.people import services as people
from pointclub.people.models import User
from pointclub.people.rules.permissions import Permission
from pointclub.people.rules.personal_fields import PersonalField

_LONGEST_PURPOSE = 200
_LONGEST_KEPT_DAYS = 30
_FIRST_DAY = dt.date(2000, 1, 1)


class InvalidExportError(Refusal):
    """The request makes no sense as it stands."""

    code = "invalid_export"


class NoLetterWaitsError(InvalidExportError):
    """There is no letter to print."""

    code = "no_letter_waits"


class NobodyJoinedError(InvalidExportError):
    """The list would be empty."""

    code = "nobody_joined"


@dataclass(frozen=True, slots=True)
class Wanted:
    """Whose data, and what of it: members who joined from … through …, with those who left or without.

    Letters are wanted as they wait: to whom and what stands on them, nobody chooses.
    """

    kind: ExportRequest.Kind
    columns: frozenset[PersonalField] = frozenset()
    joined_from: dt.date = _FIRST_DAY
    joined_through: dt.date | None = None
    includes_former: bool = False


@act
def request_export(*, wanted: Wanted, purpose: str, kept_days: int, at: dt.datetime, actor: Actor) -> ExportRequest:
    """Ask for a list. Of few people it can be fetched at once; of more, another person decides first (STF-2).

    Without a second person somebody gets the data of 100 people a day at most, and only such data as they may be shown
    one by one; what they get so counts among those they were shown that day. Letters count when they are fetched, as
    they wait until then.

    Raises:
        PermissionDeniedError: no role of the actor allows it.
        InvalidExportError: nobody is in it, a day or the purpose is missing, or it would be kept too long.
    """
    user = people_queries.require(actor.id, Permission.REQUEST_EXPORT)
    is_of_letters = wanted.kind == ExportRequest.Kind.LETTERS
    if is_of_letters:
        people_queries.require(actor.id, Permission.PRINT_LETTERS)
    on = tokyo_day(at)
    _refuse_invalid(wanted, purpose, kept_days, on=on)
    personal = frozenset(columns.ON_THE_ENVELOPE) if is_of_letters else wanted.columns
    # Two requests by one person wait for one another, so that what was counted stays counted.
    User.objects.select_for_update(no_key=True).get(id=user.id)
    persons = _who_is_in_it(wanted, on=on)
    is_alone = _may_alone(user, wanted.kind, personal, persons, actor=actor, on=on)
    request = ExportRequest.objects.create(
        kind=wanted.kind,
        columns=[str(field) for field in PersonalField if field in personal],
        joined_from=None if is_of_letters else wanted.joined_from,
        joined_through=None if is_of_letters else wanted.joined_through or on,
        includes_former=wanted.includes_former,
        people=len(persons),
        purpose=purpose.strip(),
        kept_through=on + dt.timedelta(days=kept_days),
        state=ExportRequest.State.RECORDED if is_alone else ExportRequest.State.REQUESTED,
        requested_by=str(actor),
        requested_at=at,
    )
    if is_alone and personal and not is_of_letters:
        people.note_unmasked(person_ids=persons, fields=personal, actor=actor, at=at)
    _record(request, at=at, actor=actor)
    return request


def _who_is_in_it(wanted: Wanted, *, on: dt.date) -> Collection[UUID]:
    if wanted.kind == ExportRequest.Kind.LETTERS:
        waiting = notices.who_waits_for_a_letter()
        if not waiting:
            message = "No letter waits; there is nothing to export."
            raise NoLetterWaitsError(message)
        return waiting
    through = wanted.joined_through or on
    listed = list_people(wanted.kind, wanted.joined_from, through, includes_former=wanted.includes_former)
    if not listed:
        message = "Nobody joined in that period; there is nothing to export."
        raise NobodyJoinedError(message)
    return [member.person_id for member in listed]


def _may_alone(
    user: User,
    kind: ExportRequest.Kind,
    personal: Collection[PersonalField],
    persons: Collection[UUID],
    *,
    actor: Actor,
    on: dt.date,
) -> bool:
    """Return whether the actor could see all that one by one today."""
    if kind == ExportRequest.Kind.POINTS:
        needed = Permission.SEE_ACCOUNT
    elif kind == ExportRequest.Kind.LETTERS:
        needed = Permission.PRINT_LETTERS
    else:
        needed = Permission.UNMASK if personal else Permission.SEARCH_MEMBERS
    if needed not in people_queries.permissions_of(user):
        return False
    if count_exported_alone(str(actor), on=on) + len(persons) > MOST_WITHOUT_APPROVAL:
        return False
    return not personal or people_queries.may_unmask_more(by=str(actor), on=on, persons=persons)


def _record(request: ExportRequest, *, at: dt.datetime, actor: Actor) -> None:
    details = {
        "kind": str(request.kind),
        "columns": request.columns,
        "people": request.people,
        "state": str(request.state),
    }
    audit.record_act(
        act="exports.request_export",
        actor=actor,
        subject=audit.Subject("export", request.id),
        at=at,
        details=details,
        reason=request.purpose,
    )


def _refuse_invalid(wanted: Wanted, purpose: str, kept_days: int, *, on: dt.date) -> None:
    through = wanted.joined_through or on
    if wanted.kind == ExportRequest.Kind.LETTERS and wanted != Wanted(wanted.kind):
        message = "Letters are printed as they wait: choose neither columns nor a period."
        raise InvalidExportError(message)
    if wanted.joined_from > through or through > on:
        message = "A period begins before it ends, and ends today at the latest."
        raise InvalidExportError(message)
    if wanted.kind == ExportRequest.Kind.POINTS and wanted.columns:
        message = "A list of points has no personal columns; request the members for those."
        raise InvalidExportError(message)
    if not is_line(purpose.strip(), longest=_LONGEST_PURPOSE):
        message = f"Say what it is for, in one line of up to {_LONGEST_PURPOSE} characters."
        raise InvalidExportError(message)
    if not 0 <= kept_days <= _LONGEST_KEPT_DAYS:
        message = f"A file is kept for {_LONGEST_KEPT_DAYS} days at most, and until the end of its day at least."
        raise InvalidExportError(message)
