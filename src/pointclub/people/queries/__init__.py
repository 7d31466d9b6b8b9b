"""Questions about persons, their data, their sign-ins, and staff."""

from pointclub.people.queries.contacts import (
    PersonalData,
    find_persons_by_kana,
    find_persons_by_mail,
    find_persons_by_phone,
    get_mail_addresses,
    list_bounced,
    list_mail_addresses,
    masked_data_of,
    may_unmask_more,
    personal_data_of,
)
from pointclub.people.queries.keywords import matches_identity_keyword
from pointclub.people.queries.persons import (
    UnknownStaffError,
    find_persons_by_name,
    get_staff,
    is_login_id_free,
    language_of,
    who_can_sign_in,
)
from pointclub.people.queries.second_factor import (
    count_recovery_codes,
    find_second_factor,
    login_ids_with_second_factor,
)
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
    "PersonalData",
    "StaffMember",
    "UnknownStaffError",
    "count_recovery_codes",
    "count_staff_with",
    "find_persons_by_kana",
    "find_persons_by_mail",
    "find_persons_by_name",
    "find_persons_by_phone",
    "find_second_factor",
    "get_mail_addresses",
    "get_staff",
    "is_login_id_free",
    "language_of",
    "list_bounced",
    "list_mail_addresses",
    "list_staff",
    "login_ids_with_second_factor",
    "masked_data_of",
    "matches_identity_keyword",
    "may_unmask_more",
    "permissions_of",
    "personal_data_of",
    "require",
    "roles_of",
    "who_can_sign_in",
]
