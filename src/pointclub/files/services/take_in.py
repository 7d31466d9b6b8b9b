"""Row by row into the club, a chunk at a time: the rows' effects and the progress are one transaction (FIL-1).

Killed anywhere, an import has done whole chunks and knows which. Two processes with the same file take turns at the
file's row, and each takes the chunk that the other has not.
"""

import datetime as dt
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from uuid import UUID

from pointclub.audit import services as audit
from pointclub.files.models import ImportedFile, RowError
from pointclub.files.rules.cells import BadCellError, RowReader
from pointclub.files.rules.outcomes import Bad, KnownBefore, Outcome, ReadableRow, Taken
from pointclub.files.rules.structure import Row
from pointclub.files.services.check import CheckedFile
from pointclub.foundation.actors import Actor
from pointclub.foundation.acts import act
from pointclub.foundation.refusals import UnavailableError

Judge = Callable[[Sequence[ReadableRow]], Sequence[Outcome]]

_ROWS_AT_A_TIME = 1_000
_CHARACTERS_AT_A_TIME = 4_000_000
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
    window = _Window(checked)
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
    errors = [
        _row_error(file, row, bad, keeps_cells=window.keeps_cells)
        for row, bad in zip(rows, outcomes, strict=True)
        if isinstance(bad, Bad)
    ]
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


def _row_error(file: ImportedFile, row: Row, bad: Bad, *, keeps_cells: bool) -> RowError:
    return RowError(
        file=file,
        row_number=row.number,
        line=row.record.line,
        code=bad.code,
        message=bad.message,
        raw=row.record.raw[:_LONGEST_RAW] if keeps_cells else "",
    )


class _Window:
    """The rows being worked on: read once, kept until their chunk is committed, so that a chunk can be tried again."""

    def __init__(self, checked: CheckedFile) -> None:
        self._reader = RowReader(checked.structure.names, feed=checked.feed)
        self._source = checked.data_rows()
        self._held: deque[Row] = deque()
        self.keeps_cells = not checked.feed.holds_personal_data

    def rows_after(self, done: int) -> list[Row]:
        """Return the next chunk after so many rows."""
        while self._held and self._held[0].number <= done:
            self._held.popleft()
        characters = sum(len(row.record.raw) for row in self._held)
        while len(self._held) < _ROWS_AT_A_TIME and characters < _CHARACTERS_AT_A_TIME:
            row = next(self._source, None)
            if row is None:
                break
            if row.number > done:
                self._held.append(row)
                characters += len(row.record.raw)
        return list(self._held)

    def judged(self, rows: Sequence[Row], judge: Judge) -> list[Outcome]:
        """Return what became of each row; those that cannot be read are not shown to the judge."""
        outcomes: dict[int, Outcome] = {}
        readable: list[tuple[int, ReadableRow]] = []
        for row in rows:
            try:
                readable.append((row.number, ReadableRow(row.record.line, self._reader.values(row.record.cells))))
            except BadCellError as bad:
                outcomes[row.number] = Bad(bad.code, bad.message)
        if readable:
            answers = judge([shown for _, shown in readable])
            outcomes |= dict(zip((number for number, _ in readable), answers, strict=True))
        return [outcomes[row.number] for row in rows]
