"""`pointclub suspension`: pausing accrual, redemption or enquiry (SUS-1)."""

import datetime as dt
from typing import Annotated, Any

import typer

from pointclub.foundation import clock
from pointclub.jobs import output
from pointclub.jobs.commands import acting
from pointclub.jobs.commands.arguments import AsJson, AsStaff, day, in_japan, instant
from pointclub.membership import queries as membership
from pointclub.people.rules.permissions import Permission
from pointclub.points import queries as points
from pointclub.program import queries as program_queries
from pointclub.program import services as program
from pointclub.program.models import Suspension

app = typer.Typer(no_args_is_help=True)

# More than so many people at once are an export, which takes a second person (STF-2).
MOST_LISTED = 100

Activity = Annotated[Suspension.Activity, typer.Argument(metavar="accrual|redemption|enquiry", help="What is paused.")]


@app.command("list", epilog="Example: pointclub suspension list --json")
def list_all(*, json: AsJson = False) -> None:
    """Show every pause, the latest first."""
    now = clock.now()
    output.emit({"suspensions": [_described(each, now) for each in program_queries.list_suspensions()]}, json=json)


@app.command(
    epilog="Example: pointclub suspension start accrual --text-ja 保守のため停止中です "
    "--text-en 'Down for maintenance' --as sato"
)
def start(
    activity: Activity,
    *,
    text_ja: Annotated[str, typer.Option(help="What members and merchants read, in Japanese.")],
    text_en: Annotated[str, typer.Option(help="The same in English.")],
    starts_at: Annotated[
        dt.datetime | None, typer.Option("--from", parser=instant, metavar="INSTANT", help="Now if not said.")
    ] = None,
    ends_before: Annotated[
        dt.datetime | None, typer.Option("--until", parser=instant, metavar="INSTANT", help="Open if not said.")
    ] = None,
    as_staff: AsStaff,
    json: AsJson = False,
) -> None:
    """Pause one part of points management, now or planned."""
    now, actor = clock.now(), acting.staff(as_staff, Permission.SUSPEND_POINTS)
    suspension = program.suspend(
        activity=activity,
        starts_at=starts_at or now,
        ends_before=ends_before,
        text_ja=text_ja,
        text_en=text_en,
        at=now,
        actor=actor,
    )
    output.emit(_described(suspension, now), json=json)


@app.command(epilog="Example: pointclub suspension end accrual --as sato")
def end(activity: Activity, *, as_staff: AsStaff, json: AsJson = False) -> None:
    """End every pause of the activity that is on."""
    now, actor = clock.now(), acting.staff(as_staff, Permission.SUSPEND_POINTS)
    ended = program.resume(activity=activity, at=now, actor=actor)
    output.emit({"activity": str(activity), "ended": ended}, json=json)


@app.command(epilog="Example: pointclub suspension lapses 2026-04-28 2026-05-03 --as sato")
def lapses(
    first: Annotated[dt.date, typer.Argument(parser=day, metavar="FIRST", help="The first day of the pause.")],
    last: Annotated[dt.date, typer.Argument(parser=day, metavar="LAST", help="Its last day.")],
    *,
    as_staff: AsStaff,
    json: AsJson = False,
) -> None:
    """Show what lapsed, or will, in a pause of redemption: the base of an announcement of another expiry date.

    Beyond 100 members it lists the first 100 and counts the others; their list is an export.
    """
    acting.staff(as_staff, Permission.REQUEST_EXTENSION)
    found = points.list_lapses_between(first=first, last=last)
    accounts = list(dict.fromkeys(row.account_id for row in found))
    numbers = membership.primary_numbers(accounts[:MOST_LISTED])
    rows = [
        {"member_number": numbers[row.account_id], "usable_through": row.usable_through, "points": row.points}
        for row in found
        if row.account_id in numbers
    ]
    output.emit(
        {"points": sum(row.points for row in found), "members": len(accounts), "listed": len(numbers), "lapses": rows},
        json=json,
    )


def _described(suspension: Suspension, now: dt.datetime) -> dict[str, Any]:
    ends = suspension.ends_before
    return {
        "activity": str(suspension.activity),
        "starts_at": in_japan(suspension.starts_at),
        "ends_before": None if ends is None else in_japan(ends),
        "is_on": suspension.starts_at <= now and (ends is None or ends > now),
        "text_ja": suspension.text_ja,
        "text_en": suspension.text_en,
    }
