"""Announcements and advertising in the words of the office: where they stand, and what this member of staff may do."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.translation import get_language, gettext

from pointclub.foundation import clock
from pointclub.notices import queries as notices_queries
from pointclub.notices.models import Announcement, Mailing
from pointclub.office import words
from pointclub.office.door import SignedIn
from pointclub.people.rules.permissions import Permission


@dataclass(frozen=True)
class Told:
    """A text for many as it is shown to one member of staff; ``text`` is the row."""

    text: Any
    page: str
    kind: str
    state: tuple[Any, str, str]
    asked_by: str
    asked_at: dt.datetime
    is_own: bool
    may_decide: bool
    is_waiting: bool

    @property
    def id(self) -> UUID:
        """Return the id of the row."""
        row_id: UUID = self.text.id
        return row_id

    @property
    def address(self) -> str:
        """Return the page about it."""
        return reverse(f"office:{self.page}", args=[self.id])

    @property
    def title(self) -> str:
        """Return the title in the language of the page."""
        return str(self.text.words_in("en" if get_language() == "en" else "ja").title)


def tell_announcements(announcements: Sequence[Announcement], staff: SignedIn) -> list[Told]:
    """Return the announcements as they are shown to this member of staff."""
    today, own, decides = clock.today(), str(staff.actor), staff.may(Permission.DECIDE_ANNOUNCEMENT)
    return [
        Told(
            text=each,
            page="announcement",
            kind=gettext("Announcement on the site"),
            state=words.ANNOUNCEMENT_STATES["taken_back" if _was_taken_back(each) else state],
            asked_by=each.written_by,
            asked_at=each.written_at,
            is_own=each.written_by == own,
            may_decide=state is Announcement.State.REQUESTED and each.written_by != own and decides,
            is_waiting=state is Announcement.State.REQUESTED,
        )
        for each, state in [(each, each.state_on(today)) for each in announcements]
    ]


def tell_mailings(mailings: Sequence[Mailing], staff: SignedIn) -> list[Told]:
    """Return the mailings as they are shown to this member of staff."""
    own, decides = str(staff.actor), staff.may(Permission.DECIDE_ADVERTISING)
    return [
        Told(
            text=each,
            page="mailing",
            kind=gettext("Advertising mail"),
            state=words.MAILING_STATES[state],
            asked_by=each.asked_by,
            asked_at=each.asked_at,
            is_own=each.asked_by == own,
            may_decide=state is Mailing.State.REQUESTED and each.asked_by != own and decides,
            is_waiting=state is Mailing.State.REQUESTED,
        )
        for each, state in [(each, each.state) for each in mailings]
    ]


def _was_taken_back(announcement: Announcement) -> bool:
    return announcement.withdrawn_at is not None and announcement.published_at is None


def list_waiting(staff: SignedIn) -> list[Told]:
    """Return what waits for its second person."""
    told = [
        *tell_announcements(notices_queries.list_all_announcements(), staff),
        *tell_mailings(notices_queries.list_mailings(), staff),
    ]
    return [each for each in told if each.is_waiting]
