"""Row by row into the club, a chunk at a time: the rows' effects and the progress are one transaction (FIL-1).

Killed anywhere, an import has done whole chunks and knows which. Two processes with the same file take turns at the
file's row, and each takes the chunk that the other has not.
"""

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from uuid import UUID

from pointclub.audit import services as audit
from pointclub.files.models import ImportedFile, RowError
from pointclub.files.rules.outcomes import Bad, KnownBefore, Outcome, ReadableRow, Taken
from pointclub.files.rules.structure import Row
from pointclub.files.services.check import CheckedFile
from pointclub.files.services.read_ahead import Ahead, ReadRow
from pointclub.foundation.actors import Actor
from pointclub.foundation.acts import act
from pointclub.foundation.refusals import UnavailableError

Judge = Callable[[Sequence[ReadableRow]], Sequence[Outcome]]

_LONGEST_RAW = 4_000


@dataclass(frozen=True, slots=True)
class Progress:
    """How far an import is; ``was_finished`` before it began means that nothing was done."""

    file_id: UUID
    rows_done: int
    rows: int
    was_finished: bool = False


def take_in(
    file: ImportedFile, checked: CheckedFile, *, judge: Judge, at: dt.datetime, actor: Actor
) -> Iterator[Progress]:
    """Take in the rows that are left, in chunks; yield after each one.

    ``judge`` carries the rows out and answers each in its place, inside the chunk's transaction.

    Raises:
        UnavailableError: it cannot be done now; the file is held, and goes on from there when it is imported again.
    """
    with closing(Ahead(checked, after=file.rows_done)) as ahead:
        window = _Window(ahead)
        while True:
            try:
                progress = _take_chunk(file.id, window, judge=judge, at=at, actor=actor)
            except UnavailableError:
                _hold(file.id, at=at, actor=actor)
                raise
            yield progress
            if progress.rows_done == progress.rows:
                return


@act
def _take_chunk(file_id: UUID, window: "_Window", *, judge: Judge, at: dt.datetime, actor: Actor) -> Progress:
    file = ImportedFile.objects.select_for_update(no_key=True).get(id=file_id)
    rows = window.rows_after(file.rows_done)
    outcomes = window.judged(rows, judge)
    errors = [_row_error(file, read.row, bad) for read, bad in zip(rows, outcomes, strict=True) if isinstance(bad, Bad)]
    RowError.objects.bulk_create(errors)
    figures = {
        "rows_done": len(rows),
        "accepted": sum(isinstance(outcome, Taken) for outcome in outcomes),
        "known_before": sum(isinstance(outcome, KnownBefore) for outcome in outcomes),
        "bad": len(errors),
        "points": sum(outcome.points for outcome in outcomes if isinstance(outcome, Taken)),
    }
    for name, figure in figures.items():
        setattr(file, name, getattr(file, name) + figure)
    file.held_at = None
    if file.rows_done == file.rows and file.finished_at is None:
        file.finished_at = at
    file.save(update_fields=[*figures, "held_at", "finished_at"])
    if rows:
        audit.record_act(
            act="files.take_in",
            actor=actor,
            subject=audit.Subject("file", file.id),
            at=at,
            details=figures | {"is_finished": file.finished_at is not None},
        )
    return Progress(file.id, file.rows_done, file.rows)


@act
def _hold(file_id: UUID, *, at: dt.datetime, actor: Actor) -> None:
    unheld = ImportedFile.objects.filter(id=file_id, finished_at__isnull=True, held_at__isnull=True)
    if unheld.update(held_at=at):
        audit.record_act(act="files.hold", actor=actor, subject=audit.Subject("file", file_id), at=at)


def _row_error(file: ImportedFile, row: Row, bad: Bad) -> RowError:
    return RowError(
        file=file,
        row_number=row.number,
        line=row.record.line,
        code=bad.code,
        message=bad.message,
        raw=row.record.raw[:_LONGEST_RAW],
    )


class _Window:
    """The rows being worked on: read once, kept until their chunk is committed, so that a chunk can be tried again."""

    def __init__(self, ahead: Ahead) -> None:
        self._ahead = ahead
        self._held: list[ReadRow] = []

    def rows_after(self, done: int) -> list[ReadRow]:
        """Return the next chunk after so many rows."""
        while not self._held or self._held[-1].row.number <= done:
            self._held = self._ahead.next_chunk()
            if not self._held:
                return []
        return [read for read in self._held if read.row.number > done]

    def judged(self, rows: Sequence[ReadRow], judge: Judge) -> list[Outcome]:
        """Return what became of each row; those that cannot be read are not shown to the judge."""
        readable = {read.row.number: read.found for read in rows if isinstance(read.found, ReadableRow)}
        with self._ahead.while_writing():
            answers = judge(list(readable.values())) if readable else ()
        judged = dict(zip(readable, answers, strict=True))
        return [judged[read.row.number] if isinstance(read.found, ReadableRow) else read.found for read in rows]
