"""A month's books are closed once nothing can be added to them (T14)."""

from __future__ import annotations

import datetime as dt

from pointclub.audit import services as audit
from pointclub.foundation.actors import Actor
from pointclub.foundation.acts import act
from pointclub.foundation.periods import last_day_of_month
from pointclub.points.models import MonthClose
from pointclub.points.queries.month import month_figures
from pointclub.points.services.refusals import MonthNotReadyError
from pointclub.program import queries as program
from pointclub.program.models import NightRun


@act
def close_month(*, month: dt.date, at: dt.datetime, actor: Actor) -> MonthClose:
    """Keep the month's figures and let nothing be recorded with a value day in it any more.

    A month that is closed already is returned as it was closed.

    Raises:
        MonthNotReadyError: update or lapse have not run through its end: the lapse of its last day is recorded in
            the first night after it.
    """
    month_end = last_day_of_month(month)
    if closed := MonthClose.objects.filter(month_end=month_end).first():
        return closed
    for job in NightRun.Job:
        done = program.get_last_night(job)
        if done is None or done <= month_end:
            message = (
                f"The {job.label.lower()} has run through {done or 'no night yet'}; the month can be closed "
                f"once it has run in a night after {month_end}."
            )
            raise MonthNotReadyError(message, job=str(job), done_through=str(done) if done else None)
    closed = MonthClose.objects.create(
        month_end=month_end, figures=month_figures(month=month_end), closed_at=at, closed_by=str(actor)
    )
    subject = audit.Subject("month", f"{month_end:%Y-%m}")
    audit.record_act(act="points.close_month", actor=actor, subject=subject, at=at)
    return closed
