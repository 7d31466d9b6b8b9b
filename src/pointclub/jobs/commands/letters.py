"""`pointclub notices`: letters printed, and put back when their file was lost."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated
from uuid import UUID

import typer
from uuid_utils.compat import uuid7

from pointclub.exports import services as exports
from pointclub.foundation import clock
from pointclub.foundation.actors import Actor
from pointclub.foundation.acts import act
from pointclub.foundation.periods import tokyo_day
from pointclub.foundation.refusals import Refusal
from pointclub.jobs import output, whole_files
from pointclub.jobs.commands import acting
from pointclub.jobs.commands.arguments import AsJson, AsStaff, in_japan
from pointclub.notices import queries as notices_queries
from pointclub.notices import services as notices
from pointclub.notices.queries import letter_sheets
from pointclub.people.rules.permissions import Permission

app = typer.Typer()

BatchId = Annotated[UUID, typer.Argument(metavar="BATCH", help="The id that letters gave; of an export, the export's.")]


class LetterFileError(Refusal):
    """The letters could not be written, so they go on waiting."""

    code = "letter_file"


class _PrintedBeforeError(Exception):
    """A call that was killed had printed the letters already."""

    def __init__(self, batch_id: UUID) -> None:
        super().__init__(str(batch_id))
        self.batch_id = batch_id


@app.command(epilog="Example: pointclub notices letters --pdf letters.pdf --csv addresses.csv --as sato")
def letters(
    *,
    pdf: Annotated[Path, typer.Option("--pdf", metavar="FILE", help="Where the letters go, a page each.")],
    addresses: Annotated[Path, typer.Option("--csv", metavar="FILE", help="Where the list of addresses goes.")],
    as_staff: AsStaff,
    json: AsJson = False,
) -> None:
    """Print the letters that wait, to a hundred people at most; each is printed once. Neither file may be there before.

    To more people, `pointclub export request letters` asks for them, and somebody else decides. Cut short, the same
    command goes on: it finishes the files of letters that were printed, or prints those that wait.
    """
    actor, files = acting.staff(as_staff, Permission.PRINT_LETTERS), (pdf, addresses)
    try:
        with whole_files.alone_in([file.parent for file in files]):
            batch_id = _find_printed(files) or _print(files, actor=actor)
            for file in files:
                whole_files.finish(file, of=batch_id)
    except BlockingIOError:
        message = "Letters are being written there at this moment. Nothing was printed."
        raise LetterFileError(message) from None
    except OSError as error:
        message = f"{pdf} or {addresses} cannot be written: {error}. Call this again once they can."
        raise LetterFileError(message) from None
    batch = notices_queries.find_letter_batch(batch_id)
    how_many = 0 if batch is None else batch.letters
    output.emit({"letters": how_many, "batch": None if batch is None else batch.id}, json=json)


def _find_printed(files: Sequence[Path]) -> UUID | None:
    """Return the batch that is on record and whose files were not finished; one put back is printed anew instead."""
    unfinished = set[UUID]().union(*(whole_files.list_unfinished(file) for file in files))
    batches = [notices_queries.find_letter_batch(each) for each in unfinished]
    return next((batch.id for batch in batches if batch is not None and batch.put_back_at is None), None)


def _print(files: tuple[Path, Path], *, actor: Actor) -> UUID:
    """Print what waits beside the files, so that they are there whole once it is on record, and only then."""
    now, batch_id = clock.now(), uuid7()
    for file in files:
        if file.exists():
            message = f"{file} is there already. Nothing was printed."
            raise LetterFileError(message)

    @act
    def print_all() -> None:
        printed = notices.print_letters(batch_id=batch_id, at=now, actor=actor)
        # The letters were waited for, so whoever was killed in the midst of committing them is on record by now.
        before = _find_printed(files)
        if before is not None:
            raise _PrintedBeforeError(before)
        for file in files:
            whole_files.drop_all(file)
        if printed:
            pdf, addresses = files
            whole_files.write_part(pdf, letter_sheets.as_pdf(printed, on=tokyo_day(now)), of=batch_id)
            whole_files.write_part(addresses, letter_sheets.as_csv(printed), of=batch_id)

    try:
        print_all()
    except _PrintedBeforeError as found:
        return found.batch_id
    return batch_id


@app.command(epilog="Example: pointclub notices letter-batches --as sato --json")
def letter_batches(*, as_staff: AsStaff, json: AsJson = False) -> None:
    """Show the letters that were printed, batch by batch, the latest first."""
    acting.staff(as_staff, Permission.PRINT_LETTERS, Permission.SEE_EXPORTS)
    rows = [
        {
            "batch": batch.id,
            "letters": batch.letters,
            "people": batch.people,
            "printed_by": batch.printed_by,
            "printed_at": in_japan(batch.printed_at),
            "put_back_by": batch.put_back_by or None,
        }
        for batch in notices_queries.list_letter_batches()
    ]
    output.emit({"batches": rows}, json=json)


@app.command(
    "put-letters-back", epilog="Example: pointclub notices put-letters-back 01890a5d-… --reason 紛失 --as sato"
)
def put_letters_back(
    batch: BatchId,
    *,
    reason: Annotated[str, typer.Option("--reason", metavar="TEXT", help="Why; it is recorded.")],
    as_staff: AsStaff,
    json: AsJson = False,
) -> None:
    """Let letters wait once more whose file was lost; they are printed with the next ones.

    Letters to more than a hundred people are put back by another person than who printed them.
    """
    now, actor = clock.now(), acting.staff(as_staff, Permission.PRINT_LETTERS, Permission.DECIDE_EXPORT)
    back = exports.put_letters_back(batch_id=batch, reason=reason, at=now, actor=actor)
    output.emit({"batch": back.id, "letters": back.letters, "people": back.people}, json=json)
