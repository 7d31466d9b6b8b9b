"""`pointclub staff`: who may act for the club."""

from typing import Annotated

import typer
from django.contrib.auth import get_user_model
from django.db import transaction

from pointclub.foundation import clock
from pointclub.foundation.refusals import Refusal
from pointclub.jobs import output
from pointclub.jobs.commands import acting
from pointclub.jobs.commands.arguments import AsJson, AsStaff
from pointclub.jobs.commands.passwords import PasswordFromStdin, read_password
from pointclub.people import second_factor
from pointclub.people import services as people

app = typer.Typer(no_args_is_help=True)


class StaffNeededError(Refusal):
    """Only the first member of staff is recorded by nobody."""

    code = "staff_needed"


@app.callback()
def _group() -> None:
    """Keep the name of the single command below it."""


@app.command(epilog="Example: pointclub staff add sato --name '佐藤 一' --as suzuki")
def add(
    login_id: Annotated[str, typer.Argument(metavar="LOGIN", help="The new login ID.")],
    *,
    name: Annotated[str, typer.Option(help="The person's name.")],
    password_stdin: PasswordFromStdin = False,
    as_staff: Annotated[
        str | None, typer.Option("--as", metavar="STAFF", help="Your own login ID; only the first needs none.")
    ] = None,
    json: AsJson = False,
) -> None:
    """Let a person sign in as staff; the password is asked for."""
    now = clock.now()
    if as_staff is not None:
        acting.staff(as_staff)
    elif get_user_model().objects.filter(is_staff=True).exists():
        message = "There is staff already: say with --as who you are."
        raise StaffNeededError(message)
    password = read_password(from_stdin=password_stdin)
    with transaction.atomic():
        person = people.record_person(name=name, at=now)
        user = people.register_user(person=person, login_id=login_id, password=password, at=now, is_staff=True)
    output.emit({"login_id": user.login_id, "is_staff": True}, json=json)


@app.command("reset-second-factor", epilog="Example: pointclub staff reset-second-factor sato --as suzuki")
def reset_second_factor(
    login_id: Annotated[str, typer.Argument(metavar="LOGIN", help="Whose second factor it is.")],
    *,
    as_staff: AsStaff,
    json: AsJson = False,
) -> None:
    """Forget somebody's second factor: their stay in the office ends, and the next sign-in sets up a new one."""
    now, actor = clock.now(), acting.staff(as_staff)
    second_factor.reset(login_id=login_id, at=now, actor=actor)
    output.emit({"login_id": login_id.casefold(), "second_factor": "none"}, json=json)
