"""Revoking a membership: one person asks, which freezes it at once, and another decides (END-4, STF-2)."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from pointclub.audit import services as audit
from pointclub.foundation.actors import Actor
from pointclub.foundation.acts import act
from pointclub.foundation.refusals import Refusal
from pointclub.membership.models import Member, Membership, RevocationRequest
from pointclub.membership.queries import find_waiting_revocation, get_revocation
from pointclub.membership.services.memberships import MembershipEndedError, PrimaryNeededError, end_locked
from pointclub.points import services as points


class RevocationReasonError(Refusal):
    """On what grounds, and why, is on record."""

    code = "revocation_reason"


class RevocationAskedError(Refusal):
    """One request is enough."""

    code = "revocation_asked"


class OwnRevocationError(Refusal):
    """Who asked for it cannot be the one who decides (STF-2)."""

    code = "same_person"


class RevocationDecidedError(Refusal):
    """It was decided before."""

    code = "already_decided"


@act
def request_revocation(
    *, member: Member, ground: RevocationRequest.Ground, reason: str, at: dt.datetime, actor: Actor
) -> RevocationRequest:
    """Ask for the member's membership to be revoked; from now until the decision it is frozen.

    Nobody uses its points, nothing accepted before is handed over, and the membership ends in no other way. An
    application that is being taken is finished first; what it took is not handed over.

    Raises:
        PrimaryNeededError: the member is a family member; a revocation ends the whole membership.
        RevocationReasonError: there is no reason, or none of the grounds that the terms give.
        MembershipEndedError: the membership has ended.
        RevocationAskedError: a request waits already.
    """
    if member.role != Member.Role.PRIMARY:
        message = "A revocation ends the whole membership; ask for it at the primary member."
        raise PrimaryNeededError(message)
    if not reason.strip() or ground not in RevocationRequest.Ground.values:
        message = "Say on which ground of the terms, and why, the membership is to be revoked."
        raise RevocationReasonError(message)
    membership = _lock(member.membership_id)
    if membership.ended_at is not None:
        message = "The membership has ended; there is nothing to revoke."
        raise MembershipEndedError(message)
    if find_waiting_revocation(membership.id) is not None:
        message = "A revocation of this membership waits for its decision already."
        raise RevocationAskedError(message)
    request = RevocationRequest.objects.create(
        membership=membership, ground=ground, reason=reason.strip(), requested_by=str(actor), requested_at=at
    )
    _record("membership.request_revocation", request, at=at, actor=actor, reason=request.reason)
    return request


@act
def approve_revocation(*, request_id: UUID, at: dt.datetime, actor: Actor) -> RevocationRequest:
    """End the membership as was asked for, and forfeit its balance for good (END-4..6).

    What is pending, and what was not handed over yet, belongs to packages that stand above: entrances call
    ``revocation.services.approve_revocation``, which sees to both in the same act.

    Raises:
        UnknownRevocationError: there is no such request.
        OwnRevocationError: the approver asked for it.
        RevocationDecidedError: it was decided before.
    """
    request = _undecided(request_id, actor=actor)
    request.approved_by, request.decided_at = str(actor), at
    request.save(update_fields=["approved_by", "decided_at"])
    _record("membership.approve_revocation", request, at=at, actor=actor)
    membership = request.membership
    membership.revocation_id, membership.revoked_by = request.id, request.approved_by
    end_locked(membership, reason=Membership.EndReason.REVOKED, at=at, actor=actor)
    return request


@act
def reject_revocation(*, request_id: UUID, at: dt.datetime, actor: Actor) -> RevocationRequest:
    """Turn the request down, which lifts the freeze; a block of redemption beside it stays.

    Raises:
        UnknownRevocationError: there is no such request.
        OwnRevocationError: the decider asked for it.
        RevocationDecidedError: it was decided before.
    """
    request = _undecided(request_id, actor=actor)
    request.rejected_by, request.decided_at = str(actor), at
    request.save(update_fields=["rejected_by", "decided_at"])
    _record("membership.reject_revocation", request, at=at, actor=actor)
    return request


def _undecided(request_id: UUID, *, actor: Actor) -> RevocationRequest:
    """Return the request under the locks of its membership and account, with the membership as it stands then."""
    membership = _lock(get_revocation(request_id).membership_id)
    request = get_revocation(request_id)
    if request.requested_by == str(actor):
        message = "Who asked for it cannot decide on it; somebody else must."
        raise OwnRevocationError(message)
    if request.decided_at is not None:
        message = f"This request was decided before: {request.state}."
        raise RevocationDecidedError(message, state=request.state)
    request.membership = membership
    return request


def _lock(membership_id: UUID) -> Membership:
    """Wait for who leaves, redeems or hands over; they in turn find the request, or what became of it."""
    membership = Membership.objects.select_for_update(no_key=True).get(id=membership_id)
    points.lock_accounts([membership.account_id])
    return membership


def _record(name: str, request: RevocationRequest, *, at: dt.datetime, actor: Actor, reason: str = "") -> None:
    audit.record_act(
        act=name,
        actor=actor,
        subject=audit.Subject("membership", request.membership_id),
        at=at,
        details={"request": str(request.id), "ground": str(request.ground)},
        reason=reason,
    )
