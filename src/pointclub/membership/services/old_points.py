"""Bringing an old member's points over: once for ever, each with the last day that it had (REG-6)."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from uuid import UUID

from pointclub.audit import services as audit
from pointclub.foundation.actors import Actor
from pointclub.foundation.acts import act
from pointclub.foundation.fingerprints import fingerprint
from pointclub.foundation.periods import tokyo_day
from pointclub.foundation.refusals import Refusal
from pointclub.membership.models import Member, Membership, OldLot, OldMember
from pointclub.membership.services.memberships import MembershipEndedError, PrimaryNeededError
from pointclub.people import services as people
from pointclub.people.models import SignIn
from pointclub.points import services as points


class OldPointsMovedError(Refusal):
    """The old membership's points went to another membership."""

    code = "old_points_moved"


class HasOldPointsError(Refusal):
    """Another old membership's points came over to this membership."""

    code = "has_old_points"


@act
def move_old_points(
    *, member: Member, old_member_id: UUID, stay: SignIn | None = None, at: dt.datetime, actor: Actor
) -> OldMember:
    """Post what has not lapsed to the member's account; again for the same two, it answers what it answered first.

    Whoever calls this has seen that both number and password fit (`queries.find_old_member`). ``stay`` is the one in
    which a member asks for it.

    Raises:
        StayEndedError: that one has ended.
        PrimaryNeededError: a family member has no account.
        MembershipEndedError: the membership has ended.
        OldPointsMovedError: they went to somebody else.
        HasOldPointsError: those of another old membership came before.
        InvalidPointsError: those of one last day are more than a lot can hold.
    """
    if stay is not None:
        people.hold_stay(stay=stay)
    if member.role != Member.Role.PRIMARY:
        message = "Old points go to the primary member's account."
        raise PrimaryNeededError(message)
    membership = Membership.objects.select_for_update(no_key=True).get(id=member.membership_id)
    old = OldMember.objects.select_for_update(no_key=True).get(id=old_member_id)
    if old.moved_to_id == membership.id:
        return old
    if old.moved_to_id is not None:
        message = "The points of this old membership were brought over before."
        raise OldPointsMovedError(message)
    if OldMember.objects.filter(moved_to=membership).exists():
        message = "The points of another old membership came to this one before."
        raise HasOldPointsError(message)
    if membership.ended_at is not None:
        message = "The membership has ended; nothing can be brought over to it."
        raise MembershipEndedError(message)
    _move(old, membership, at=at, actor=actor)
    audit.record_act(
        act="membership.move_old_points",
        actor=actor,
        subject=audit.Subject("membership", membership.id),
        at=at,
        details={"old_member": str(old.id), "points": old.points_moved, "lapsed": old.points_lapsed},
    )
    return old


def _move(old: OldMember, membership: Membership, *, at: dt.datetime, actor: Actor) -> None:
    """Post by last day what can still be used that day, and keep what became of all of it."""
    usable, lapsed, on = Counter[dt.date](), 0, tokyo_day(at)
    for lot in OldLot.objects.filter(old_member=old, points__gt=0):
        if lot.usable_through < on:
            lapsed += lot.points
        else:
            usable[lot.usable_through] += lot.points
    lots = sorted(usable.items())
    if lots:
        points.open_balance(
            account_id=membership.account_id,
            lots=lots,
            # The old number stays out of the books: they are kept for good.
            key=f"opening:old-member:{old.id}",
            fingerprint=fingerprint([[str(day), number] for day, number in lots]),
            at=at,
            actor=actor,
        )
    old.moved_to, old.moved_at = membership, at
    old.points_moved, old.points_lapsed = usable.total(), lapsed
    old.first_usable_through = lots[0][0] if lots else None
    old.save(update_fields=["moved_to", "moved_at", "points_moved", "points_lapsed", "first_usable_through"])
