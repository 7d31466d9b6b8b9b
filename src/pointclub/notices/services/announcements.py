"""Publishing to everybody: one writes, another publishes; and taking down what was published."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from pointclub.audit import services as audit
from pointclub.foundation.actors import Actor
from pointclub.foundation.acts import act
from pointclub.foundation.periods import tokyo_day
from pointclub.foundation.refusals import Refusal
from pointclub.notices.models import Announcement
from pointclub.notices.queries.announcements import get_announcement
from pointclub.notices.rules.words import LONGEST_TEXT, LONGEST_TITLE, Words
from pointclub.notices.services.refusals import AlreadyDecidedError, SamePersonError

_LONGEST_REASON = 500


class InvalidAnnouncementError(Refusal):
    """An announcement has a title and a text in both languages, and days that are not over."""

    code = "invalid_announcement"


class AnnouncementOverError(Refusal):
    """It is not there to be taken down any more."""

    code = "announcement_over"


class WithdrawalReasonError(Refusal):
    """Why an announcement is taken down is on record."""

    code = "withdrawal_reason"


@act
def request_announcement(
    *, japanese: Words, english: Words, shown_from: dt.date, shown_through: dt.date, at: dt.datetime, actor: Actor
) -> Announcement:
    """Ask that a text be shown to everybody on the site, from that day through the other; a second person publishes it.

    Raises:
        InvalidAnnouncementError: a title or a text is missing or too long, or the days are over or the wrong way round.
    """
    if not (japanese.are_fit and english.are_fit):
        message = (
            f"An announcement has a title of one line, up to {LONGEST_TITLE} characters, and a text of up to "
            f"{LONGEST_TEXT:,}, in Japanese and in English."
        )
        raise InvalidAnnouncementError(message)
    _refuse_days(shown_from, shown_through, at=at)
    announcement = Announcement.objects.create(
        title_ja=japanese.title,
        text_ja=japanese.text.strip(),
        title_en=english.title,
        text_en=english.text.strip(),
        shown_from=shown_from,
        shown_through=shown_through,
        written_by=str(actor),
        written_at=at,
    )
    _record("notices.request_announcement", announcement, at=at, actor=actor)
    return announcement


@act
def publish(*, request_id: UUID, at: dt.datetime, actor: Actor) -> Announcement:
    """Show what another person wrote, from its first day on.

    Raises:
        UnknownAnnouncementError: there is no such announcement.
        SamePersonError: the actor wrote it.
        AlreadyDecidedError: it was decided or taken back before.
        InvalidAnnouncementError: its last day is over by now.
    """
    announcement = _undecided(request_id, at=at, actor=actor)
    _refuse_days(announcement.shown_from, announcement.shown_through, at=at)
    announcement.published_by, announcement.published_at = str(actor), at
    announcement.save(update_fields=["published_by", "published_at"])
    _record("notices.publish", announcement, at=at, actor=actor)
    return announcement


@act
def reject_announcement(*, request_id: UUID, at: dt.datetime, actor: Actor) -> Announcement:
    """Turn down what another person wrote; nobody is shown it.

    Raises:
        UnknownAnnouncementError: there is no such announcement.
        SamePersonError: the actor wrote it; they take it back.
        AlreadyDecidedError: it was decided or taken back before.
    """
    announcement = _undecided(request_id, at=at, actor=actor)
    announcement.rejected_by, announcement.rejected_at = str(actor), at
    announcement.save(update_fields=["rejected_by", "rejected_at"])
    _record("notices.reject_announcement", announcement, at=at, actor=actor)
    return announcement


@act
def withdraw_announcement(*, announcement_id: UUID, reason: str, at: dt.datetime, actor: Actor) -> Announcement:
    """Take an announcement down, or back before it is shown; what it said stays on file. It takes one person, at once.

    Raises:
        UnknownAnnouncementError: there is none.
        AnnouncementOverError: it was taken down or turned down before, or its last day is over.
        WithdrawalReasonError: there is no reason.
    """
    announcement = _locked(announcement_id)
    state = announcement.state_on(tokyo_day(at))
    if state in {Announcement.State.WITHDRAWN, Announcement.State.REJECTED, Announcement.State.OVER}:
        message = f"There is nothing to take down: it is {state}."
        raise AnnouncementOverError(message, state=str(state))
    if not 0 < len(reason.strip()) <= _LONGEST_REASON:
        message = f"Say why, in up to {_LONGEST_REASON} characters."
        raise WithdrawalReasonError(message)
    announcement.withdrawn_by, announcement.withdrawn_at = str(actor), at
    announcement.save(update_fields=["withdrawn_by", "withdrawn_at"])
    _record("notices.withdraw_announcement", announcement, at=at, actor=actor, reason=reason.strip())
    return announcement


def _refuse_days(shown_from: dt.date, shown_through: dt.date, *, at: dt.datetime) -> None:
    if not tokyo_day(at) <= shown_through >= shown_from:
        message = "An announcement is shown from a day through the same or a later one, which is not over."
        raise InvalidAnnouncementError(message)


def _locked(announcement_id: UUID) -> Announcement:
    Announcement.objects.select_for_update(no_key=True).filter(id=announcement_id).first()
    return get_announcement(announcement_id)


def _undecided(request_id: UUID, *, at: dt.datetime, actor: Actor) -> Announcement:
    announcement = _locked(request_id)
    if announcement.written_by == str(actor):
        raise SamePersonError
    state = announcement.state_on(tokyo_day(at))
    if state is not Announcement.State.REQUESTED:
        raise AlreadyDecidedError(str(state))
    return announcement


def _record(name: str, announcement: Announcement, *, at: dt.datetime, actor: Actor, reason: str = "") -> None:
    days: dict[str, audit.Detail] = {
        "from": announcement.shown_from.isoformat(),
        "through": announcement.shown_through.isoformat(),
    }
    subject = audit.Subject("announcement", announcement.id)
    audit.record_act(act=name, actor=actor, subject=subject, at=at, details=days, reason=reason)
