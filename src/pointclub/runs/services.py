"""Asking for runs, taking them up, and keeping what they found."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.db.models import Q

from pointclub.audit import services as audit
from pointclub.foundation.actors import Actor
from pointclub.foundation.acts import act
from pointclub.foundation.refusals import Refusal
from pointclub.runs.models import Run

# What has given no sign of life for so long was killed; the work goes on where it was, so doing it again is safe.
GIVEN_UP_AFTER = dt.timedelta(minutes=10)
MOST_FINDINGS_KEPT = 200
_PERCENT = 100


class AlreadyAskedError(Refusal):
    """The same work is waiting or under way; its result will be as good."""

    code = "already_asked"


@act
def ask_for_run(
    *,
    kind: Run.Kind,
    at: dt.datetime,
    actor: Actor,
    sample_percent: int = _PERCENT,
) -> Run:
    """Ask for a run; the worker takes it up.

    Raises:
        AlreadyAskedError: one of that kind and size is waiting or under way.
    """
    unfinished = Run.objects.filter(
        kind=kind, sample_percent=sample_percent, state__in=[Run.State.ASKED, Run.State.RUNNING]
    )
    if unfinished.exists():
        message = "This is waiting or under way already; its result will be shown here."
        raise AlreadyAskedError(message, kind=str(kind))
    run = Run.objects.create(kind=kind, sample_percent=sample_percent, asked_by=str(actor), asked_at=at)
    details: dict[str, audit.Detail] = {"kind": str(kind), "sample_percent": sample_percent}
    audit.record_act(act="runs.ask_for_run", actor=actor, subject=audit.Subject("run", run.id), at=at, details=details)
    return run


def ask_for_night(
    *, kind: Run.Kind, night: dt.date, at: dt.datetime, actor: Actor, sample_percent: int = _PERCENT
) -> None:
    """Ask for a night's run of a kind; asked again for the same night, nothing is added."""
    asked = Run(kind=kind, night=night, sample_percent=sample_percent, asked_by=str(actor), asked_at=at)
    Run.objects.bulk_create([asked], ignore_conflicts=True)


@act
def take_up_next(*, at: dt.datetime) -> Run | None:
    """Take up the run that has waited longest, or one that was given up; two workers never take the same."""
    abandoned = Q(state=Run.State.RUNNING, seen_at__lt=at - GIVEN_UP_AFTER)
    run = (
        Run.objects.select_for_update(skip_locked=True)
        .filter(Q(state=Run.State.ASKED) | abandoned)
        .order_by("asked_at", "id")
        .first()
    )
    if run is not None:
        run.state, run.started_at, run.seen_at, run.accounts = Run.State.RUNNING, at, at, 0
        run.save(update_fields=["state", "started_at", "seen_at", "accounts"])
    return run


def note_progress(*, run_id: UUID, accounts: int, at: dt.datetime) -> None:
    """Show how many accounts a run has gone through, and that it is alive."""
    Run.objects.filter(id=run_id, state=Run.State.RUNNING).update(accounts=accounts, seen_at=at)


def finish_run(
    *, run_id: UUID, accounts: int, figures: Mapping[str, int], findings: Sequence[Mapping[str, Any]], at: dt.datetime
) -> None:
    """Keep a run's figures and the first of its findings; ``figures`` says how many there were in all."""
    Run.objects.filter(id=run_id, state=Run.State.RUNNING).update(
        state=Run.State.DONE,
        accounts=accounts,
        figures=dict(figures),
        findings=list(findings[:MOST_FINDINGS_KEPT]),
        seen_at=at,
        finished_at=at,
    )


def fail_run(*, run_id: UUID, failure: str, at: dt.datetime) -> None:
    """Say why a run could not be finished."""
    Run.objects.filter(id=run_id, state=Run.State.RUNNING).update(
        state=Run.State.FAILED, failure=failure, seen_at=at, finished_at=at
    )
