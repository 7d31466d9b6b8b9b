"""Blocking redemption for one membership, at once and for anybody's word; and lifting the block, which takes more."""

from __future__ import annotations

import datetime as dt

from pointclub.audit import services as audit
from pointclub.foundation.actors import Actor
from pointclub.foundation.acts import act
from pointclub.foundation.refusals import NotFoundError, Refusal
from pointclub.membership.models import Member, RedemptionBlock
from pointclub.membership.queries import find_block, get_primary, require_identity_checked
from pointclub.points import services as points


class BlockReasonError(Refusal):
    """Why is on record."""

    code = "block_reason"


class AlreadyBlockedError(Refusal):
    """One block is enough."""

    code = "already_blocked"


class NotBlockedError(NotFoundError):
    """There is no block to lift."""

    code = "not_blocked"


class OwnSuspicionError(Refusal):
    """Who suspected does not settle it."""

    code = "own_suspicion"


@act
def block_redemption(
    *, member: Member, kind: RedemptionBlock.Kind, reason: str, at: dt.datetime, actor: Actor
) -> RedemptionBlock:
    """Refuse every redemption of the member's membership from now on; what is earned goes on being added.

    A caller who says that a card or password was stolen need not prove who they are: to block harms nobody for long.
    An application that is being taken is finished first.

    Raises:
        BlockReasonError: there is no reason.
        AlreadyBlockedError: it is blocked already.
    """
    points.lock_accounts([member.membership.account_id])
    if not reason.strip():
        message = "Say why redemption is blocked."
        raise BlockReasonError(message)
    if find_block(member.membership_id) is not None:
        message = "Redemption is blocked for this membership already."
        raise AlreadyBlockedError(message)
    block = RedemptionBlock.objects.create(
        membership_id=member.membership_id, kind=kind, reason=reason.strip(), blocked_by=str(actor), blocked_at=at
    )
    _record("membership.block_redemption", block, reason, at=at, actor=actor)
    return block


@act
def lift_block(*, member: Member, reason: str, at: dt.datetime, actor: Actor) -> RedemptionBlock:
    """Let the membership redeem again.

    A block that was asked for is lifted by who has made sure that it is the primary member who now asks otherwise; a
    suspicion of the staff is settled by another person than who had it.

    Raises:
        BlockReasonError: there is no reason.
        NotBlockedError: it is not blocked.
        IdentityNotCheckedError: the block was asked for, and the actor has not checked who calls.
        OwnSuspicionError: the actor suspected, and somebody else must settle it.
    """
    points.lock_accounts([member.membership.account_id])
    block = find_block(member.membership_id)
    if block is None:
        message = "Redemption is not blocked for this membership."
        raise NotBlockedError(message)
    if not reason.strip():
        message = "Say why the block is lifted."
        raise BlockReasonError(message)
    if block.kind == RedemptionBlock.Kind.REPORTED:
        require_identity_checked(member=get_primary(member.membership_id), actor=actor, at=at)
    elif block.blocked_by == str(actor):
        message = "Who blocked on suspicion does not lift the block; somebody else looks at it first."
        raise OwnSuspicionError(message)
    block.lifted_by, block.lifted_at, block.lift_reason = str(actor), at, reason.strip()
    block.save(update_fields=["lifted_by", "lifted_at", "lift_reason"])
    _record("membership.lift_block", block, reason, at=at, actor=actor)
    return block


def _record(name: str, block: RedemptionBlock, reason: str, *, at: dt.datetime, actor: Actor) -> None:
    audit.record_act(
        act=name,
        actor=actor,
        subject=audit.Subject("membership", block.membership_id),
        at=at,
        details={"block": str(block.id), "kind": str(block.kind)},
        reason=reason.strip(),
    )
