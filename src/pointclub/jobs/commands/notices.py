"""`pointclub notices`: mail that leaves, mail that comes back, and what all members are told."""

from collections import Counter
from pathlib import Path
from typing import Annotated

import typer

from pointclub.foundation import clock
from pointclub.jobs import bounces as returned
from pointclub.jobs import output, post
from pointclub.jobs.commands import acting
from pointclub.jobs.commands.arguments import AsJson, AsStaffForJob
from pointclub.notices import services as notices
from pointclub.people.rules.permissions import Permission

app = typer.Typer(no_args_is_help=True)


@app.command(epilog="Example: pointclub notices send --json")
def send(*, as_staff: AsStaffForJob = None, json: AsJson = False) -> None:
    """Send the mail that is due now, as the worker does every minute."""
    acting.staff_or_job(as_staff, Permission.RUN_JOBS, job="notices")
    done = post.send_all(read_clock=clock.now)
    output.emit({outcome.value: done[outcome.value] for outcome in notices.Outcome}, json=json)


@app.command(epilog="Example: pointclub notices bounces /var/mail/bounces")
def bounces(
    place: Annotated[Path, typer.Argument(metavar="PLACE", help="A Maildir, an mbox, a folder of mails, or one mail.")],
    *,
    as_staff: AsStaffForJob = None,
    json: AsJson = False,
) -> None:
    """Take in mail that came back: addresses that do not exist are marked. Doing it again does nothing."""
    actor = acting.staff_or_job(as_staff, Permission.RUN_JOBS, job="bounces")
    taken = Counter(notices.take_bounce(content, at=clock.now(), actor=actor) for content in returned.read_mails(place))
    output.emit({each.value: taken[each] for each in notices.Taken}, json=json)
