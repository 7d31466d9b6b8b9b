"""Places in a member's history, as they stand in addresses: they say nothing, and count for their own account alone."""

import dataclasses
from uuid import UUID

from django.core import signing


@dataclasses.dataclass(frozen=True)
class Place:
    """Where a page begins: what comes before the number, or after it. Neither is the newest page."""

    before: int | None = None
    after: int | None = None


NEWEST = Place()


def write_cursor(place: Place, *, account_id: UUID) -> str:
    """Return the place in a form that nobody can change."""
    return _signer(account_id).sign_object(dataclasses.asdict(place))


def read_cursor(text: str, *, account_id: UUID) -> Place:
    """Return the place; whatever was not written for this very account is the newest page."""
    try:
        return Place(**_signer(account_id).unsign_object(text))
    except signing.BadSignature:
        return NEWEST


def _signer(account_id: UUID) -> signing.Signer:
    return signing.Signer(salt=f"history:{account_id}")
