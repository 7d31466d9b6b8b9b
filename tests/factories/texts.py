"""Texts for many, which one of the staff asked for and another let out, in tests."""

from __future__ import annotations

import datetime as dt

from pointclub.foundation.actors import Actor
from pointclub.notices import services as notices
from pointclub.notices.models import Announcement, Mailing
from tests.factories.club import OTHER_STAFF, STAFF
from tests.factories.readers import AT

TODAY = AT.date()
JAPANESE = notices.Words("春の催し", "4月はポイントが2倍です。")
ENGLISH = notices.Words("This spring", "Twice the points in April.")


def written(
    *,
    japanese: notices.Words = JAPANESE,
    english: notices.Words = ENGLISH,
    shown_from: dt.date = TODAY,
    shown_through: dt.date | None = None,
    at: dt.datetime = AT,
) -> Announcement:
    """Return an announcement that waits for its second person."""
    days = {"shown_from": shown_from, "shown_through": shown_through or shown_from}
    return notices.request_announcement(japanese=japanese, english=english, **days, at=at, actor=STAFF)


def published(
    *,
    japanese: notices.Words = JAPANESE,
    english: notices.Words = ENGLISH,
    shown_from: dt.date = TODAY,
    shown_through: dt.date | None = None,
    at: dt.datetime = AT,
) -> Announcement:
    """Return an announcement that two people agreed on."""
    asked = written(japanese=japanese, english=english, shown_from=shown_from, shown_through=shown_through, at=at)
    return notices.publish(request_id=asked.id, at=at, actor=OTHER_STAFF)


def asked_mailing(*, at: dt.datetime = AT, actor: Actor = STAFF) -> Mailing:
    """Return advertising that waits for its second person."""
    return notices.ask_for_mailing(japanese=JAPANESE, english=ENGLISH, at=at, actor=actor)


def approved_mailing(*, at: dt.datetime = AT) -> Mailing:
    """Return advertising that may go out."""
    return notices.approve_mailing(request_id=asked_mailing(at=at).id, at=at, actor=OTHER_STAFF)
