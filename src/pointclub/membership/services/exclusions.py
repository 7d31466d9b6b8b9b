"""The list of those whose applications staff look at (SCR-1); kept by few, with a reason, and encrypted."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from pointclub.audit import services as audit
from pointclub.foundation.actors import Actor
from pointclub.foundation.acts import act
from pointclub.foundation.periods import tokyo_day
from pointclub.foundation.refusals import NotFoundError, Refusal
from pointclub.foundation.texts import is_line
from pointclub.membership.models import Exclusion
from pointclub.people import queries as people
from pointclub.people.rules import narrow_fields, wide_fields
from pointclub.people.rules.field_errors import FieldError
from pointclub.people.rules.permissions import Permission

_LONGEST_REASON = 500


class InvalidExclusionError(Refusal):
    """An entry has a name, a birth date that is one if any, and a reason."""

    code = "invalid_exclusion"


class UnknownExclusionError(NotFoundError):
    """No such entry holds."""

    code = "unknown_exclusion"


@act
def add_exclusion(*, name: str, birth_date: str | None, reason: str, at: dt.datetime, actor: Actor) -> Exclusion:
    """Let applications under that name wait for staff from now on; with a birth date, only those that do not differ.

    Raises:
        PermissionDeniedError: no role of the actor allows it.
        InvalidExclusionError: name, birth date or reason is none.
    """
    people.require(actor.id, Permission.MANAGE_EXCLUSIONS)
    try:
        plain = wide_fields.full_name(name)
        born = None if not birth_date else narrow_fields.birth_date(birth_date, on=tokyo_day(at))
    except FieldError as unfit:
        message = "An entry has a name of up to 20 full-width characters, and a birth date such as 1980-04-01 or none."
        raise InvalidExclusionError(message, problem=unfit.code) from None
    if not is_line(reason.strip(), longest=_LONGEST_REASON):
        message = f"Say why, in one line of up to {_LONGEST_REASON} characters."
        raise InvalidExclusionError(message)
    exclusion = Exclusion(reason=reason.strip(), added_by=str(actor), added_at=at)
    exclusion.seal(name=plain, birth_date=born)
    exclusion.save(force_insert=True)
    _record("membership.add_exclusion", exclusion, at=at, actor=actor, reason=exclusion.reason)
    return exclusion


@act
def end_exclusion(*, exclusion_id: UUID, reason: str, at: dt.datetime, actor: Actor) -> None:
    """Let the entry hold no longer; that it did stays on file.

    Raises:
        PermissionDeniedError: no role of the actor allows it.
        InvalidExclusionError: there is no reason.
        UnknownExclusionError: no such entry holds.
    """
    people.require(actor.id, Permission.MANAGE_EXCLUSIONS)
    if not is_line(reason.strip(), longest=_LONGEST_REASON):
        message = f"Say why, in one line of up to {_LONGEST_REASON} characters."
        raise InvalidExclusionError(message)
    exclusion = Exclusion.objects.select_for_update(no_key=True).filter(id=exclusion_id, ended_at__isnull=True).first()
    if exclusion is None:
        message = "No such entry holds."
        raise UnknownExclusionError(message)
    exclusion.ended_by, exclusion.ended_at = str(actor), at
    exclusion.save(update_fields=["ended_by", "ended_at"])
    _record("membership.end_exclusion", exclusion, at=at, actor=actor, reason=reason.strip())


def _record(name: str, exclusion: Exclusion, *, at: dt.datetime, actor: Actor, reason: str) -> None:
    subject = audit.Subject("exclusion", exclusion.id)
    audit.record_act(act=name, actor=actor, subject=subject, at=at, reason=reason)
