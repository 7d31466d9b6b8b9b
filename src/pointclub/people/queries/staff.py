"""What a member of staff may do, and who all of them are."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from pointclub.foundation.refusals import Refusal
from pointclub.people.models import StaffRole, User
from pointclub.people.queries.persons import get_staff
from pointclub.people.rules.permissions import GRANTED, Permission, Role, permissions_of_roles


class PermissionDeniedError(Refusal):
    """No role of this member of staff allows it."""

    code = "permission_denied"


@dataclass(frozen=True, slots=True)
class StaffMember:
    """Somebody who works for the operator, or did."""

    login_id: str
    roles: tuple[Role, ...]
    is_active: bool
    registered_at: dt.datetime


def roles_of(user: User) -> frozenset[Role]:
    """Return the roles that somebody has now; who is no staff, or has left, has none."""
    if not (user.is_staff and user.is_active):
        return frozenset()
    held = StaffRole.objects.filter(user=user, taken_at__isnull=True).values_list("role", flat=True)
    return frozenset(Role(role) for role in held)


def permissions_of(user: User) -> frozenset[Permission]:
    """Return all that somebody may do now (STF-1)."""
    return permissions_of_roles(roles_of(user))


def require(user: User | str, *permissions: Permission) -> User:
    """Return the member of staff, given as such or by login ID, if their roles allow one of these things.

    Raises:
        UnknownStaffError: unknown, left, or not staff.
        PermissionDeniedError: none of their roles allows any of them; the refusal names those that would.
    """
    found = get_staff(user if isinstance(user, str) else user.login_id)
    if permissions_of(found).isdisjoint(permissions):
        roles = [role for role in Role if not GRANTED[role].isdisjoint(permissions)]
        needed = " or ".join(role.words for role in roles)
        message = (
            f"{found.login_id} has no role that allows this ({permissions[0]}): it takes the role {needed}. "
            "Nothing was done. An administrator gives roles."
        )
        raise PermissionDeniedError(message, permission=str(permissions[0]), roles=[str(role) for role in roles])
    return found


def count_staff_with(role: Role) -> int:
    """Return how many have the role now."""
    held = StaffRole.objects.filter(role=role, taken_at__isnull=True)
    return held.filter(user__is_staff=True, user__is_active=True).count()


def list_staff() -> list[StaffMember]:
    """Return everybody who is or was staff, by login ID; who has left has no roles."""
    held: dict[str, list[Role]] = {}
    for login_id, role in StaffRole.objects.filter(taken_at__isnull=True).values_list("user__login_id", "role"):
        held.setdefault(login_id, []).append(Role(role))
    order = list(Role)
    return [
        StaffMember(
            user.login_id,
            tuple(sorted(held.get(user.login_id, ()), key=order.index)),
            user.is_active,
            user.registered_at,
        )
        for user in User.objects.filter(is_staff=True).order_by("login_id")
    ]
