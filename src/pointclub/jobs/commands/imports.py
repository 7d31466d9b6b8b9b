"""`pointclub import`: files taken in, with what became of their rows."""

import datetime as dt
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any, Protocol

import typer

from pointclub.earning import services as earning
from pointclub.energy import services as energy
from pointclub.files import queries as files_queries
from pointclub.files import services as files
from pointclub.foundation import clock
from pointclub.foundation.actors import Actor
from pointclub.foundation.refusals import NotFoundError, Refusal
from pointclub.jobs import output
from pointclub.jobs.commands import acting, progress
from pointclub.jobs.commands.arguments import AsJson, AsStaff, in_japan
from pointclub.membership import services as membership
from pointclub.people.rules.permissions import Permission

app = typer.Typer(no_args_is_help=True)

FileArgument = Annotated[Path, typer.Argument(metavar="FILE", help="The file; docs/files.md says what it looks like.")]
ErrorsTo = Annotated[
    Path | None, typer.Option("--errors", metavar="FILE", help="Where bad rows go; FILE.errors.csv if not said.")
]
AcceptGap = Annotated[
    bool, typer.Option("--accept-gap", help="Numbers were left out, and the sender says nothing is missing.")
]


class FileNotThereError(NotFoundError):
    """There is no such file, or it cannot be read."""

    code = "file_not_there"


class ErrorFileNotWritableError(Refusal):
    """Bad rows could not be handed back, so nothing is begun."""

    code = "error_file_not_writable"


class Importing(Protocol):
    """A service that takes in the files of one feed."""

    def __call__(self, incoming: files.IncomingFile, /, *, at: dt.datetime, actor: Actor) -> Iterator[files.Progress]:
        """Take the file in, yielding after each chunk of rows."""


def _offer(name: str, importing: Importing, *, needs: Permission, example: str, says: str) -> None:
    """Add the command of one feed."""

    @app.command(name, epilog=f"Example: pointclub import {name} {example} --as sato", help=says)
    def take_in(
        file: FileArgument,
        *,
        errors: ErrorsTo = None,
        accept_gap: AcceptGap = False,
        as_staff: AsStaff,
        json: AsJson = False,
    ) -> None:
        now, actor = clock.now(), acting.staff(as_staff, needs)
        with _opened(file, errors=errors, accept_gap=accept_gap) as incoming:
            last = _run(importing(incoming, at=now, actor=actor), what=file.name, json=json)
        _tell(last, errors_to=incoming.errors_to, json=json)


_offer(
    "purchases",
    earning.import_purchases,
    needs=Permission.IMPORT_FILES,
    example="100001-0007.csv",
    says="Take in a merchant's file; its points wait for the balance update. Exit code 1: some rows are bad.",
)
_offer(
    "opening-balances",
    earning.import_opening_balances,
    needs=Permission.BRING_OVER_BALANCES,
    example="balances.csv",
    says="Bring balances over from an older system. Exit code 1: some rows are bad.",
)
_offer(
    "contracts",
    energy.import_contracts,
    needs=Permission.IMPORT_CONTRACTS,
    example="contracts.csv",
    says="Take in what the billing system says of energy contracts. Exit code 1: some rows are bad.",
)
_offer(
    "old-members",
    membership.import_old_members,
    needs=Permission.BRING_OVER_BALANCES,
    example="old-members.csv",
    says="Bring an old club's members in, whose points wait for them. Exit code 1: some rows are bad.",
)


@app.command("list")
def list_(*, json: AsJson = False) -> None:
    """Show the files that came in, the latest first."""
    rows = [_described(state) for state in files_queries.list_imports()]
    output.emit({"files": rows}, json=json)


@contextmanager
def _opened(file: Path, *, errors: Path | None, accept_gap: bool) -> Iterator[files.IncomingFile]:
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
        yield files.IncomingFile(content, file.name, errors_to, accept_gap)


def _tell(last: files.Progress, *, errors_to: Path | None, json: bool) -> None:
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
