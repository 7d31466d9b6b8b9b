"""A file is taken in once: by what is in it, and by its number in the row of the sender's files (FIL-1)."""

import datetime as dt

from pointclub.audit import services as audit
from pointclub.files.models import ImportedFile
from pointclub.files.services.check import CheckedFile
from pointclub.foundation.actors import Actor
from pointclub.foundation.acts import act
from pointclub.foundation.refusals import Refusal, UnavailableError

_LONGEST_NAME = 255


class SequenceReusedError(Refusal):
    """The sender sent another file under this number, or is past it: every new file takes the next number."""

    code = "sequence_reused"


class SequenceGapError(Refusal):
    """Files between the last one and this one have not come."""

    code = "sequence_gap"


class EarlierFileUnfinishedError(UnavailableError):
    """The sender's file before this one has to be finished first."""

    code = "earlier_file_unfinished"


@act
def register_file(
    checked: CheckedFile, *, name: str, at: dt.datetime, actor: Actor, accepts_gap: bool = False
) -> ImportedFile:
    """Note the file before its first row is taken; one that was noted before is found again.

    A sender's first file may have any number, each later one has the next. ``accepts_gap`` is the word of someone who
    asked the sender that the files in between will not come.

    Raises:
        SequenceReusedError: another file came under this number, or a later one did.
        SequenceGapError: numbers are left out.
        EarlierFileUnfinishedError: the one before is held or was interrupted.
    """
    if known := ImportedFile.objects.filter(sha256=checked.sha256).first():
        return known
    last = _last_of_sender(checked)
    if last is not None and last.sha256 == checked.sha256:
        return last  # Registered by another process since we looked.
    if last is not None:
        _refuse_wrong_number(checked, last, accepts_gap=accepts_gap)
    header = checked.structure.header
    file = ImportedFile(
        feed=header.feed,
        version=header.version,
        sender=header.sender,
        sequence_number=header.sequence_number,
        created_on=header.created_on,
        name=name[:_LONGEST_NAME],
        sha256=checked.sha256,
        size_bytes=checked.size_bytes,
        encoding=checked.encoding,
        control_totals=dict(checked.structure.totals),
        rows=checked.structure.rows,
        received_at=at,
        received_by=str(actor),
    )
    ImportedFile.objects.bulk_create([file], ignore_conflicts=True)
    # Another process may have been quicker, with the same file or with another one of the same number.
    registered = ImportedFile.objects.filter(sha256=checked.sha256).first()
    if registered is None:
        raise _reused(header.sequence_number)
    if registered.id == file.id:
        _record(file, at=at, actor=actor, accepts_gap=accepts_gap)
    return registered


def _record(file: ImportedFile, *, at: dt.datetime, actor: Actor, accepts_gap: bool) -> None:
    details: dict[str, audit.Detail] = {
        "feed": file.feed,
        "rows": file.rows,
        "sha256": file.sha256,
        "accepts_gap": accepts_gap,
    }
    subject = audit.Subject("file", file.id)
    audit.record_act(act="files.register_file", actor=actor, subject=subject, at=at, details=details)


def _last_of_sender(checked: CheckedFile) -> ImportedFile | None:
    header = checked.structure.header
    of_sender = ImportedFile.objects.filter(feed=header.feed, sender=header.sender)
    return of_sender.order_by("-sequence_number").first()


def _refuse_wrong_number(checked: CheckedFile, last: ImportedFile, *, accepts_gap: bool) -> None:
    number = checked.structure.header.sequence_number
    expected = last.sequence_number + 1
    if number < expected:
        raise _reused(number)
    if number > expected and not accepts_gap:
        message = f"File {expected} of this sender has not come; this is file {number}. Nothing of it was taken in."
        raise SequenceGapError(message, expected=expected, found=number)
    if last.finished_at is None:
        message = f"File {last.sequence_number} of this sender is not finished; import it again first."
        raise EarlierFileUnfinishedError(message, unfinished=last.sequence_number)


def _reused(number: int) -> SequenceReusedError:
    message = f"A file with the number {number}, or a later one, came before with other content. Nothing was taken in."
    return SequenceReusedError(message, found=number)
