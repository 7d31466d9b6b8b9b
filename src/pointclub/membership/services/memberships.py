"""Joining, leaving and coming back."""

from __future__ import annotations

import datetime as dt
import secrets
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from pointclub.audit import services as audit
from pointclub.foundation.actors import Actor
from pointclub.foundation.acts import act
from pointclub.foundation.refusals import Refusal
from pointclub.membership.models import Member, Membership
from pointclub.membership.queries import find_waiting_revocation
from pointclub.membership.rules.number import DIGITS, is_member_number, with_check_digit
from pointclub.notices import services as notices
from pointclub.people.models import ContactAddress, Person
from pointclub.points import services as points

_MAILS = (ContactAddress.Kind.FIRST, ContactAddress.Kind.SECOND)


class InvalidMemberNumberError(Refusal):
    """A member number has twelve digits, and the last one checks the others."""

    code = "invalid_member_number"


class MemberNumberTakenError(Refusal):
    """Somebody has that number."""

    code = "member_number_taken"


class MembershipEndedError(Refusal):
    """The membership has ended."""

    code = "membership_ended"


class RevocationNotApprovedError(Refusal):
    """A membership is revoked by what one person asked for and another approved, and in no other way (STF-2)."""

    code = "revocation_not_approved"


class RevocationWaitsError(Refusal):
    """A revocation waits for its decision, and nobody leaves before it (END-4, END-6)."""

    code = "revocation_waits"


class PrimaryNeededError(Refusal):
    """That can only be done by, or for, the primary member."""

    code = "primary_needed"


class NotRestorableError(Refusal):
    """The former membership goes on, was revoked, or was restored before (END-6)."""

    code = "not_restorable"


@act
def admit(*, person: Person, at: dt.datetime, actor: Actor, number: str | None = None) -> Member:
    """Make the person a primary member with an account of their own; without a number, one is drawn.

    Raises:
        InvalidMemberNumberError: the number's check digit is wrong.
        MemberNumberTakenError: somebody has the number.
    """
    membership = Membership.objects.create(account=points.open_account(at=at, actor=actor), joined_at=at)
    member = _add(membership, person=person, role=Member.Role.PRIMARY, number=number, at=at)
    details = {"member": str(member.id), "account": str(membership.account_id)}
    _record("membership.admit", membership, at=at, actor=actor, **details)
    return member


@act
def admit_family_member(
    *, primary: Member, person: Person, at: dt.datetime, actor: Actor, number: str | None = None
) -> Member:
    """Add a family member, who earns into the primary's balance and redeems nothing (MEM-2).

    Raises:
        PrimaryNeededError: the other is a family member too.
        MembershipEndedError: the primary has left.
    """
    if primary.role != Member.Role.PRIMARY:
        message = "A family member is vouched for by a primary member."
        raise PrimaryNeededError(message)
    membership = Membership.objects.select_for_update(no_key=True).get(id=primary.membership_id)
    if membership.ended_at is not None:
        message = "The membership has ended; nobody can be added to it."
        raise MembershipEndedError(message)
    member = _add(membership, person=person, role=Member.Role.FAMILY, number=number, at=at)
    _record("membership.admit_family_member", membership, at=at, actor=actor, member=str(member.id))
    return member


@act
def release_family_member(*, member: Member, at: dt.datetime, actor: Actor) -> None:
    """Let a family member leave alone: the primary's membership and all points stay (END-2).

    Raises:
        PrimaryNeededError: the member is the primary, whose leaving ends the membership.
    """
    if member.role == Member.Role.PRIMARY:
        message = "The primary member's leaving ends the membership."
        raise PrimaryNeededError(message)
    if _leave(Member.objects.filter(id=member.id), at=at, actor=actor):
        _record("membership.release_family_member", member.membership, at=at, actor=actor, member=str(member.id))


