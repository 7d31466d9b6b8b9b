"""Pausing accrual, redemption or enquiry, and ending the pause (SUS-1)."""

from __future__ import annotations

import datetime as dt

from pointclub.audit import services as audit
from pointclub.foundation.actors import Actor
from pointclub.foundation.acts import act
from pointclub.foundation.refusals import NotFoundError, Refusal
from pointclub.foundation.texts import is_line
from pointclub.program.models import Suspension

_LONGEST_TEXT = 1_000


class InvalidSuspensionError(Refusal):
    """A pause ends after it starts, and says in both languages what is going on."""

    code = "invalid_suspension"


class UnknownSuspensionError(NotFoundError):
    """No such pause is on."""

    code = "unknown_suspension"


@act
def suspend(
    *,
    activity: Suspension.Activity,
    starts_at: dt.datetime,
    ends_before: dt.datetime | None,
    text_ja: str,
    text_en: str,
    at: dt.datetime,
    actor: Actor,
) -> Suspension:
    """Pause an activity, now or planned, with the text that members and merchants read (SUS-1).

    Raises:
        InvalidSuspensionError: it would end before it starts, or says nothing.
    """
    if ends_before is not None and ends_before <= starts_at:
        message = "A pause ends after it starts."
        raise InvalidSuspensionError(message)
    if not is_line(text_ja, longest=_LONGEST_TEXT) or not is_line(text_en, longest=_LONGEST_TEXT):
        message = f"A pause needs its text in Japanese and in English, each of up to {_LONGEST_TEXT:,} characters."
        raise InvalidSuspensionError(message)
    suspension = Suspension.objects.create(
        activity=activity,
        starts_at=starts_at,
        ends_before=ends_before,
        text_ja=text_ja,
        text_en=text_en,
        recorded_at=at,
        recorded_by=str(actor),
    )
    audit.record_act(
        act="program.suspend",
        actor=actor,
        subject=audit.Subject("suspension", suspension.id),
        at=at,
        details={
            "activity": activity,
            "starts_at": starts_at.isoformat(),
            "ends_before": None if ends_before is None else ends_before.isoformat(),
        },
    )
    return suspension


@act
def resume(*, activity: Suspension.Activity, at: dt.datetime, actor: Actor) -> int:
    """End every pause of the activity that is on; return how many.

    Raises:
        UnknownSuspensionError: none is on.
    """
    on = Suspension.objects.select_for_update().filter(activity=activity, starts_at__lte=at)
    ended = 0
    for suspension in on.order_by("id"):
        if suspension.ends_before is None or suspension.ends_before > at:
            suspension.ends_before = at
            suspension.save(update_fields=["ends_before"])
            subject = audit.Subject("suspension", suspension.id)
            audit.record_act(act="program.resume", actor=actor, subject=subject, at=at, details={"activity": activity})
            ended += 1
    if not ended:
        message = f"{activity.label} is not paused."
        raise UnknownSuspensionError(message)
    return ended
