"""Showing a member of staff personal data in the clear, one person at a time, for a reason (STF-1)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from uuid import UUID

from django.conf import settings

from pointclub.audit import services as audit
from pointclub.foundation.actors import Actor
from pointclub.foundation.acts import act
from pointclub.foundation.periods import tokyo_day
from pointclub.foundation.refusals import NotFoundError, Refusal
from pointclub.foundation.texts import is_line
from pointclub.people.models import Person, Unmasking, User
from pointclub.people.queries import may_unmask_more, personal_data_of, require
from pointclub.people.queries.contacts import PersonalData
from pointclub.people.rules.permissions import Permission
from pointclub.people.rules.personal_fields import PersonalField

_LONGEST_REASON = 500


class UnmaskingReasonError(Refusal):
    """Who wants to see personal data says which fields and why."""

    code = "unmasking_reason"


class TooManyUnmaskedError(Refusal):
    """So many persons in one day are an export, which takes a second person."""

    code = "too_many_unmasked"


class UnknownPersonError(NotFoundError):
    """There is no such person."""

    code = "unknown_person"


@act
def unmask(
    *, person_id: UUID, fields: Collection[PersonalField], reason: str, actor: Actor, at: dt.datetime
) -> PersonalData:
    """Return those fields of a person in the clear, as far as they are kept; that it was done is on record.

    Raises:
        PermissionDeniedError: no role of the actor allows it.
        UnmaskingReasonError: no field is named, or no reason.
        UnknownPersonError: there is no such person.
        TooManyUnmaskedError: the actor has been shown as many other persons that day as anybody may be.
    """
    user = require(actor.id, Permission.UNMASK)
    if not fields or not is_line(reason.strip(), longest=_LONGEST_REASON):
        message = f"Say which fields are needed and why, in one line of up to {_LONGEST_REASON} characters."
        raise UnmaskingReasonError(message)
    if not Person.objects.filter(id=person_id).exists():
        message = "There is no such person."
        raise UnknownPersonError(message)
    # Two unmaskings by one person wait for one another, so that the count is never read twice at once.
    User.objects.select_for_update(no_key=True).get(id=user.id)
    if not may_unmask_more(by=str(actor), on=tokyo_day(at), persons=[person_id]):
        most = settings.ENVIRONMENT.unmasked_persons_a_day
        message = (
            f"You have been shown the data of {most:,} persons today; nobody is shown more. "
            "For a list of more people, request an export, on which another person decides."
        )
        raise TooManyUnmaskedError(message, most=most)
    names = sorted(str(field) for field in set(fields))
    note_unmasked(person_ids=[person_id], fields=fields, actor=actor, at=at)
    audit.record_act(
        act="people.unmask",
        actor=actor,
        subject=audit.Subject("person", person_id),
        at=at,
        details={"fields": names},
        reason=reason.strip(),
    )
    kept = personal_data_of([person_id])[person_id]
    return PersonalData({field: value for field, value in kept.items() if field in fields})


@act
def note_unmasked(
    *, person_ids: Collection[UUID], fields: Collection[PersonalField], actor: Actor, at: dt.datetime
) -> None:
    """Keep that the actor is shown those fields of those persons, which counts for that day in Japan."""
    names = sorted(str(field) for field in set(fields))
    Unmasking.objects.bulk_create(
        Unmasking(person_id=person_id, unmasked_by=str(actor), unmasked_on=tokyo_day(at), unmasked_at=at, fields=names)
        for person_id in person_ids
    )
