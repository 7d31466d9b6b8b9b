"""Old memberships: found by number and password together, and what became of their points (REG-6)."""

from __future__ import annotations

from uuid import UUID

from pointclub.membership.models import OldMember
from pointclub.membership.models.old_members import old_number_index
from pointclub.membership.rules.old_members import LONGEST_PASSWORD, old_number
from pointclub.people.passwords import verifies_elsewhere
from pointclub.people.rules.field_errors import FieldError


def knows_old_members() -> bool:
    """Tell whether an old club's members were brought in, so that asking for their numbers makes sense."""
    return OldMember.objects.exists()


def find_old_member(*, number: str, password: str) -> OldMember | None:
    """Return the old membership that has both, or nothing, which says nothing about either.

    An unknown number takes as long as a wrong password: the next one on file stands in for it, so that nobody hears
    from the clock which numbers there are, even where verifiers of several costs are on file.
    """
    try:
        index = old_number_index(old_number(number))
    except FieldError:
        index = old_number_index("")
    on_file = OldMember.objects.order_by("number_index")
    nearest = on_file.filter(number_index__gte=index).first() or on_file.first()
    if nearest is None:
        return None
    fits = verifies_elsewhere(password[:LONGEST_PASSWORD], nearest.verifier)
    return nearest if fits and bytes(nearest.number_index) == index and len(password) <= LONGEST_PASSWORD else None


def find_old_points(membership_id: UUID) -> OldMember | None:
    """Return the old membership whose points came over to this one."""
    return OldMember.objects.filter(moved_to_id=membership_id).first()
