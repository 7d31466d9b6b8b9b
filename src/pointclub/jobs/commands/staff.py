"""`pointclub staff`: who may act for the club."""

from typing import Annotated

import typer
from django.contrib.auth import get_user_model

from pointclub.foundation import actors, clock
from pointclub.foundation.acts import act
from pointclub.foundation.refusals import Refusal
from pointclub.jobs import output
from pointclub.jobs.commands import acting
from pointclub.jobs.commands.arguments import AsJson
from pointclub.jobs.commands.passwords import PasswordFromStdin, read_password
from pointclub.people import services as people

app = typer.Typer(no_args_is_help=True)

# Who set the club up has no login ID yet.
_FIRST = actors.system("setup")


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
    actor = _FIRST if as_staff is None else acting.staff(as_staff)
    if as_staff is None and get_user_model().objects.filter(is_staff=True).exists():
        message = "There is staff already: say with --as who you are."
        raise StaffNeededError(message)
    password = read_password(from_stdin=password_stdin)

    @act
    def register() -> str:
        person = people.record_person(name=name, at=now, actor=actor)
        user = people.register_user(
            person=person, login_id=login_id, password=password, at=now, actor=actor, is_staff=True
        )
        return user.login_id

    output.emit({"login_id": register(), "is_staff": True}, json=json)
