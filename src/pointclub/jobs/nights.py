"""The nightly runs: lapse at 00:05 and balance update at 01:00, Japan's time, night by night (ACC-5, EXP-2).

A night that was missed is made up for when it can be, with the instant at which that really happens: points live from
the day of the actual update, and a lapse was recorded when it was recorded. Only nights that are still to come are run
with their own instant, which is how years are gone through in a script.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from pointclub.earning import services as earning
from pointclub.earning.queries import waiting
from pointclub.foundation import actors
from pointclub.foundation.periods import TOKYO, tokyo_day
from pointclub.points import services as points
from pointclub.points.queries import falling_due
from pointclub.program import queries as program_queries
from pointclub.program import services as program
from pointclub.program.models import NightRun

Job = NightRun.Job
Step = points.Lapsed | points.Posted
STARTS = {Job.LAPSE: dt.time(0, 5), Job.UPDATE: dt.time(1, 0)}
_A_DAY = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class NightDone:
    """What one job did for one night; one that waits for the end of a suspension did nothing and is not recorded."""

    job: NightRun.Job
    night: dt.date
    at: dt.datetime
    accounts: int = 0
    points: int = 0
    is_waiting: bool = False


def instant_of(job: NightRun.Job, night: dt.date) -> dt.datetime:
    """Return when the job starts in that night, which is the morning of that day."""
    return dt.datetime.combine(night, STARTS[job], tzinfo=TOKYO)


def run_night(night: dt.date, *, not_before: dt.datetime | None = None) -> list[NightDone]:
    """Run both jobs of a night, in order, at their own instants or at ``not_before`` if that is later."""
    return [run_job(job, night, not_before=not_before) for job in STARTS]


def run_job(
    job: NightRun.Job, night: dt.date, *, not_before: dt.datetime | None = None, by: actors.Actor | None = None
) -> NightDone:
    """Run one job of a night and record it at its end; stopped midway, the next run goes on with what is left.

    Without ``by`` it is the clock that runs it.
    """
    at = instant_of(job, night)
    actor = by or actors.system(job.value)
    if not_before is not None and at < not_before:
        if job is Job.UPDATE and not _was_pending(at):
            program.record_night(job=job, night=night, accounts=0, points=0, at=not_before, actor=actor)
            return NightDone(job, night, not_before)
        at = not_before
    if by is not None:
        program.begin_run(job=job, on=night, at=at, actor=by)
    accounts = moved = 0
    try:
        for step in _steps(job, night, at=at, actor=actor):
            accounts += step.accounts
            moved += step.points
    except program_queries.PointsSuspendedError:
        return NightDone(job, night, at, accounts, moved, is_waiting=True)
    program.record_night(job=job, night=night, accounts=accounts, points=moved, at=at, actor=actor)
    return NightDone(job, night, at, accounts, moved)


def run_by_hand(job: NightRun.Job, *, on: dt.date, at: dt.datetime, by: actors.Actor) -> Iterator[Step]:
    """Run a job outside of its night, yielding after each chunk of accounts; the night itself stays to be run."""
    program.begin_run(job=job, on=on, at=at, actor=by)
    accounts = moved = 0
    for step in _steps(job, on, at=at, actor=by):
        accounts += step.accounts
        moved += step.points
        yield step
    program.finish_run(job=job, on=on, accounts=accounts, points=moved, at=at, actor=by)


def list_missing(*, through: dt.date, now: dt.datetime) -> list[tuple[NightRun.Job, dt.date]]:
    """Return what is not recorded through that night, in the order in which it runs."""
    first = {job: _first_missing(job, now=now) for job in STARTS}
    day = min(first.values())
    missing: list[tuple[NightRun.Job, dt.date]] = []
    while day <= through:
        missing += ((job, day) for job in STARTS if day >= first[job])
        day += _A_DAY
    return missing


def run_missed(*, now: dt.datetime) -> Iterator[NightDone]:
    """Run what was to run by now and has not: tonight's job in its time, and those that were missed before it."""
    for job, night in list_missing(through=tokyo_day(now), now=now):
        if instant_of(job, night) <= now:
            yield run_job(job, night, not_before=now)


def _steps(job: NightRun.Job, on: dt.date, *, at: dt.datetime, actor: actors.Actor) -> Iterator[Step]:
    if job is Job.LAPSE:
        return points.lapse_all_due(on=on, at=at, actor=actor)
    return earning.post_pending(at=at, actor=actor)


def _was_pending(at: dt.datetime) -> bool:
    """Return whether anything has waited since then: what came later waits for its own night."""
    since = waiting.find_first_pending()
    return since is not None and since <= at


def _first_missing(job: NightRun.Job, *, now: dt.datetime) -> dt.date:
    last = program_queries.get_last_night(job)
    if last is not None:
        return last + _A_DAY
    today = tokyo_day(now)
    if job is Job.LAPSE:
        return min(falling_due.find_first_lapse() or today, today)
    pending_since = waiting.find_first_pending()
    return today if pending_since is None else min(tokyo_day(pending_since), today)
