"""What one person was told, as their my page shows it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Min, QuerySet

from pointclub.notices.models import Channel, Delivery, Notice
from pointclub.notices.models.notices import MAILS
from pointclub.notices.queries.texts import Text, text_of
from pointclub.notices.rules.kinds import FACTS, Kind, Page


@dataclass(frozen=True, slots=True)
class Told:
    """A notice on my page."""

    id: UUID
    told_at: dt.datetime
    is_read: bool
    text: Text


@dataclass(frozen=True, slots=True)
class Way:
    """How a notice went, or goes, to its person."""

    channel: Channel
    state: Delivery.State
    given_at: dt.datetime | None


def notices_for(person_id: UUID, *, language: str, limit: int) -> list[Told]:
    """Return what the person was told on my page, the latest first."""
    rows = _on_pages(person_id).order_by("-told_at", "-id")[:limit]
    return [told for told in (_told(notice, language) for notice in rows) if told is not None]


def find_notice(person_id: UUID, notice_id: UUID, *, language: str) -> Told | None:
    """Return one notice of the person's own."""
    notice = _on_pages(person_id).filter(id=notice_id).first()
    return None if notice is None else _told(notice, language)


def count_unread(person_id: UUID) -> int:
    """Return how many the person has not opened."""
    return _on_pages(person_id).filter(read_at__isnull=True).count()


def count_told(person_id: UUID, kind: Kind, *, since: dt.datetime) -> int:
    """Return how often the person was told that since then."""
    return Notice.objects.filter(person_id=person_id, kind=kind, told_at__gt=since).count()


def list_ways(notice_id: UUID) -> list[Way]:
    """Return by which ways a notice went, and when it was given on each (NTC-1)."""
    rows = Delivery.objects.filter(notice_id=notice_id).order_by("channel", "id")
    return [Way(Channel(row.channel), Delivery.State(row.state), row.given_at) for row in rows]


def given_at(notice_id: UUID) -> dt.datetime | None:
    """Return when the notice counts as given: the first instant on any way, and of a portal notice of its mail alone.

    A mail that came back counts as given when it was sent (MEM-7).
    """
    notice = Notice.objects.get(id=notice_id)
    counting = Delivery.objects.filter(notice_id=notice_id, given_at__isnull=False)
    if FACTS[Kind(notice.kind)].page is not Page.CLUB:
        counting = counting.filter(channel__in=(*MAILS, Channel.LETTER))
    found: dt.datetime | None = counting.aggregate(first=Min("given_at"))["first"]
    return found


def _on_pages(person_id: UUID) -> QuerySet[Notice]:
    kinds = [kind.value for kind, facts in FACTS.items() if facts.page is not None]
    return Notice.objects.filter(person_id=person_id, kind__in=kinds)


def _told(notice: Notice, language: str) -> Told | None:
    text = text_of(notice, language=language)
    return None if text is None else Told(notice.id, notice.told_at, notice.read_at is not None, text)
