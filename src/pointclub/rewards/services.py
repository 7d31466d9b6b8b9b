"""Applying for rewards, and what becomes of each line."""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from uuid_utils.compat import uuid7

from pointclub.audit import services as audit
from pointclub.foundation.actors import Actor, ActorKind
from pointclub.foundation.acts import act
from pointclub.foundation.periods import tokyo_day
from pointclub.foundation.refusals import Refusal
from pointclub.foundation.texts import is_line
from pointclub.membership import queries as membership
from pointclub.membership.models import Member
from pointclub.points import queries as points_queries
from pointclub.points import services as points
from pointclub.program import queries as program
from pointclub.rewards.models import RedemptionLine, RedemptionOrder
from pointclub.rewards.rules.asking import fingerprint_of

MOST_LINES = 50
_LONGEST_LABEL = 120
_LONGEST_KEY = 80


class FamilyMemberCannotRedeemError(Refusal):
    """Only the primary member applies (RED-1)."""

    code = "family_member_cannot_redeem"


class InvalidCartError(Refusal):
    """The application has no lines, too many, or one that makes no sense."""

    code = "invalid_cart"


class RewardNotOfferedError(Refusal):
    """The program in force does not offer this kind of reward (TRM-4)."""

    code = "reward_not_offered"


class RedemptionBlockedError(Refusal):
    """Redemption is blocked for this membership; why is between the member and the operator."""

    code = "redemption_blocked"


class HandOverStoppedError(Refusal):
    """A revocation of the membership waits, or was carried out: what was not handed over stays here (END-4)."""

    code = "hand_over_stopped"


class LineEndedError(Refusal):
    """The line was fulfilled or returned; it has one end only (I7)."""

    code = "line_ended"


@dataclass(frozen=True, slots=True)
class RequestedLine:
    """A reward asked for."""

    kind: RedemptionLine.Kind
    points: int
    label: str = ""


@act
def apply_for_rewards(
    *, member: Member, lines: Sequence[RequestedLine], key: str, at: dt.datetime, actor: Actor
) -> RedemptionOrder:
    """Accept an application, all its lines or none (RED-5); the member cannot cancel it (RED-7).

    The same key again answers with the same application.

    Raises:
        FamilyMemberCannotRedeemError: a family member asked.
        InsufficientPointsError: the balance falls short of the sum; nothing is taken.
        RewardNotOfferedError: the program does not offer one of the kinds.
        RedemptionBlockedError: the operator has blocked redemption for this membership, or is to revoke it.
        IdentityNotCheckedError: staff apply for a caller whose identity they have not checked.
        KeyReusedError: the key came before with other lines.
        PointsSuspendedError: redemption is paused.
    """
    if member.role != Member.Role.PRIMARY:
        message = "Only the primary member can use points."
        raise FamilyMemberCannotRedeemError(message)
    account_id = member.membership.account_id
    _refuse_invalid(lines, key)
    asked = fingerprint_of((line.kind, line.points, line.label) for line in lines)
    numbered = [points.LineToRedeem(uuid7(), line.points) for line in lines]
    points.lock_accounts([account_id])
    before = RedemptionOrder.objects.filter(account_id=account_id, key=key).first()
    if before is None:
        _refuse_not_offered(lines, on=tokyo_day(at))
        _refuse_blocked_or_unknown_caller(member, at=at, actor=actor)
    taken = points.redeem_points(
        account_id=account_id, lines=numbered, key=f"redeem:{key}", fingerprint=asked, at=at, actor=actor
    )
    if before is not None:
        return before
    order = RedemptionOrder.objects.create(
        account_id=account_id,
        number=f"R{tokyo_day(at):%y%m%d}-{secrets.token_hex(5).upper()}",
        key=key,
        transaction_id=taken.id,
        points=sum(line.points for line in lines),
        accepted_at=at,
    )
    RedemptionLine.objects.bulk_create(
        RedemptionLine(
            account_id=account_id,
            id=taking.id,
            order_id=order.id,
            position=position,
            kind=line.kind,
            label=line.label,
            points=line.points,
        )
        for position, (line, taking) in enumerate(zip(lines, numbered, strict=True), start=1)
    )
    kinds = [line.kind for line in lines]
    details: dict[str, audit.Detail] = {"order": str(order.id), "points": order.points, "kinds": kinds}
    _record("rewards.apply_for_rewards", account_id, at=at, actor=actor, details=details)
    return order


@act
def fulfil_line(*, account_id: UUID, line_id: UUID, at: dt.datetime, actor: Actor) -> RedemptionLine:
    """Note that the reward was delivered; a second time changes nothing.

    Raises:
        LineEndedError: the line was returned.
        HandOverStoppedError: the membership is being revoked.
    """
    line = _locked_line(account_id, line_id)
    if line.state == RedemptionLine.State.RETURNED:
        message = "This line was returned; it cannot be fulfilled."
        raise LineEndedError(message)
    if line.state == RedemptionLine.State.ACCEPTED:
        if membership.is_hand_over_stopped(account_id):
            message = "Do not hand this over: the membership is being revoked. Keep it until that is decided."
            raise HandOverStoppedError(message)
        line.state, line.ended_at = RedemptionLine.State.FULFILLED, at
        line.save(update_fields=["state", "ended_at"])
        details: dict[str, audit.Detail] = {"order": str(line.order_id), "line": line.position}
        _record("rewards.fulfil_line", account_id, at=at, actor=actor, details=details)
    return line


