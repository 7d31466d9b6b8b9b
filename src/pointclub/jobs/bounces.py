"""Where mails that came back lie: a Maildir, a folder of files, an mbox, or one mail."""

from __future__ import annotations

import contextlib
import mailbox
from collections.abc import Iterator
from pathlib import Path

from pointclub.foundation.refusals import NotFoundError
from pointclub.notices.rules.bounces import MOST_BYTES

_SEEN = "S"


class NoMailThereError(NotFoundError):
    """There is no such file or folder, or it cannot be read."""

    code = "no_mail_there"


def read_mails(place: Path) -> Iterator[bytes]:
    """Yield the mails that lie there, each when the one before is done with.

    Those of a Maildir are marked as seen, and not read a second time; others are, which does nothing again.
    """
    try:
        if (place / "new").is_dir():
            yield from _of_maildir(place)
        elif place.is_dir():
            for file in sorted(each for each in place.iterdir() if each.is_file()):
                yield _beginning(file)
        elif _beginning(place).startswith(b"From "):
            with contextlib.closing(mailbox.mbox(place, create=False)) as box:
                yield from (box.get_bytes(key) for key in box.iterkeys())
        else:
            yield _beginning(place)
    except OSError as error:
        message = f"{place} cannot be read: {error.strerror}."
        raise NoMailThereError(message) from None


def _of_maildir(place: Path) -> Iterator[bytes]:
    box = mailbox.Maildir(place, factory=None, create=False)
    for key in sorted(box.keys()):
        message = box.get_message(key)
        if _SEEN in message.get_flags():
            continue
        yield box.get_bytes(key)
        message.set_subdir("cur")
        message.add_flag(_SEEN)
        box[key] = message


def _beginning(file: Path) -> bytes:
    """Read as much as is looked at: the report comes before the mail that it returns."""
    with file.open("rb") as content:
        return content.read(MOST_BYTES)
