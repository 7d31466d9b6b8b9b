"""Telling members of points before they lapse (EXP-6)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from uuid import UUID

from django.conf import settings

from pointclub.foundation import actors
from pointclub.foundation.acts import act
from pointclub.foundation.periods import tokyo_day
from pointclub.membership import queries as membership
from pointclub.notices import queries as notices_queries
from pointclub.notices import services as notices
from pointclub.notices.rules.kinds import Kind
from pointclub.points import queries as points
from pointclub.points.queries import falling_due
from pointclub.program import queries as program

_ACCOUNTS_AT_A_TIME = 200
# A morning that was missed is made up for within a week; later the step is left out.
_DAYS_LATE_AT_MOST = 6
_ACTOR = actors.system("reminders")


def remind_all(*, at: dt.datetime) -> Iterator[int]:
    """Tell those whose points lapse in so many days, once for each step; yield after each chunk how many it was.

    Run again, late or by two at once, it tells nobody twice: account, day of lapse and step make up what it is known
    by. While enquiry is paused nobody is told figures, and the mornings after make up for it.
    """
    if program.find_suspension(program.Activity.ENQUIRY, at=at) is not None:
        return
    for step in settings.ENVIRONMENT.reminder_days:
        after = UUID(int=0)
        while chunk := _next_accounts(step, on=tokyo_day(at), after=after):
            yield _remind(chunk, step, at=at)
            after = chunk[-1].account_id


def _next_accounts(step: int, *, on: dt.date, after: UUID) -> list[falling_due.FallingDue]:
    last = on + dt.timedelta(days=step)
    first = max(on, last - dt.timedelta(days=_DAYS_LATE_AT_MOST))
    return falling_due.list_falling_due(first=first, last=last, after=after, limit=_ACCOUNTS_AT_A_TIME)


@act
def _remind(chunk: Sequence[falling_due.FallingDue], step: int, *, at: dt.datetime) -> int:
    people = membership.primary_persons({due.account_id for due in chunk})
    unwilling = notices_queries.without_reminders(people.values())
    on = tokyo_day(at)
    told = 0
    for due in chunk:
        person_id = people.get(due.account_id)
        usable = _usable(due, on=on)
        if person_id is None or person_id in unwilling or usable <= 0:
            continue
        notices.tell(
            person_id=person_id,
            kind=Kind.POINTS_LAPSING,
            values={
                "points": usable,
                "usable_through": due.usable_through.isoformat(),
                "days": (due.usable_through - on).days,
            },
            once=f"lapse:{due.account_id}:{due.usable_through}:{step}",
            at=at,
            actor=_ACTOR,
        )
        told += 1
    return told


def _usable(due: falling_due.FallingDue, *, on: dt.date) -> int:
    """Return what can be used of those points: arrears are paid before anything can be."""
    if not due.has_arrears:
        return due.points
    return min(due.points, points.get_balance(due.account_id, on=on).usable)