@act
def end_membership(*, membership_id: UUID, reason: Membership.EndReason, at: dt.datetime, actor: Actor) -> Membership:
    """End the membership with every family member in it, and forfeit the balance (END-1, END-3, END-5).

    A membership that has ended already is left as it is. Pending accruals are posted and forfeited by whoever
    owns them.

    Raises:
        RevocationNotApprovedError: the reason is a revocation, which only the approval of a request carries out.
        RevocationWaitsError: a revocation waits; who left before it was decided could bring the points back.
    """
    if reason == Membership.EndReason.REVOKED:
        message = "A membership is revoked by approving a request for it; one person asks and another approves."
        raise RevocationNotApprovedError(message)
    membership = Membership.objects.select_for_update(no_key=True).get(id=membership_id)
    if membership.ended_at is not None:
        return membership
    if find_waiting_revocation(membership_id) is not None:
        message = "A revocation of this membership waits for its decision; it cannot end in another way before that."
        raise RevocationWaitsError(message)
    end_locked(membership, reason=reason, at=at, actor=actor)
    return membership


def end_locked(membership: Membership, *, reason: Membership.EndReason, at: dt.datetime, actor: Actor) -> None:
    """End a membership that the caller has locked and found going on; its row is written as it stands."""
    membership.ended_at = at
    membership.end_reason = reason
    membership.save(update_fields=["ended_at", "end_reason", "revocation_id", "revoked_by"])
    members = _leave(Member.objects.filter(membership=membership), at=at, actor=actor)
    _record("membership.end_membership", membership, at=at, actor=actor, why=reason, members=members)
    points.forfeit_points(
        account_id=membership.account_id, key=f"forfeit:{membership.id}", at=at, actor=actor, reason=str(reason)
    )


@act
def rejoin(*, former_id: UUID, new_id: UUID, at: dt.datetime, actor: Actor) -> int:
    """Give the new membership what the former one lost and had not lapsed; return the points (END-6).

    Raises:
        NotRestorableError: the former one goes on, was revoked, or went to another membership.
    """
    locked = Membership.objects.select_for_update(no_key=True).filter(id__in=(former_id, new_id)).order_by("id")
    found = {membership.id: membership for membership in locked}
    former, new = found[former_id], found[new_id]
    if former.ended_at is None or former.end_reason == Membership.EndReason.REVOKED or new.ended_at is not None:
        message = "Points come back from a membership that was left or lost, not from one revoked, to one that goes on."
        raise NotRestorableError(message)
    if new.restored_former_id not in {None, former.id}:
        message = "This membership has had another one's points restored."
        raise NotRestorableError(message)
    is_first, new.restored_former = new.restored_former_id is None, former
    try:
        with transaction.atomic():
            new.save(update_fields=["restored_former"])
    except IntegrityError as taken:
        message = "The points of that membership were restored before; that is possible once."
        raise NotRestorableError(message) from taken
    restored = points.restore_points(
        from_account_id=former.account_id, to_account_id=new.account_id, at=at, actor=actor
    )
    if is_first or restored:
        _record("membership.rejoin", new, at=at, actor=actor, former=str(former.id), restored_points=restored)
    return restored


def _leave(members: QuerySet[Member], *, at: dt.datetime, actor: Actor) -> int:
    """End the members' part in the club, advertising with it, and return how many there were.

    Nobody leaves in another way, so nobody who left is advertised to, unless they agree to it anew.
    """
    staying = members.filter(ended_at__isnull=True)
    persons = list(staying.order_by("person_id").values_list("person_id", flat=True))
    for person_id in persons:
        notices.stop_advertising(person_id=person_id, kinds=_MAILS, how="membership_ended", at=at, actor=actor)
    return staying.update(ended_at=at)


def _record(name: str, membership: Membership, *, at: dt.datetime, actor: Actor, **details: str | int) -> None:
    """Record the act under the membership, so that all that happened to it and its family is found in one place."""
    subject = audit.Subject("membership", membership.id)
    audit.record_act(act=name, actor=actor, subject=subject, at=at, details=details)


def _add(membership: Membership, *, person: Person, role: Member.Role, number: str | None, at: dt.datetime) -> Member:
    if number is not None and not is_member_number(number):
        message = f"{number!r} is no member number: twelve digits, of which the last checks the others."
        raise InvalidMemberNumberError(message)
    drawn = number or with_check_digit(f"{1 + secrets.randbelow(9)}{secrets.randbelow(10 ** (DIGITS - 2)):010d}")
    try:
        with transaction.atomic():
            return Member.objects.create(number=drawn, membership=membership, role=role, person=person, joined_at=at)
    except IntegrityError as taken:
        message = f"The number {drawn} belongs to somebody, or the person is family of another member."
        raise MemberNumberTakenError(message) from taken
