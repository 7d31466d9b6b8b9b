"""`pointclub points`: the balance update and the lapse, by hand."""

import datetime as dt
from typing import Annotated

import typer

from pointclub.earning.queries import waiting
from pointclub.foundation import clock
from pointclub.foundation.periods import tokyo_day
from pointclub.foundation.refusals import Refusal
from pointclub.jobs import nights, output
from pointclub.jobs.commands import acting
from pointclub.jobs.commands.arguments import AsJson, AsStaffForJob, AsStaffIfAny, day
from pointclub.jobs.commands.progress import bar
from pointclub.people.rules.permissions import Permission
from pointclub.points.queries import falling_due

app = typer.Typer(no_args_is_help=True)


class DayNotOverError(Refusal):
    """Points lapse when their last day is over, and that is still to come."""

    code = "day_not_over"


@app.command(epilog="Example: pointclub points post")
def post(*, as_staff: AsStaffIfAny = None, json: AsJson = False) -> None:
    """Bring all pending points into the balances now; their validity runs from today."""
    now, actor = clock.now(), acting.staff_or_job(as_staff, Permission.RUN_JOBS, job="update")
    accounts = posted = 0
    with bar("Accounts", total=waiting.count_accounts_pending(), json=json) as progress:
        for step in nights.run_by_hand(nights.Job.UPDATE, on=tokyo_day(now), at=now, by=actor):
            accounts += step.accounts
            posted += step.points
            progress.advance(step.accounts)
        progress.finish()
    output.emit({"posted_on": tokyo_day(now), "accounts": accounts, "points": posted}, json=json)


@app.command(epilog="Example: pointclub points lapse --on 2026-05-01")
def lapse(
    *,
    on: Annotated[
        dt.date | None, typer.Option(parser=day, metavar="DATE", help="What was past its last day on that day; today.")
    ] = None,
    as_staff: AsStaffForJob = None,
    json: AsJson = False,
) -> None:
    """Record as lapsed what is past its last day; it could not be used any more anyway."""
    now = clock.now()
    actor = acting.staff_or_job(as_staff, Permission.RUN_JOBS, job="lapse")
    due_on = on or tokyo_day(now)
    if due_on > tokyo_day(now):
        message = f"{due_on} is still to come; points lapse only when their last day is over."
        raise DayNotOverError(message, on=str(due_on))
    accounts = lapsed = 0
    with bar("Accounts", total=falling_due.count_accounts_due(on=due_on), json=json) as progress:
        for step in nights.run_by_hand(nights.Job.LAPSE, on=due_on, at=now, by=actor):
            accounts += step.accounts
            lapsed += step.points
            progress.advance(step.accounts)
        progress.finish()
    output.emit({"on": due_on, "accounts": accounts, "points": lapsed}, json=json)
