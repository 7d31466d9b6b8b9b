"""Recording nights that were run, and runs by hand."""

from __future__ import annotations

import datetime as dt

from pointclub.audit import services as audit
from pointclub.foundation.actors import Actor
from pointclub.foundation.acts import act
from pointclub.program.models import NightRun


@act
def record_night(
    *, job: NightRun.Job, night: dt.date, accounts: int, points: int, at: dt.datetime, actor: Actor
) -> None:
    """Note that a night's run has finished; a second run of the same night changes nothing but the audit log."""
    NightRun.objects.bulk_create(
        [NightRun(job=job, night=night, finished_at=at, accounts=accounts, points=points)],
        ignore_conflicts=True,
    )
    _record_run("program.record_night", job, night, at=at, actor=actor, accounts=accounts, points=points)


@act
def begin_run(*, job: NightRun.Job, on: dt.date, at: dt.datetime, actor: Actor) -> None:
    """Note in the audit log that somebody begins a run by hand, before it changes anything: a run can be killed."""
    _record_run("program.begin_run", job, on, at=at, actor=actor)


@act
def finish_run(*, job: NightRun.Job, on: dt.date, accounts: int, points: int, at: dt.datetime, actor: Actor) -> None:
    """Note in the audit log what a run by hand has done."""
    _record_run("program.finish_run", job, on, at=at, actor=actor, accounts=accounts, points=points)


def _record_run(name: str, job: NightRun.Job, on: dt.date, *, at: dt.datetime, actor: Actor, **figures: int) -> None:
    audit.record_act(act=name, actor=actor, subject=audit.Subject("run", f"{job}:{on}"), at=at, details=figures)
