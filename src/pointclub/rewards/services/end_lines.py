"""What becomes of a line: handed over, or returned."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from pointclub.audit import services as audit
from pointclub.foundation.actors import Actor
from pointclub.foundation.acts import act
from pointclub.foundation.texts import is_line
from pointclub.membership import queries as membership
from pointclub.points import queries as points_queries
from pointclub.points import services as points
from pointclub.rewards.models import RedemptionLine
from pointclub.rewards.services.apply import LONGEST_KEY
from pointclub.rewards.services.record import record
from pointclub.rewards.services.refusals import HandOverStoppedError, InvalidCartError, LineEndedError


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
        record("rewards.fulfil_line", account_id, at=at, actor=actor, details=details)
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
    if not reason.strip() or not is_line(key, longest=LONGEST_KEY):
        message = f"A return says why, and has a key of 1 to {LONGEST_KEY} characters."
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
        record("rewards.return_line", account_id, at=at, actor=actor, details=details, reason=reason)
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


def _locked_line(account_id: UUID, line_id: UUID) -> RedemptionLine:
    points.lock_accounts([account_id])
    return RedemptionLine.objects.get(account_id=account_id, id=line_id)
