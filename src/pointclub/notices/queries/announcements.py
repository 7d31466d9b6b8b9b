"""What is published to everybody, was, or waits to be."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from pointclub.foundation.refusals import NotFoundError
from pointclub.notices.models import Announcement


class UnknownAnnouncementError(NotFoundError):
    """There is no such announcement."""

    code = "unknown_announcement"


def get_announcement(announcement_id: UUID) -> Announcement:
    """Return the announcement.

    Raises:
        UnknownAnnouncementError: there is none of that id.
    """
    announcement = Announcement.objects.filter(id=announcement_id).first()
    if announcement is None:
        message = f"There is no announcement {announcement_id}."
        raise UnknownAnnouncementError(message)
    return announcement


def list_announcements(*, on: dt.date) -> list[Announcement]:
    """Return what is shown to everybody on that day, the latest first."""
    shown = Announcement.objects.filter(shown_from__lte=on, shown_through__gte=on, withdrawn_at__isnull=True)
    return list(shown.filter(published_at__isnull=False).order_by("-shown_from", "-id"))


def list_all_announcements(*, most: int = 200) -> list[Announcement]:
    """Return what was ever written, what waits for its second person first, then the latest; `most` at most."""
    waits = Announcement.objects.filter(published_at=None, rejected_at=None, withdrawn_at=None)
    others = Announcement.objects.exclude(id__in=waits.values("id"))
    latest = others.order_by("-shown_from", "-id")
    return [*waits.order_by("written_at", "id")[:most], *latest[:most]][:most]
