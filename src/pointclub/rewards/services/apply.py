"""Applying for rewards."""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Sequence
from dataclasses import dataclass

from uuid_utils.compat import uuid7

from pointclub.audit import services as audit
from pointclub.foundation.actors import Actor, ActorKind
from pointclub.foundation.acts import act, standing_together
from pointclub.foundation.periods import tokyo_day
from pointclub.foundation.postgresql.planning import PLAN_ONCE
from pointclub.foundation.postgresql.prepared import as_model, ask, asked_ahead, models_of
from pointclub.foundation.texts import is_line
from pointclub.membership import queries as membership
from pointclub.membership.models import Member
from pointclub.people import queries as people
from pointclub.people.rules.signing_in import is_fresh
from pointclub.points import services as points
from pointclub.program import queries as program
from pointclub.rewards.models import RedemptionLine, RedemptionOrder
from pointclub.rewards.rules.asking import fingerprint_of
from pointclub.rewards.rules.cooling_down import COOLDOWN, is_cooling_down
from pointclub.rewards.services.record import record
from pointclub.rewards.services.refusals import (
    AddressNotProvedError,
    CooldownError,
    FamilyMemberCannotRedeemError,
    InvalidCartError,
    RedemptionBlockedError,
    RewardNotOfferedError,
    StepUpRequiredError,
)
from pointclub.rewards.services.write_order import write_order

MOST_LINES = 50
LONGEST_KEY = 80
_OF_KEY = "WHERE account_id = %s AND key = %s"
_LONGEST_LABEL = 120
_KINDS = frozenset(RedemptionLine.Kind.values)


@dataclass(frozen=True, slots=True)
class RequestedLine:
    """A reward asked for."""

    kind: RedemptionLine.Kind
    points: int
    label: str = ""


@act
def apply_for_rewards(
    *,
    member: Member,
    lines: Sequence[RequestedLine],
    key: str,
    at: dt.datetime,
    actor: Actor,
    proved_at: dt.datetime | None = None,
) -> RedemptionOrder:
    """Accept an application, all its lines or none (RED-5); the member cannot cancel it (RED-7).

    The same key again answers with the same application. `proved_at` is when the member last showed password or
    passkey; staff have checked who calls instead.

    Raises:
        FamilyMemberCannotRedeemError: a family member asked.
        InsufficientPointsError: the balance falls short of the sum; nothing is taken.
        RewardNotOfferedError: the program does not offer one of the kinds.
        RedemptionBlockedError: the operator has blocked redemption for this membership, or is to revoke it.
        StepUpRequiredError: a member asked who has not shown password or passkey within five minutes (REG-8).
        CooldownError: the e-mail address was changed within 72 hours, and miles or a gift were asked for.
        AddressNotProvedError: the member registered, and has not proved the first e-mail address.
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
    business_key, of_key = f"redeem:{key}", models_of(RedemptionOrder, _OF_KEY, (account_id, key))
    of_book, seldom = points.redemption_questions(account_id, key=business_key, at=at)
    seldom += (
        of_key,
        program.before_first_version_question(tokyo_day(at)),
        membership.stop_question(member.membership_id),
        membership.address_question(member.person_id),
        people.mail_changed_question(member.person_id),
    )
    with asked_ahead(PLAN_ONCE, *of_book, seldom=seldom), standing_together():
        found = ask(of_key)
        if not found:
            _refuse_not_offered(lines, on=tokyo_day(at))
            _refuse_without_fresh_proof(proved_at, at=at, actor=actor)
            _refuse_blocked_or_unknown_caller(member, at=at, actor=actor)
            _refuse_soon_after_a_new_address(member, lines, at=at)
        taken = points.redeem_points(
            account_id=account_id, lines=numbered, key=business_key, fingerprint=asked, at=at, actor=actor
        )
    if found:
        return found[0]
    order = as_model(
        RedemptionOrder,
        {
            "account_id": account_id,
            "id": uuid7(),
            "number": f"R{tokyo_day(at):%y%m%d}-{secrets.token_hex(5).upper()}",
            "key": key,
            "transaction_id": taken.id,
            "points": sum(line.points for line in lines),
            "accepted_at": at,
        },
    )
    write_order(order, [(taking.id, line) for line, taking in zip(lines, numbered, strict=True)])
    kinds = [line.kind for line in lines]
    details: dict[str, audit.Detail] = {"order": str(order.id), "points": order.points, "kinds": kinds}
    record("rewards.apply_for_rewards", account_id, at=at, actor=actor, details=details)
    return order


def _refuse_invalid(lines: Sequence[RequestedLine], key: str) -> None:
    if not is_line(key, longest=LONGEST_KEY):
        message = f"A key has 1 to {LONGEST_KEY} characters, none of them a control character."
        raise InvalidCartError(message)
    if not 1 <= len(lines) <= MOST_LINES:
        message = f"An application has 1 to {MOST_LINES} lines."
        raise InvalidCartError(message)
    for line in lines:
        points.require_points(line.points)
        can_be_shown = not line.label or is_line(line.label, longest=_LONGEST_LABEL)
        if not can_be_shown or line.kind not in _KINDS:
            message = "A line is a gift, a bill payment, miles or a donation, with a short label."
            raise InvalidCartError(message)


def _refuse_not_offered(lines: Sequence[RequestedLine], *, on: dt.date) -> None:
    program.refuse_before_first_version(on=on)
    if all(line.kind != RedemptionLine.Kind.BILL_PAYMENT for line in lines):
        return
    version = program.get_version(on=on)
    if not version.bill_payment_allowed:
        message = f"The program version {version.code} does not offer the payment of bills."
        raise RewardNotOfferedError(message)


def _refuse_blocked_or_unknown_caller(member: Member, *, at: dt.datetime, actor: Actor) -> None:
    if actor.kind is ActorKind.STAFF:
        membership.require_identity_checked(member=member, actor=actor, at=at)
    if membership.is_redemption_stopped(member.membership_id):
        message = "Points cannot be used at the moment. Please call us. Nothing was taken."
        raise RedemptionBlockedError(message)
    if membership.owes_address_proof(member.person_id):
        message = "Please confirm your e-mail address by the link that we sent. Nothing was taken."
        raise AddressNotProvedError(message)


def _refuse_without_fresh_proof(proved_at: dt.datetime | None, *, at: dt.datetime, actor: Actor) -> None:
    if actor.kind is ActorKind.MEMBER and not is_fresh(proved_at, at=at):
        message = "Please enter your password once more, or use your passkey. Nothing was taken."
        raise StepUpRequiredError(message)


def _refuse_soon_after_a_new_address(member: Member, lines: Sequence[RequestedLine], *, at: dt.datetime) -> None:
    """Hold what can be turned into money elsewhere, until the owner has had time to read what the old address got."""
    changed_at = ask(people.mail_changed_question(member.person_id))
    if changed_at is None or not is_cooling_down([line.kind for line in lines], changed_at=changed_at, at=at):
        return
    ends_at = changed_at + COOLDOWN
    message = "The e-mail address was changed a short while ago. Miles and gifts can be had from the time given on."
    raise CooldownError(message, retry_at=ends_at.isoformat())
