"""The demo's mailbox, read: what the club sent, to be looked at in the browser."""

from __future__ import annotations

import dataclasses
import datetime as dt
import email.policy
import email.utils
import hashlib
import mailbox
from email.message import EmailMessage
from pathlib import Path

from django.conf import settings
from django.http import Http404

MOST_MAILS = 50


@dataclasses.dataclass(frozen=True)
class Line:
    """A line of a mail; a link if it leads to this site."""

    text: str
    is_link: bool


@dataclasses.dataclass(frozen=True)
class KeptMail:
    """A mail as it was sent."""

    key: str
    to: str
    subject: str
    sent_at: dt.datetime | None
    lines: tuple[Line, ...]
    html: str


def list_mails() -> list[KeptMail]:
    """Return the latest mails, the last one first."""
    box = _open()
    names = sorted(box.iterkeys(), reverse=True)[:MOST_MAILS]
    return [_kept(name, box.get_bytes(name)) for name in names]


def get_mail(key: str) -> KeptMail:
    """Return one mail; a key that none has is a page that is not there."""
    box = _open()
    for name in box.iterkeys():
        if _key_of(name) == key:
            return _kept(name, box.get_bytes(name))
    raise Http404


def _open() -> mailbox.Maildir:
    folder: Path | None = settings.ENVIRONMENT.mailbox_folder
    if folder is None or settings.ENVIRONMENT.is_production or not (folder / "new").is_dir():
        raise Http404
    return mailbox.Maildir(folder, create=False)


def _key_of(name: str) -> str:
    return hashlib.sha256(name.encode()).hexdigest()[:16]


def _kept(name: str, content: bytes) -> KeptMail:
    message = email.message_from_bytes(content, policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    text = _part(message, "plain")
    date = str(message["Date"] or "")
    return KeptMail(
        key=_key_of(name),
        to=str(message["Delivered-To"] or message["To"] or ""),
        subject=str(message["Subject"] or ""),
        sent_at=email.utils.parsedate_to_datetime(date) if date else None,
        lines=tuple(Line(line, _leads_here(line)) for line in text.splitlines()),
        html=_part(message, "html"),
    )


def _part(message: EmailMessage, kind: str) -> str:
    part = message.get_body((kind,))
    if part is None:
        return ""
    content: str = part.get_content()
    return content.replace("\r\n", "\n")


def _leads_here(line: str) -> bool:
    return line.startswith(f"{settings.ENVIRONMENT.public_url}/") and " " not in line
