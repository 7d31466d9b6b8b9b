"""The whole way of one file: checked, registered, taken in, and its bad rows handed back."""

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from pointclub.files.queries import get_import
from pointclub.files.rules.schema import Feed
from pointclub.files.services.check import checked_file
from pointclub.files.services.error_file import write_error_file
from pointclub.files.services.register import register_file
from pointclub.files.services.take_in import Judge, Progress, take_in
from pointclub.foundation.actors import Actor


@dataclass(frozen=True, slots=True)
class IncomingFile:
    """A file to be taken in: its content, its name, and where its bad rows go, if anywhere.

    ``accepts_gap`` is the word of someone who asked the sender that the files left out will not come.
    """

    content: BinaryIO
    name: str
    errors_to: Path | None = None
    accepts_gap: bool = False


def import_file(
    incoming: IncomingFile, *, feed: Feed, judge_of: Callable[[str], Judge], at: dt.datetime, actor: Actor
) -> Iterator[Progress]:
    """Take in a file, yielding after each chunk of rows; stopped anywhere, it goes on from there when it comes again.

    ``judge_of`` is given the sender, and returns what carries out the rows or refuses the sender.

    Raises:
        BrokenFileError: the file is not whole; nothing was taken in.
        SequenceReusedError, SequenceGapError, EarlierFileUnfinishedError: it is not the sender's next file.
        UnavailableError: not now; the file is held.
    """
    with checked_file(incoming.content, feed=feed) as checked:
        judge = judge_of(checked.structure.header.sender)
        file = register_file(checked, name=incoming.name, at=at, actor=actor, accepts_gap=incoming.accepts_gap)
        was_finished = file.finished_at is not None
        if was_finished:
            yield Progress(file.id, file.rows_done, file.rows, was_finished=True)
        else:
            yield from take_in(file, checked, judge=judge, at=at, actor=actor)
        # Killed between its last chunk and this, a finished file still lacks its error file.
        target = incoming.errors_to
        if target is not None and get_import(file.id).bad and not (was_finished and target.exists()):
            write_error_file(file.id, checked, target)
