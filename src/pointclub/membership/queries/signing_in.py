"""Who may sign in to the portal."""

from __future__ import annotations

from pointclub.membership.models import Member
from pointclub.people.models import User


def may_sign_in(user: User) -> bool:
    """Tell whether it is a user of the portal: no staff, and nobody who is family of a member alone (MEM-2)."""
    if user.is_staff:
        return False
    roles = set(Member.objects.filter(person_id=user.person_id).values_list("role", flat=True))
    return not roles or Member.Role.PRIMARY in roles
