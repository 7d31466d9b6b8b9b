"""`pointclub notices`: mail that leaves, and mail that comes back."""

from collections import Counter
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from pointclub.foundation import clock
from pointclub.foundation.actors import Actor
from pointclub.jobs import bounce_lists, mailings, output, post, reminders
from pointclub.jobs import bounces as returned
from pointclub.jobs.commands import acting, announcing, letters
from pointclub.jobs.commands.arguments import AsJson, AsStaffForJob
from pointclub.notices import services as notices
from pointclub.notices.rules.bounce_lists import BadLine
from pointclub.people.rules.permissions import Permission

app = typer.Typer(no_args_is_help=True)
app.add_typer(announcing.app)
app.add_typer(letters.app)


@app.command(epilog="Example: pointclub notices send --json")
def send(*, as_staff: AsStaffForJob = None, json: AsJson = False) -> None:
    """Send the mail that is due now, advertising that was approved too, as the worker does every minute."""
    acting.staff_or_job(as_staff, Permission.RUN_JOBS, job="notices")
    mailings.carry_on_all(read_clock=clock.now)
    done = post.send_all(read_clock=clock.now)
    output.emit({outcome.value: done[outcome.value] for outcome in notices.Outcome}, json=json)


@app.command(epilog="Example: pointclub notices remind --json")
def remind(*, as_staff: AsStaffForJob = None, json: AsJson = False) -> None:
    """Tell members whose points lapse soon, as the worker does every morning; nobody is told twice."""
    acting.staff_or_job(as_staff, Permission.RUN_JOBS, job="reminders")
    told = sum(reminders.remind_all(at=clock.now()))
    output.emit({"reminded": told}, json=json)


@app.command(epilog="Example: pointclub notices bounces /var/mail/bounces")
def bounces(
    place: Annotated[
        Path,
        typer.Argument(metavar="PLACE", help="A Maildir, an mbox, a folder of mails, one mail, or a list: a .csv."),
    ],
    *,
    as_staff: AsStaffForJob = None,
    json: AsJson = False,
) -> None:
    """Take in mail that came back: addresses that do not exist are marked. Doing it again does nothing.

    A list names columns address, when, kind (permanent or temporary) and, if it has one, reason. Exit code 1: some
    lines of it are bad, and are named by their numbers; all others were taken.
    """
    actor = acting.staff_or_job(as_staff, Permission.RUN_JOBS, job="bounces")
    if bounce_lists.is_list(place):
        _take_list(place, actor, json=json)
        return
    taken = Counter(notices.take_bounce(content, at=clock.now(), actor=actor) for content in returned.read_mails(place))
    output.emit({each.value: taken[each] for each in notices.Taken}, json=json)


def _take_list(file: Path, actor: Actor, *, json: bool) -> None:
    now = clock.now()
    taken: Counter[notices.Taken] = Counter()
    bad = []
    for line in bounce_lists.read_lines(file, at=now):
        if isinstance(line, BadLine):
            bad.append(asdict(line))
        else:
            taken[notices.take_listed_bounce(line, at=now, actor=actor)] += 1
    output.emit({**{each.value: taken[each] for each in notices.Taken}, "bad": bad}, json=json)
    if bad:
        raise SystemExit(output.DIFFERENCE)