@act
def return_line(
    *,
    account_id: UUID,
    line_id: UUID,
    returned_points: int | None,
    key: str,
    reason: str,
    at: dt.datetime,
    actor: Actor,
) -> RedemptionLine:
    """Give back the points of a line that could not be delivered, all of them or some (RED-8).

    The same key again changes nothing. All back ends the line as returned, with its reason.

    Raises:
        LineEndedError: the reward was delivered.
        ReturnExceedsLineError: more would come back than the line took.
        InvalidCartError: there is no reason.
    """
    if not reason.strip() or not is_line(key, longest=_LONGEST_KEY):
        message = f"A return says why, and has a key of 1 to {_LONGEST_KEY} characters."
        raise InvalidCartError(message)
    line = _locked_line(account_id, line_id)
    business_key = f"return:{line.id}:{key}"
    if line.state == RedemptionLine.State.FULFILLED and not points_queries.has_transaction(account_id, business_key):
        message = "This line was fulfilled; what was delivered is not returned as undeliverable."
        raise LineEndedError(message)
    written = points.return_points(
        account_id=account_id,
        line_id=line.id,
        points=returned_points,
        key=business_key,
        at=at,
        actor=actor,
        reason=reason,
    )
    before, line.returned_points = line.returned_points, points.returned_so_far(account_id=account_id, line_id=line.id)
    if line.returned_points == line.points and line.state != RedemptionLine.State.RETURNED:
        line.state, line.ended_at, line.reason = RedemptionLine.State.RETURNED, written.occurred_at, reason
    line.save(update_fields=["returned_points", "state", "ended_at", "reason"])
    if line.returned_points != before:
        came_back = line.returned_points - before
        details: dict[str, audit.Detail] = {"order": str(line.order_id), "line": line.position, "points": came_back}
        _record("rewards.return_line", account_id, at=at, actor=actor, details=details, reason=reason)
    return line


@act
def stop_lines(*, account_id: UUID, reason: str, at: dt.datetime, actor: Actor) -> list[RedemptionLine]:
    """Return every line that was not handed over, with what is left of its points; return those lines (END-4).

    The membership has been revoked before, so the points are forfeited as they come back.
    """
    points.lock_accounts([account_id])
    waiting = RedemptionLine.objects.filter(account_id=account_id, state=RedemptionLine.State.ACCEPTED)
    return [
        return_line(
            account_id=account_id,
            line_id=line.id,
            returned_points=None,
            key="revoked",
            reason=reason,
            at=at,
            actor=actor,
        )
        for line in waiting.order_by("id")
    ]


def _record(
    name: str, account_id: UUID, *, at: dt.datetime, actor: Actor, details: Mapping[str, audit.Detail], reason: str = ""
) -> None:
    subject = audit.Subject("account", account_id)
    audit.record_act(act=name, actor=actor, subject=subject, at=at, details=details, reason=reason)


def _refuse_invalid(lines: Sequence[RequestedLine], key: str) -> None:
    if not is_line(key, longest=_LONGEST_KEY):
        message = f"A key has 1 to {_LONGEST_KEY} characters, none of them a control character."
        raise InvalidCartError(message)
    if not 1 <= len(lines) <= MOST_LINES:
        message = f"An application has 1 to {MOST_LINES} lines."
        raise InvalidCartError(message)
    for line in lines:
        points.require_points(line.points)
        can_be_shown = not line.label or is_line(line.label, longest=_LONGEST_LABEL)
        if not can_be_shown or line.kind not in RedemptionLine.Kind.values:
            message = "A line is a gift, a bill payment, miles or a donation, with a short label."
            raise InvalidCartError(message)


def _refuse_not_offered(lines: Sequence[RequestedLine], *, on: dt.date) -> None:
    version = program.get_version(on=on)
    if not version.bill_payment_allowed and any(line.kind == RedemptionLine.Kind.BILL_PAYMENT for line in lines):
        message = f"The program version {version.code} does not offer the payment of bills."
        raise RewardNotOfferedError(message)


def _refuse_blocked_or_unknown_caller(member: Member, *, at: dt.datetime, actor: Actor) -> None:
    if actor.kind is ActorKind.STAFF:
        membership.require_identity_checked(member=member, actor=actor, at=at)
    is_frozen = membership.find_waiting_revocation(member.membership_id) is not None
    if is_frozen or membership.find_block(member.membership_id) is not None:
        message = "Points cannot be used at the moment. Please call us. Nothing was taken."
        raise RedemptionBlockedError(message)


def _locked_line(account_id: UUID, line_id: UUID) -> RedemptionLine:
    points.lock_accounts([account_id])
    return RedemptionLine.objects.get(account_id=account_id, id=line_id)
