"""Questions about persons, sign-ins and staff."""

from pointclub.people.queries.persons import UnknownStaffError, find_persons_by_name, get_staff
from pointclub.people.queries.staff import (
    PermissionDeniedError,
    StaffMember,
    count_staff_with,
    list_staff,
    permissions_of,
    require,
    roles_of,
)

__all__ = [
    "PermissionDeniedError",
    "StaffMember",
    "UnknownStaffError",
    "count_staff_with",
    "find_persons_by_name",
    "get_staff",
    "list_staff",
    "permissions_of",
    "require",
    "roles_of",
]
