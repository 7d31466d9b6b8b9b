"""Who is linked to an external ID."""

from __future__ import annotations

from allauth.socialaccount.models import SocialAccount

from pointclub.people.external_ids import PROVIDER
from pointclub.people.models import User


def has_external_id(user: User) -> bool:
    """Tell whether an external ID leads to this person."""
    return bool(SocialAccount.objects.filter(user=user, provider=PROVIDER).exists())


def find_owner_of_external_id(subject: str) -> User | None:
    """Return whom the external ID leads to, while they may sign in."""
    linked = SocialAccount.objects.filter(provider=PROVIDER, uid=subject, user__is_active=True)
    found = linked.select_related("user").first()
    return None if found is None else found.user
