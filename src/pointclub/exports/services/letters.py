"""Letters beyond what one person prints alone: sheets and addresses as one archive, as a print shop takes them."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from uuid import UUID

from pointclub.exports.models import ExportFile, ExportRequest
from pointclub.exports.rules import columns, marking
from pointclub.foundation.actors import Actor
from pointclub.foundation.acts import act
from pointclub.foundation.periods import TOKYO, tokyo_day
from pointclub.foundation.refusals import Refusal
from pointclub.notices import services as notices
from pointclub.notices.models import LetterBatch
from pointclub.notices.queries import letter_sheets
from pointclub.notices.queries.letter_sheets import Letter
from pointclub.people import queries as people
from pointclub.people.rules.permissions import Permission

# A file of all of 5,000 takes 1.2 GB to make; so many at a time take 360 MB however many there are.
_LETTERS_A_FILE = 100
_ADDRESSES = "addresses.csv"


class NoLettersLeftError(Refusal):
    """All that waited was printed otherwise, so there is nothing to hand out."""

    code = "no_letters_left"


def take(request: ExportRequest, *, at: dt.datetime, actor: Actor) -> list[Letter]:
    """Return the letters, marked as given to be printed: to no more people than the request was of.

    Raises:
        NoLettersLeftError: none waits any more.
    """
    taken = notices.print_letters(
        most_people=request.people,
        is_approved=request.state == ExportRequest.State.APPROVED,
        batch_id=request.id,
        at=at,
        actor=actor,
    )
    if not taken:
        message = "No letter waits any more: they were printed meanwhile, or the addresses are not known any more."
        raise NoLettersLeftError(message)
    return taken


@act
def put_letters_back(*, batch_id: UUID, reason: str, at: dt.datetime, actor: Actor) -> LetterBatch:
    """Let letters wait once more whose file was lost; if it was an export, its file is deleted with that.

    Raises:
        PermissionDeniedError: no role of the actor allows it.
        UnknownLettersError: no letters were printed under that id.
        LettersPutBackError: they were put back before.
        SamePersonError: the actor printed letters to more people than one person prints alone.
        PutBackReasonError: there is no reason.
    """
    people.require(actor.id, Permission.PRINT_LETTERS, Permission.DECIDE_EXPORT)
    # First the request, as whoever fetches the file does.
    ExportRequest.objects.select_for_update().filter(id=batch_id).first()
    batch = notices.put_letters_back(batch_id=batch_id, reason=reason, at=at, actor=actor)
    ExportFile.objects.filter(request_id=batch_id, sealed__isnull=False).update(sealed=None, deleted_at=at)
    return batch


def packed(letters: Sequence[Letter], mark: marking.Mark, *, at: dt.datetime) -> bytes:
    """Return the archive: the letters, a page each, in files of a hundred, and a list that says who is on which page.

    The mark is the first line of the list and the title of each file, and on no page that is sent.
    """
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as files:
        for name, chunk in _files(letters).items():
            pdf = letter_sheets.as_pdf(chunk, on=tokyo_day(at), title=marking.first_line(mark))
            files.writestr(_entry(name, at), pdf)
        files.writestr(_entry(_ADDRESSES, at), marking.written(mark, columns.OF_LETTERS, _rows(letters)))
    return archive.getvalue()


def _files(letters: Sequence[Letter]) -> Mapping[str, Sequence[Letter]]:
    starts = range(0, len(letters), _LETTERS_A_FILE)
    return {
        f"letters-{number:02}.pdf": letters[start : start + _LETTERS_A_FILE] for number, start in enumerate(starts, 1)
    }


def _rows(letters: Sequence[Letter]) -> Iterator[Sequence[str | int]]:
    for name, chunk in _files(letters).items():
        for page, letter in enumerate(chunk, start=1):
            yield [name, page, letter_sheets.grouped(letter.postal_code), letter.address, letter.name]


def _entry(name: str, at: dt.datetime) -> zipfile.ZipInfo:
    return zipfile.ZipInfo(name, at.astimezone(TOKYO).timetuple()[:6])
