"""`pointclub staff`: who may act for the club, and at which desks (STF-1)."""

from collections.abc import Sequence
from typing import Annotated

import typer

from pointclub.foundation import clock
from pointclub.jobs import output
from pointclub.jobs.commands import acting
from pointclub.jobs.commands.arguments import AsJson, AsStaff
from pointclub.jobs.commands.passwords import PasswordFromStdin, read_staff_password
from pointclub.people import queries as people_queries
from pointclub.people import services as people
from pointclub.people.rules.permissions import Permission, Role

app = typer.Typer(no_args_is_help=True)
role_app = typer.Typer(no_args_is_help=True)
app.add_typer(role_app, name="role", help="Giving and taking roles.")

_ROLES = ", ".join(Role)

Login = Annotated[str, typer.Argument(metavar="LOGIN", help="Whose login ID it is.")]
RoleArgument = Annotated[Role, typer.Argument(metavar="ROLE", help=f"One of {_ROLES}.")]


@app.command(epilog="Example: pointclub staff add abe --name '阿部 一' --role call_centre --as suzuki")
def add(
    login_id: Annotated[str, typer.Argument(metavar="LOGIN", help="The new login ID.")],
    *,
    name: Annotated[str, typer.Option(help="The person's name.")],
    role: Annotated[
        list[Role] | None,
        typer.Option(metavar="ROLE", help=f"A desk they sit at: {_ROLES}. Say it once for each."),
    ] = None,
    password_stdin: PasswordFromStdin = False,
    as_staff: Annotated[
        str | None, typer.Option("--as", metavar="STAFF", help="Your own login ID; only the first needs none.")
    ] = None,
    json: AsJson = False,
) -> None:
    """Let a person sign in as staff; the password is asked for. The first one is administrator besides."""
    now = clock.now()
    actor = None if as_staff is None else acting.staff(as_staff, Permission.MANAGE_STAFF)
    password = read_staff_password(from_stdin=password_stdin)
    user = people.add_staff(name=name, login_id=login_id, password=password, roles=role or [], at=now, actor=actor)
    output.emit({"login_id": user.login_id, "roles": _named(people_queries.roles_of(user))}, json=json)


@app.command("list", epilog="Example: pointclub staff list --as sato --json")
def list_all(*, as_staff: AsStaff, json: AsJson = False) -> None:
    """Show who is staff with which roles, and who was."""
    acting.staff(as_staff, Permission.SEE_STAFF)
    rows = [
        {"login_id": each.login_id, "roles": _named(each.roles), "is_active": each.is_active}
        for each in people_queries.list_staff()
    ]
    output.emit({"staff": rows}, json=json)


@app.command(epilog="Example: pointclub staff leave abe --as suzuki")
def leave(login_id: Login, *, as_staff: AsStaff, json: AsJson = False) -> None:
    """Take sign-in and roles from somebody who leaves; whatever they have open ends at once."""
    now, actor = clock.now(), acting.staff(as_staff, Permission.MANAGE_STAFF)
    people.let_staff_go(login_id=login_id, at=now, actor=actor)
    output.emit({"login_id": login_id.casefold(), "is_active": False}, json=json)


@app.command("reset-second-factor", epilog="Example: pointclub staff reset-second-factor abe --as suzuki")
def reset_second_factor(login_id: Login, *, as_staff: AsStaff, json: AsJson = False) -> None:
    """Forget somebody's second factor: their stay in the office ends, and the next sign-in sets up a new one."""
    now, actor = clock.now(), acting.staff(as_staff, Permission.MANAGE_STAFF)
    people.reset_second_factor(login_id=login_id, at=now, actor=actor)
    output.emit({"login_id": login_id.casefold(), "second_factor": None}, json=json)


@role_app.command(epilog="Example: pointclub staff role give abe fulfilment --as suzuki")
def give(login_id: Login, role: RoleArgument, *, as_staff: AsStaff, json: AsJson = False) -> None:
    """Give somebody a role beside those they have."""
    now, actor = clock.now(), acting.staff(as_staff, Permission.MANAGE_STAFF)
    people.give_role(login_id=login_id, role=role, at=now, actor=actor)
    _show(login_id, json=json)


@role_app.command(epilog="Example: pointclub staff role take abe fulfilment --as suzuki")
def take(login_id: Login, role: RoleArgument, *, as_staff: AsStaff, json: AsJson = False) -> None:
    """Take a role from somebody; that they had it stays on file."""
    now, actor = clock.now(), acting.staff(as_staff, Permission.MANAGE_STAFF)
    people.take_role(login_id=login_id, role=role, at=now, actor=actor)
    _show(login_id, json=json)


def _show(login_id: str, *, json: bool) -> None:
    user = people_queries.get_staff(login_id)
    output.emit({"login_id": user.login_id, "roles": _named(people_queries.roles_of(user))}, json=json)


def _named(roles: frozenset[Role] | Sequence[Role]) -> list[str]:
    return [role.value for role in Role if role in roles]
