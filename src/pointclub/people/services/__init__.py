"""Recording persons, their sign-ins, and who of them is staff with which roles."""

from pointclub.people.services.persons import (
    EmptyNameError,
    HasLoginIdError,
    InvalidLoginIdError,
    LoginIdTakenError,
    record_person,
    register_user,
)
from pointclub.people.services.staff import (
    ClashingRolesError,
    OwnRolesError,
    RoleNeededError,
    RoleNotHeldError,
    StaffNeededError,
    add_staff,
    give_role,
    let_staff_go,
    take_role,
)

__all__ = [
    "ClashingRolesError",
    "EmptyNameError",
    "HasLoginIdError",
    "InvalidLoginIdError",
    "LoginIdTakenError",
    "OwnRolesError",
    "RoleNeededError",
    "RoleNotHeldError",
    "StaffNeededError",
    "add_staff",
    "give_role",
    "let_staff_go",
    "record_person",
    "register_user",
    "take_role",
]
