"""Questions about persons, their data, their sign-ins, and staff."""

from pointclub.people.queries.contacts import (
    PersonalData,
    find_address_for_codes,
    find_persons_by_kana,
    find_persons_by_mail,
    find_persons_by_phone,
    find_users_by_mail,
    get_mail_addresses,
    list_bounced,
    list_mail_addresses,
    list_waiting_addresses,
    mail_changed_at,
    masked_data_of,
    may_unmask_more,
    personal_data_of,
)
from pointclub.people.queries.details import KeptValue, keyword_set_at, list_kept
from pointclub.people.queries.external_ids import find_owner_of_external_id, has_external_id
from pointclub.people.queries.keywords import matches_identity_keyword
from pointclub.people.queries.passkeys import Passkey, list_passkeys
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
from pointclub.people.queries.sign_ins import (
    find_known_device,
    find_latest_alarm,
    find_owner_of_link,
    find_sign_in,
    list_known_devices,
    list_sign_ins,
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
    "KeptValue",
    "Passkey",
    "PermissionDeniedError",
    "PersonalData",
    "StaffMember",
    "UnknownStaffError",
    "count_recovery_codes",
    "count_staff_with",
    "find_address_for_codes",
    "find_known_device",
    "find_latest_alarm",
    "find_owner_of_external_id",
    "find_owner_of_link",
    "find_persons_by_kana",
    "find_persons_by_mail",
    "find_persons_by_name",
    "find_persons_by_phone",
    "find_second_factor",
    "find_sign_in",
    "find_users_by_mail",
    "get_mail_addresses",
    "get_staff",
    "has_external_id",
    "is_login_id_free",
    "keyword_set_at",
    "language_of",
    "list_bounced",
    "list_kept",
    "list_known_devices",
    "list_mail_addresses",
    "list_passkeys",
    "list_sign_ins",
    "list_staff",
    "list_waiting_addresses",
    "login_ids_with_second_factor",
    "mail_changed_at",
    "masked_data_of",
    "matches_identity_keyword",
    "may_unmask_more",
    "permissions_of",
    "personal_data_of",
    "require",
    "roles_of",
    "who_can_sign_in",
]
