"""Which links to a new password still lead somewhere. They are touched last, under the locks of user and person."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from pointclub.people.models import RecoveryLink
from pointclub.people.rules.signing_in import digest_of


def find_open_link(secret: str, *, at: dt.datetime) -> RecoveryLink | None:
    """Return the link, where it still leads somewhere."""
    return RecoveryLink.objects.filter(digest=digest_of(secret), used_at__isnull=True, expires_at__gt=at).first()


def end_open_links(person_id: UUID, *, at: dt.datetime) -> None:
    """Let every link of somebody lead nowhere, for what it was sent for is over, or where it was sent to."""
    RecoveryLink.objects.filter(user__person_id=person_id, used_at__isnull=True).update(used_at=at)
