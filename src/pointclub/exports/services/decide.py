"""Deciding on an export that another person asked for (STF-2)."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from pointclub.audit import services as audit
from pointclub.exports.models import ExportRequest
from pointclub.exports.queries import get_export
from pointclub.exports.services.fetch import refuse_if_over
from pointclub.foundation.actors import Actor
from pointclub.foundation.acts import act
from pointclub.foundation.refusals import Refusal
from pointclub.people import queries as people
from pointclub.people.rules.permissions import Permission


class SamePersonError(Refusal):
    """Who asked for it cannot decide on it."""

    code = "same_person"


class AlreadyDecidedError(Refusal):
    """It was decided before, or needs no decision."""

    code = "already_decided"


@act
def approve_export(*, request_id: UUID, at: dt.datetime, actor: Actor) -> ExportRequest:
    """Let who asked fetch the file, until its day is over.

    Raises:
        PermissionDeniedError: no role of the actor allows it.
        UnknownExportError: there is no such request.
        SamePersonError: the actor asked for it.
        AlreadyDecidedError: it was decided before, or needs no decision.
        ExportGoneError: the day until which it was wanted is over.
    """
    request = _decide(request_id, ExportRequest.State.APPROVED, at=at, actor=actor)
    refuse_if_over(request, at=at)
    _record("exports.approve_export", request, at=at, actor=actor)
    return request


@act
def reject_export(*, request_id: UUID, at: dt.datetime, actor: Actor) -> ExportRequest:
    """Turn the request down; nothing goes out.

    Raises:
        PermissionDeniedError: no role of the actor allows it.
        UnknownExportError: there is no such request.
        SamePersonError: the actor asked for it.
        AlreadyDecidedError: it was decided before, or needs no decision.
    """
    request = _decide(request_id, ExportRequest.State.REJECTED, at=at, actor=actor)
    _record("exports.reject_export", request, at=at, actor=actor)
    return request


def _decide(request_id: UUID, state: ExportRequest.State, *, at: dt.datetime, actor: Actor) -> ExportRequest:
    people.require(actor.id, Permission.DECIDE_EXPORT)
    ExportRequest.objects.select_for_update().filter(id=request_id).first()
    request = get_export(request_id)
    if request.requested_by == str(actor):
        message = "Who asked for it cannot decide on it; somebody else must."
        raise SamePersonError(message)
    if request.state != ExportRequest.State.REQUESTED:
        message = f"This export waits for no decision: it is {request.state}."
        raise AlreadyDecidedError(message, state=str(request.state))
    request.state, request.decided_by, request.decided_at = state, str(actor), at
    request.save(update_fields=["state", "decided_by", "decided_at"])
    return request


def _record(name: str, request: ExportRequest, *, at: dt.datetime, actor: Actor) -> None:
    audit.record_act(
        act=name,
        actor=actor,
        subject=audit.Subject("export", request.id),
        at=at,
        details={"people": request.people},
    )
