"""Recording persons, their sign-ins, and who of them is staff with which roles."""

from pointclub.people.services.attempts import TooManyAttemptsError, begin_attempt, note_success
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
    "TooManyAttemptsError",
    "add_staff",
    "begin_attempt",
    "give_role",
    "let_staff_go",
    "note_success",
    "record_person",
    "register_user",
    "take_role",
]
