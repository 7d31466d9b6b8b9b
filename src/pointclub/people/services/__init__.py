"""Recording persons, what is kept of them, their sign-ins, and who of them is staff with which roles."""

from pointclub.people.services.attempts import TooManyAttemptsError, begin_attempt, note_success
from pointclub.people.services.bounces import forget_bounce, note_bounce
from pointclub.people.services.contacts import (
    InvalidPersonalDataError,
    record_personal_data,
    remove_personal_data,
)
from pointclub.people.services.persons import (
    EmptyNameError,
    HasLoginIdError,
    InvalidLoginIdError,
    LoginIdTakenError,
    record_person,
    register_user,
)
from pointclub.people.services.second_factor import (
    HasSecondFactorError,
    Means,
    NoSecondFactorError,
    OwnSecondFactorError,
    UsedCodeError,
    WrongCodeError,
    reset_second_factor,
    set_up_second_factor,
    show_second_factor,
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
from pointclub.people.services.unmask import (
    TooManyUnmaskedError,
    UnknownPersonError,
    UnmaskingReasonError,
    note_unmasked,
    unmask,
)

__all__ = [
    "ClashingRolesError",
    "EmptyNameError",
    "HasLoginIdError",
    "HasSecondFactorError",
    "InvalidLoginIdError",
    "InvalidPersonalDataError",
    "LoginIdTakenError",
    "Means",
    "NoSecondFactorError",
    "OwnRolesError",
    "OwnSecondFactorError",
    "RoleNeededError",
    "RoleNotHeldError",
    "StaffNeededError",
    "TooManyAttemptsError",
    "TooManyUnmaskedError",
    "UnknownPersonError",
    "UnmaskingReasonError",
    "UsedCodeError",
    "WrongCodeError",
    "add_staff",
    "begin_attempt",
    "forget_bounce",
    "give_role",
    "let_staff_go",
    "note_bounce",
    "note_success",
    "note_unmasked",
    "record_person",
    "record_personal_data",
    "register_user",
    "remove_personal_data",
    "reset_second_factor",
    "set_up_second_factor",
    "show_second_factor",
    "take_role",
    "unmask",
]
