"""Adjustments, transfers and other expiry dates: asked for by one person, decided by another (STF-2)."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from uuid import UUID

from pointclub.audit import services as audit
from pointclub.foundation.actors import Actor
from pointclub.foundation.acts import act
from pointclub.foundation.periods import tokyo_day
from pointclub.foundation.refusals import Refusal
from pointclub.points.models import ChangeRequest
from pointclub.points.services.adjust import carry_out_adjustment
from pointclub.points.services.refusals import (
    AlreadyDecidedError,
    ExpiryShortenedError,
    SamePersonError,
    UnknownRequestError,
    require_points,
)
from pointclub.points.services.transfer import carry_out_transfer


class InvalidRequestError(Refusal):
    """The request does not make sense as it stands."""

    code = "invalid_request"


@dataclass(frozen=True, slots=True)
class LotSelection:
    """Which lots an announcement is about: those whose last day lies from … through …, of one account or of all."""

    usable_from: dt.date
    usable_through: dt.date
    account_id: UUID | None = None
    includes_lapsed: bool = False


@act
def request_adjustment(
    *,
    account_id: UUID,
    points: int,
    usable_through: dt.date | None,
    reason: str,
    at: dt.datetime,
    actor: Actor,
) -> ChangeRequest:
    """Ask for points to be added or (below zero) taken; without a last day, added points live like ordinary ones."""
    require_points(abs(points))
    if usable_through is not None and (points < 0 or usable_through < tokyo_day(at)):
        message = "A last day goes with points that are added, and has not passed."
        raise InvalidRequestError(message)
    return _ask(
        "points.request_adjustment",
        ChangeRequest(
            kind=ChangeRequest.Kind.ADJUST, account_id=account_id, points=points, usable_through=usable_through
        ),
        reason=reason,
        at=at,
        actor=actor,
    )


@act
def request_transfer(
    *, from_account_id: UUID, to_account_id: UUID, points: int, reason: str, at: dt.datetime, actor: Actor
) -> ChangeRequest:
    """Ask for points to be moved to another account by way of exception (BAL-3)."""
    require_points(points)
    if from_account_id == to_account_id:
        message = "Points cannot be transferred to the account they are in."
        raise InvalidRequestError(message)
    return _ask(
        "points.request_transfer",
        ChangeRequest(
            kind=ChangeRequest.Kind.TRANSFER, account_id=from_account_id, to_account_id=to_account_id, points=points
        ),
        reason=reason,
        at=at,
        actor=actor,
    )


@act
def request_extension(
    *, selection: LotSelection, usable_through: dt.date, reason: str, at: dt.datetime, actor: Actor
) -> ChangeRequest:
    """Ask for another expiry date for points already issued (EXP-4).

    Raises:
        ExpiryShortenedError: some selected lot would end earlier than it does, or the new day has passed.
    """
    if selection.usable_from > selection.usable_through:
        message = "The selection ends before it begins."
        raise InvalidRequestError(message)
    if usable_through < max(selection.usable_through, tokyo_day(at)):
        message = "Another expiry date can only lengthen the life of points already issued."
        raise ExpiryShortenedError(message)
    return _ask(
        "points.request_extension",
        ChangeRequest(
            kind=ChangeRequest.Kind.EXTEND,
            account_id=selection.account_id,
            usable_through=usable_through,
            lots_usable_from=selection.usable_from,
            lots_usable_through=selection.usable_through,
            includes_lapsed=selection.includes_lapsed,
        ),
        reason=reason,
        at=at,
        actor=actor,
    )


@act
def approve_change(*, request_id: UUID, at: dt.datetime, actor: Actor) -> ChangeRequest:
    """Approve a request; adjustments and transfers are carried out at once, or refused with everything undone.

    An extension touches many accounts: approve it, then run :func:`carry_out_extension`.

    Raises:
        SamePersonError: the approver asked for it.
        AlreadyDecidedError: it was decided before.
        InsufficientPointsError: the points are not there any more.
    """
    request = _decide(request_id, ChangeRequest.State.APPROVED, at=at, actor=actor)
    _record("points.approve_change", request, at=at, actor=actor)
    if request.kind == ChangeRequest.Kind.EXTEND:
        return request
    if request.kind == ChangeRequest.Kind.ADJUST:
        carry_out_adjustment(request, at=at, actor=actor)
    else:
        carry_out_transfer(request, at=at, actor=actor)
    request.state = ChangeRequest.State.CARRIED_OUT
    request.save(update_fields=["state"])
    return request


@act
def reject_change(*, request_id: UUID, at: dt.datetime, actor: Actor) -> ChangeRequest:
    """Turn a request down; nothing moves.

    Raises:
        SamePersonError: the decider asked for it.
        AlreadyDecidedError: it was decided before.
    """
    request = _decide(request_id, ChangeRequest.State.REJECTED, at=at, actor=actor)
    _record("points.reject_change", request, at=at, actor=actor)
    return request


def _ask(name: str, request: ChangeRequest, *, reason: str, at: dt.datetime, actor: Actor) -> ChangeRequest:
    if not reason.strip():
        message = "A reason is needed."
        raise InvalidRequestError(message)
    request.reason = reason.strip()
    request.requested_by = str(actor)
    request.requested_at = at
    request.save(force_insert=True)
    _record(name, request, at=at, actor=actor, reason=request.reason)
    return request


def _record(name: str, request: ChangeRequest, *, at: dt.datetime, actor: Actor, reason: str = "") -> None:
    named = {
        "account": request.account_id,
        "to_account": request.to_account_id,
        "usable_through": request.usable_through,
        "lots_usable_from": request.lots_usable_from,
        "lots_usable_through": request.lots_usable_through,
    }
    flags = {"includes_lapsed": request.includes_lapsed} if request.kind == ChangeRequest.Kind.EXTEND else {}
    audit.record_act(
        act=name,
        actor=actor,
        subject=audit.Subject("change_request", request.id),
        at=at,
        details={
            "kind": request.kind,
            "points": request.points,
            **{field: str(value) for field, value in named.items() if value is not None},
            **flags,
        },
        reason=reason,
    )


def _decide(request_id: UUID, state: ChangeRequest.State, *, at: dt.datetime, actor: Actor) -> ChangeRequest:
    request = ChangeRequest.objects.select_for_update().filter(id=request_id).first()
    if request is None:
        message = f"There is no request {request_id}."
        raise UnknownRequestError(message)
    if request.requested_by == str(actor):
        message = "Who asked for it cannot decide on it; somebody else must."
        raise SamePersonError(message)
    if request.state != ChangeRequest.State.REQUESTED:
        message = f"This request was decided before: {request.get_state_display()}."
        raise AlreadyDecidedError(message, state=request.state)
    request.state = state
    request.decided_by = str(actor)
    request.decided_at = at
    request.save(update_fields=["state", "decided_by", "decided_at"])
    return request
