"""Publishing to everybody, and taking down what was published."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from pointclub.audit import services as audit
from pointclub.foundation.actors import Actor
from pointclub.foundation.acts import act
from pointclub.foundation.periods import tokyo_day
from pointclub.foundation.refusals import NotFoundError, Refusal
from pointclub.notices.models import Announcement
from pointclub.notices.rules.words import LONGEST_TEXT, LONGEST_TITLE, Words


class InvalidAnnouncementError(Refusal):
    """An announcement has a title and a text in both languages, and days that are not over."""

    code = "invalid_announcement"


class UnknownAnnouncementError(NotFoundError):
    """There is no such announcement, or it was taken down before."""

    code = "unknown_announcement"


@act
def publish(
    *, japanese: Words, english: Words, shown_from: dt.date, shown_through: dt.date, at: dt.datetime, actor: Actor
) -> Announcement:
    """Show a text to everybody on the site, from that day through the other.

    Raises:
        InvalidAnnouncementError: a title or a text is missing or too long, or the days are over or the wrong way round.
    """
    if not (japanese.are_fit and english.are_fit):
        message = (
            f"An announcement has a title of one line, up to {LONGEST_TITLE} characters, and a text of up to "
            f"{LONGEST_TEXT:,}, in Japanese and in English."
        )
        raise InvalidAnnouncementError(message)
    if not tokyo_day(at) <= shown_through >= shown_from:
        message = "An announcement is shown from a day through the same or a later one, which is not over."
        raise InvalidAnnouncementError(message)
    announcement = Announcement.objects.create(
        title_ja=japanese.title,
        text_ja=japanese.text.strip(),
        title_en=english.title,
        text_en=english.text.strip(),
        shown_from=shown_from,
        shown_through=shown_through,
        published_by=str(actor),
        published_at=at,
    )
    days: dict[str, audit.Detail] = {"from": shown_from.isoformat(), "through": shown_through.isoformat()}
    _record("notices.publish", announcement, at=at, actor=actor, details=days)
    return announcement


@act
def withdraw_announcement(*, announcement_id: UUID, at: dt.datetime, actor: Actor) -> None:
    """Take an announcement down; that it was shown, and what it said, stays on file.

    Raises:
        UnknownAnnouncementError: there is none, or it is down already.
    """
    shown = Announcement.objects.select_for_update(no_key=True).filter(id=announcement_id, withdrawn_at__isnull=True)
    announcement = shown.first()
    if announcement is None:
        message = "There is no such announcement, or it was taken down before."
        raise UnknownAnnouncementError(message)
    announcement.withdrawn_by, announcement.withdrawn_at = str(actor), at
    announcement.save(update_fields=["withdrawn_by", "withdrawn_at"])
    _record("notices.withdraw_announcement", announcement, at=at, actor=actor, details={})


def _record(
    name: str, announcement: Announcement, *, at: dt.datetime, actor: Actor, details: dict[str, audit.Detail]
) -> None:
    subject = audit.Subject("announcement", announcement.id)
    audit.record_act(act=name, actor=actor, subject=subject, at=at, details=details)
