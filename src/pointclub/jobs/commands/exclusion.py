"""`pointclub exclusion`: the names whose applications staff look at."""

from typing import Annotated
from uuid import UUID

import typer

from pointclub.foundation import clock
from pointclub.jobs import output
from pointclub.jobs.commands import acting
from pointclub.jobs.commands.arguments import AsJson, AsStaff, in_japan
from pointclub.membership import queries as membership_queries
from pointclub.membership import services as membership
from pointclub.people.rules.masking import masked_name
from pointclub.people.rules.permissions import Permission

app = typer.Typer(no_args_is_help=True)

Reason = Annotated[str, typer.Option(help="Why, for the record.")]


@app.command(epilog="Example: pointclub exclusion add --name '見本 太郎' --reason '過去の不正利用' --as kobayashi")
def add(
    *,
    name: Annotated[str, typer.Option(help="The name, in full.")],
    birth_date: Annotated[
        str | None, typer.Option(metavar="DATE", help="The birth date, such as 1980-04-01, where it is known.")
    ] = None,
    reason: Reason,
    as_staff: AsStaff,
    json: AsJson = False,
) -> None:
    """Let applications under a name wait for staff; of somebody born on another day than the one given they do not."""
    now, actor = clock.now(), acting.staff(as_staff, Permission.MANAGE_EXCLUSIONS)
    entry = membership.add_exclusion(name=name, birth_date=birth_date, reason=reason, at=now, actor=actor)
    output.emit({"exclusion": str(entry.id)}, json=json)


@app.command(epilog="Example: pointclub exclusion end 019f… --reason '誤登録' --as kobayashi")
def end(
    exclusion: Annotated[UUID, typer.Argument(metavar="ID", help="The entry's id.")],
    *,
    reason: Reason,
    as_staff: AsStaff,
    json: AsJson = False,
) -> None:
    """Let an entry hold no longer; that it did stays on file."""
    now, actor = clock.now(), acting.staff(as_staff, Permission.MANAGE_EXCLUSIONS)
    membership.end_exclusion(exclusion_id=exclusion, reason=reason, at=now, actor=actor)
    output.emit({"exclusion": str(exclusion), "ended_at": in_japan(now)}, json=json)


@app.command("list", epilog="Example: pointclub exclusion list --as kobayashi")
def list_(*, as_staff: AsStaff, json: AsJson = False) -> None:
    """Show the entries that hold, their names masked, the latest first."""
    acting.staff(as_staff, Permission.MANAGE_EXCLUSIONS)
    rows = [
        {
            "exclusion": str(entry.id),
            "name": masked_name(entry.name),
            "has_birth_date": entry.birth_date is not None,
            "reason": entry.reason,
            "added_by": entry.added_by,
            "added_at": in_japan(entry.added_at),
        }
        for entry in membership_queries.list_exclusions()
    ]
    output.emit({"exclusions": rows}, json=json)
