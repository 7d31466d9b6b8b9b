"""`pointclub export`: lists of people's data, asked for by one person and, of many, decided on by another (STF-2)."""

import datetime as dt
from pathlib import Path
from typing import Annotated, Any
from uuid import UUID

import typer

from pointclub.exports import queries as export_queries
from pointclub.exports import services as exports
from pointclub.exports.models import ExportRequest
from pointclub.foundation import clock
from pointclub.foundation.refusals import Refusal
from pointclub.jobs import output, whole_files
from pointclub.jobs.commands import acting
from pointclub.jobs.commands.arguments import AsJson, AsStaff, day, days
from pointclub.jobs.commands.decisions import who_and_when
from pointclub.people.rules.permissions import Permission
from pointclub.people.rules.personal_fields import PersonalField

app = typer.Typer(no_args_is_help=True)

_FIELDS = ", ".join(PersonalField)
_USUALLY_KEPT_DAYS = 7

ExportId = Annotated[UUID, typer.Argument(metavar="EXPORT", help="The id that request gave.")]


class FileThereError(Refusal):
    """A file of that name is there already."""

    code = "file_there"


@app.command(
    "request",
    epilog="Example: pointclub export request members --column name --column address --for 会報の発送 --as shiki",
)
def request_export(  # noqa: PLR0913 -- A command's options are its arguments.
    kind: Annotated[
        ExportRequest.Kind,
        typer.Argument(
            metavar="members|points|letters", help="Who they are, what their accounts hold, or letters to be printed."
        ),
    ],
    *,
    column: Annotated[
        list[PersonalField] | None,
        typer.Option(metavar="FIELD", help=f"Personal data of members: {_FIELDS}. Say it once for each."),
    ] = None,
    joined_from: Annotated[
        dt.date | None, typer.Option(parser=day, metavar="DATE", help="Who joined from this day; all if not said.")
    ] = None,
    joined_through: Annotated[
        dt.date | None, typer.Option(parser=day, metavar="DATE", help="Who joined through this day; today if not said.")
    ] = None,
    includes_former: Annotated[bool, typer.Option("--includes-former", help="Also those who left.")] = False,
    purpose: Annotated[str, typer.Option("--for", metavar="PURPOSE", help="What it is for; it stands in the file.")],
    kept_days: Annotated[
        int, typer.Option("--keep", parser=days, metavar="DAYS", help="How long it can be fetched, 30 days at most.")
    ] = _USUALLY_KEPT_DAYS,
    as_staff: AsStaff,
    json: AsJson = False,
) -> None:
    """Ask for a list. Of more than 100 people somebody else decides first; of fewer it can be fetched at once.

    Without a decision one person gets the data of 100 people a day, and only such as they may be shown one by one.
    Letters are printed as they wait, without columns or period. The first fetch takes them out of those that wait.
    """
    now, actor = clock.now(), acting.staff(as_staff, Permission.REQUEST_EXPORT)
    period = {} if joined_from is None else {"joined_from": joined_from}
    wanted = exports.Wanted(
        kind=kind,
        columns=frozenset(column or ()),
        joined_through=joined_through,
        includes_former=includes_former,
        **period,
    )
    request = exports.request_export(wanted=wanted, purpose=purpose, kept_days=kept_days, at=now, actor=actor)
    output.emit(_described(request), json=json)


@app.command(epilog="Example: pointclub export approve 01890a5d-… --as rikka")
def approve(request: ExportId, *, as_staff: AsStaff, json: AsJson = False) -> None:
    """Let who asked fetch the list; who asked cannot decide."""
    now, actor = clock.now(), acting.staff(as_staff, Permission.DECIDE_EXPORT)
    output.emit(_described(exports.approve_export(request_id=request, at=now, actor=actor)), json=json)


@app.command(epilog="Example: pointclub export reject 01890a5d-… --as rikka")
def reject(request: ExportId, *, as_staff: AsStaff, json: AsJson = False) -> None:
    """Turn a request down; who asked cannot decide."""
    now, actor = clock.now(), acting.staff(as_staff, Permission.DECIDE_EXPORT)
    output.emit(_described(exports.reject_export(request_id=request, at=now, actor=actor)), json=json)


@app.command(epilog="Example: pointclub export fetch 01890a5d-… --to lists --as shiki")
def fetch(
    request: ExportId,
    *,
    folder: Annotated[Path, typer.Option("--to", metavar="DIR", help="The folder; this one if not said.")] = Path(),
    as_staff: AsStaff,
    json: AsJson = False,
) -> None:
    """Write the list as a file that only you can read; its name and first line say whose it is and until when.

    Letters are a ZIP: PDFs of a hundred pages each, and the list of addresses.
    """
    now, actor = clock.now(), acting.staff(as_staff, Permission.REQUEST_EXPORT)
    file = exports.fetch_export(request_id=request, at=now, actor=actor)
    target = folder / file.name
    try:
        whole_files.write_part(target, file.content, of=request)
        whole_files.finish(target, of=request)
    except FileExistsError as there:
        whole_files.drop(target, of=request)
        message = f"{target} is there already; it was left as it is."
        raise FileThereError(message) from there
    except OSError as error:
        message = f"{target} cannot be written: {error.strerror}."
        raise FileThereError(message) from error
    output.emit({"file": str(target), "rows": file.rows}, json=json)


@app.command("list", epilog="Example: pointclub export list --as nanami --json")
def list_all(*, as_staff: AsStaff, json: AsJson = False) -> None:
    """Show who asked for which lists, those that wait for a decision first."""
    acting.staff(as_staff, Permission.SEE_EXPORTS)
    rows = [
        _described(request) | {"downloads": len(export_queries.list_downloads(request.id))}
        for request in export_queries.list_exports()
    ]
    output.emit({"exports": rows}, json=json)


def _described(request: ExportRequest) -> dict[str, Any]:
    return {
        "export": request.id,
        "kind": str(request.kind),
        "state": str(request.state),
        "people": request.people,
        "columns": request.columns,
        "joined_from": request.joined_from,
        "joined_through": request.joined_through,
        "includes_former": request.includes_former,
        "purpose": request.purpose,
        "kept_through": request.kept_through,
        **who_and_when(request),
    }
