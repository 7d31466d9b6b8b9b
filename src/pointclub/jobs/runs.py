"""Carrying out what was asked for: by the clock every night, or by staff in the office."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from pointclub.foundation import actors
from pointclub.foundation.periods import TOKYO, tokyo_day
from pointclub.foundation.refusals import Refusal
from pointclub.jobs import books, nights
from pointclub.points import queries as points_queries
from pointclub.runs import services as runs
from pointclub.runs.models import Run

_log = logging.getLogger(__name__)

Kind = Run.Kind
CHECKS_START = dt.time(2)
SAMPLE_PERCENT = 5
_SUNDAY = 6
_WHOLE = 100
_BY_THE_CLOCK = actors.system("checks")


@dataclass(slots=True)
class Step:
    """What one step of a run did."""

    passed: int
    figures: dict[str, int]
    findings: list[dict[str, Any]] = field(default_factory=list)


def ask_for_checks_of_the_night(*, now: dt.datetime) -> None:
    """From 02:00 in Japan on, ask for the night's checks: a sample is replayed, on Sundays everything (I11)."""
    night = tokyo_day(now)
    if now < dt.datetime.combine(night, CHECKS_START, tzinfo=TOKYO):
        return
    percent = _WHOLE if night.weekday() == _SUNDAY else SAMPLE_PERCENT
    runs.ask_for_night(kind=Kind.VERIFY, night=night, at=now, actor=_BY_THE_CLOCK)
    runs.ask_for_night(kind=Kind.REPLAY, night=night, at=now, actor=_BY_THE_CLOCK, sample_percent=percent)


def carry_out_all(*, read_clock: Callable[[], dt.datetime]) -> None:
    """Carry out what waits, one run after another, until nothing does."""
    while (run := runs.take_up_next(at=read_clock())) is not None:
        _carry_out(run, read_clock)


def _carry_out(run: Run, read_clock: Callable[[], dt.datetime]) -> None:
    # Only what is shown is kept, so that books in which nothing agrees are no reason to run out of memory.
    accounts = 0
    figures: dict[str, int] = {}
    findings: list[dict[str, Any]] = []
    try:
        for step in _STEPS[Kind(run.kind)](run):
            accounts += step.passed
            for name, figure in step.figures.items():
                figures[name] = figures.get(name, 0) + figure
            findings += step.findings[: runs.MOST_FINDINGS_KEPT - len(findings)]
            runs.note_progress(run_id=run.id, accounts=accounts, at=read_clock())
        runs.finish_run(run=run, figures=figures, findings=findings, at=read_clock(), actor=_BY_THE_CLOCK)
    except Refusal as refusal:
        runs.fail_run(run=run, failure=refusal.message, at=read_clock(), actor=_BY_THE_CLOCK)
    except Exception:  # noqa: BLE001 -- Whatever it is, the run must not stay "running" for ever.
        # What exactly broke stands in the log, with its traceback; the page says where to look.
        _log.exception("The run %s broke off.", run.id)
        failure = "It broke off; the log of the worker says why."
        runs.fail_run(run=run, failure=failure, at=read_clock(), actor=_BY_THE_CLOCK)


def _update(run: Run) -> Iterator[Step]:
    return _by_hand(nights.Job.UPDATE, run)


def _lapse(run: Run) -> Iterator[Step]:
    return _by_hand(nights.Job.LAPSE, run)


def _by_hand(job: nights.Job, run: Run) -> Iterator[Step]:
    assert run.started_at is not None
    at, asked_by = run.started_at, actors.named(run.asked_by)
    for step in nights.run_by_hand(job, on=tokyo_day(at), at=at, by=asked_by):
        yield Step(step.accounts, {"points": step.points})


def _verify(run: Run) -> Iterator[Step]:  # noqa: ARG001 -- There is one way to verify; all steps have one shape.
    return _checked(books.verify_books())


def _replay(run: Run) -> Iterator[Step]:
    scope = points_queries.ReplayScope(sample_percent=run.sample_percent, salt=str(run.night or run.id))
    return _checked(books.replay_books(scope))


def _checked(chunks: Iterator[books.Checked]) -> Iterator[Step]:
    for chunk in chunks:
        figures = {"checked": chunk.accounts, "differences": len(chunk.differences)}
        if chunk.postings is not None:
            figures["postings"] = chunk.postings
        told = books.tell_differences(chunk.differences[: runs.MOST_FINDINGS_KEPT])
        yield Step(chunk.passed, figures, [{**each, "account": str(each["account"] or "")} for each in told])


_STEPS: dict[Kind, Callable[[Run], Iterator[Step]]] = {
    Kind.UPDATE: _update,
    Kind.LAPSE: _lapse,
    Kind.VERIFY: _verify,
    Kind.REPLAY: _replay,
}
