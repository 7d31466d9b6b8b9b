"""`pointclub import`: files taken in, with what became of their rows."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Annotated, Any

import typer

from pointclub.earning import services as earning
from pointclub.energy import services as energy
from pointclub.files import queries as files_queries
from pointclub.files import services as files
from pointclub.foundation import clock
from pointclub.foundation.refusals import NotFoundError, Refusal
from pointclub.jobs import output
from pointclub.jobs.commands import acting, progress
from pointclub.jobs.commands.arguments import AsJson, AsStaff, in_japan
from pointclub.people.rules.permissions import Permission

app = typer.Typer(no_args_is_help=True)

FileArgument = Annotated[Path, typer.Argument(metavar="FILE", help="The file; docs/files.md says what it looks like.")]
ErrorsTo = Annotated[
    Path | None, typer.Option("--errors", metavar="FILE", help="Where bad rows go; FILE.errors.csv if not said.")
]
AcceptGap = Annotated[
    bool, typer.Option("--accept-gap", help="Numbers were left out, and the sender says nothing is missing.")
]
Importing = Callable[[files.IncomingFile], Iterator[files.Progress]]


class FileNotThereError(NotFoundError):
    """There is no such file, or it cannot be read."""

    code = "file_not_there"


class ErrorFileNotWritableError(Refusal):
    """Bad rows could not be handed back, so nothing is begun."""

    code = "error_file_not_writable"


@app.command(epilog="Example: pointclub import purchases 100001-0007.csv --as sato")
def purchases(
    file: FileArgument,
    *,
    errors: ErrorsTo = None,
    accept_gap: AcceptGap = False,
    as_staff: AsStaff,
    json: AsJson = False,
) -> None:
    """Take in a merchant's file; its points wait for the balance update. Exit code 1: some rows are bad."""
    now, actor = clock.now(), acting.staff(as_staff, Permission.IMPORT_FILES)
    _import(
        lambda incoming: earning.import_purchases(incoming, at=now, actor=actor),
        file,
        errors=errors,
        accept_gap=accept_gap,
        json=json,
    )


@app.command("opening-balances", epilog="Example: pointclub import opening-balances balances.csv --as sato")
def opening_balances(
    file: FileArgument,
    *,
    errors: ErrorsTo = None,
    accept_gap: AcceptGap = False,
    as_staff: AsStaff,
    json: AsJson = False,
) -> None:
    """Bring balances over from an older system. Exit code 1: some rows are bad."""
    now, actor = clock.now(), acting.staff(as_staff, Permission.BRING_OVER_BALANCES)
    _import(
        lambda incoming: earning.import_opening_balances(incoming, at=now, actor=actor),
        file,
        errors=errors,
        accept_gap=accept_gap,
        json=json,
    )


@app.command(epilog="Example: pointclub import contracts contracts.csv --as sato")
def contracts(
    file: FileArgument,
    *,
    errors: ErrorsTo = None,
    accept_gap: AcceptGap = False,
    as_staff: AsStaff,
    json: AsJson = False,
) -> None:
    """Take in what the billing system says of energy contracts. Exit code 1: some rows are bad."""
    now, actor = clock.now(), acting.staff(as_staff, Permission.IMPORT_CONTRACTS)
    _import(
        lambda incoming: energy.import_contracts(incoming, at=now, actor=actor),
        file,
        errors=errors,
        accept_gap=accept_gap,
        json=json,
    )


@app.command("list")
def list_(*, json: AsJson = False) -> None:
    """Show the files that came in, the latest first."""
    rows = [_described(state) for state in files_queries.list_imports()]
    output.emit({"files": rows}, json=json)


def _import(importing: Importing, file: Path, *, errors: Path | None, accept_gap: bool, json: bool) -> None:
    try:
        content = file.open("rb")
    except OSError as error:
        message = f"{file} cannot be read: {error.strerror}."
        raise FileNotThereError(message) from error
    with content:
        errors_to = errors or file.with_name(f"{file.name}.errors.csv")
        if not os.access(errors_to.parent, os.W_OK):
            message = f"Bad rows could not be written to {errors_to}; name another place with --errors."
            raise ErrorFileNotWritableError(message)
        incoming = files.IncomingFile(content, file.name, errors_to, accept_gap)
        last = _run(importing(incoming), what=file.name, json=json)
    state = files_queries.get_import(last.file_id)
    result = _described(state) | {"was_finished_before": last.was_finished}
    output.emit(result | {"bad_rows_in": str(errors_to) if state.bad else None}, json=json)
    if last.was_finished and not json:
        typer.echo("This file was taken in before; nothing was done.")
    if state.bad:
        raise SystemExit(output.DIFFERENCE)


def _run(steps: Iterator[files.Progress], *, what: str, json: bool) -> files.Progress:
    last = next(steps)
    with progress.bar(what, total=last.rows, json=json) as bar:
        bar.advance(last.rows_done)
        for step in steps:
            bar.advance(step.rows_done - last.rows_done)
            last = step
    return last


def _described(state: files_queries.ImportState) -> dict[str, Any]:
    return {
        "feed": state.feed,
        "sender": state.sender,
        "sequence_number": str(state.sequence_number),
        "file": state.name,
        "status": state.status,
        "rows": state.rows,
        "accepted": state.accepted,
        "known_before": state.known_before,
        "bad": state.bad,
        "left": state.rows - state.rows_done,
        "points": state.points,
        "received_at": in_japan(state.received_at),
    }
