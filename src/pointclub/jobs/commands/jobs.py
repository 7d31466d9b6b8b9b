"""`pointclub jobs`: the nightly runs."""

import datetime as dt
from typing import Annotated, Any

import typer
from django.conf import settings

from pointclub.foundation import clock
from pointclub.foundation.periods import tokyo_day
from pointclub.foundation.refusals import Refusal
from pointclub.jobs import nights, output
from pointclub.jobs.commands import acting
from pointclub.jobs.commands.arguments import AsJson, AsStaffForJob, day, in_japan
from pointclub.jobs.commands.progress import bar
from pointclub.people.rules.permissions import Permission
from pointclub.program import queries as program
from pointclub.runs import queries as runs
from pointclub.runs.models import Run

app = typer.Typer(no_args_is_help=True)


class NightToComeError(Refusal):
    """In production nobody runs a night before it comes."""

    code = "night_to_come"


@app.command(
    "run-through", epilog="Example: POINTCLUB_CLOCK=2026-04-01T09:00+09:00 pointclub jobs run-through 2026-05-06"
)
def run_through(
    through: Annotated[dt.date, typer.Argument(parser=day, metavar="DATE", help="The last night to run.")],
    *,
    as_staff: AsStaffForJob = None,
    json: AsJson = False,
) -> None:
    """Run every night after the last recorded one through DATE: what lapses, then the balance update.

    A night that has passed is made up for with the present instant; one to come, outside production, is run with its
    own. While accrual is suspended the update waits, and nothing is lost. Stopped midway, the same command goes on.
    """
    now = clock.now()
    by = None if as_staff is None else acting.staff(as_staff, Permission.RUN_JOBS)
    missing = nights.list_missing(through=through, now=now)
    if settings.ENVIRONMENT.is_production:
        if through > tokyo_day(now):
            message = f"The night of {through} is still to come."
            raise NightToComeError(message, night=str(through))
        missing = [(job, night) for job, night in missing if nights.instant_of(job, night) <= now]
    done: list[nights.NightDone] = []
    with bar("Nights", total=len({night for _, night in missing}), json=json) as progress:
        for job, night in missing:
            if done and done[-1].night != night:
                progress.advance(1)
            done.append(nights.run_job(job, night, not_before=now, by=by))
            if done[-1].is_waiting:
                progress.say(f"{night}: accrual is suspended, so the update waits.")
        progress.advance(1 if done else 0)
        progress.finish()
    output.emit(
        {
            "through": through,
            "nights": len({each.night for each in done}),
            "lapsed_points": sum(each.points for each in done if each.job is nights.Job.LAPSE),
            "posted_points": sum(each.points for each in done if each.job is nights.Job.UPDATE),
            "update_waited_on": [each.night for each in done if each.is_waiting],
        },
        json=json,
    )


@app.command("nights", epilog="Example: pointclub jobs nights --json")
def show_nights(*, json: AsJson = False) -> None:
    """Show the last night that each job has done."""
    now = clock.now()
    due = nights.list_missing(through=tokyo_day(now), now=now)
    missing = [(job, night) for job, night in due if nights.instant_of(job, night) <= now]
    rows = [
        {
            "job": str(job),
            "last_night": program.get_last_night(job),
            "missing_nights": sum(1 for missed, _ in missing if missed is job),
        }
        for job in nights.STARTS
    ]
    output.emit({"jobs": rows}, json=json)


@app.command("runs", epilog="Example: pointclub jobs runs --last 5 --json")
def show_runs(
    *,
    last: Annotated[int, typer.Option(min=1, max=1000, metavar="NUMBER", help="So many, the latest first.")] = 20,
    json: AsJson = False,
) -> None:
    """Show what the worker was asked for by the clock or by staff; exit code 1 if one found differences or failed."""
    shown = runs.list_runs(limit=last)
    output.emit({"runs": [_in_full(run) if json else _in_short(run) for run in shown]}, json=json)
    if any(run.figures.get("differences") or run.state == Run.State.FAILED for run in shown):
        raise SystemExit(output.DIFFERENCE)


def _in_full(run: Run) -> dict[str, Any]:
    return {
        "kind": run.kind,
        "state": run.state,
        "night": run.night,
        "sample_percent": run.sample_percent,
        "asked_by": run.asked_by,
        "asked_at": in_japan(run.asked_at),
        "finished_at": run.finished_at and in_japan(run.finished_at),
        "accounts": run.accounts,
        "figures": run.figures,
        "findings": run.findings,
        "failure": run.failure,
    }


def _in_short(run: Run) -> dict[str, Any]:
    figures = "\n".join(f"{name}: {figure:,}" for name, figure in run.figures.items())
    return {
        "run": f"{run.kind}, {run.state}",
        "asked_by": run.asked_by,
        "finished_at": run.finished_at and in_japan(run.finished_at),
        "figures": run.failure or figures,
    }
