"""Roles, kinds and states in the words of the office."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy

from pointclub.merchants.rules.keys import KeyAct
from pointclub.office.act_words import ACTS, SUBJECTS
from pointclub.people.rules.permissions import Role

ROLES: Mapping[Role, Any] = {
    Role.CALL_CENTRE: gettext_lazy("Call centre"),
    Role.MERCHANT_DESK: gettext_lazy("Merchant desk"),
    Role.FULFILMENT: gettext_lazy("Fulfilment"),
    Role.ACCOUNTING: gettext_lazy("Accounting"),
    Role.PROGRAM_MANAGER: gettext_lazy("Program manager"),
    Role.PRIVACY_OFFICER: gettext_lazy("Privacy officer"),
    Role.AUDITOR: gettext_lazy("Auditor"),
    Role.ADMINISTRATOR: gettext_lazy("Administrator"),
}

REQUEST_KINDS: Mapping[str, Any] = {
    "adjust": gettext_lazy("Adjustment"),
    "transfer": gettext_lazy("Transfer"),
    "extend": gettext_lazy("Expiry change"),
    "revoke": gettext_lazy("Revocation"),
}

REVOCATION_GROUNDS: Mapping[str, Any] = {
    "no_such_person": gettext_lazy("The person does not exist"),
    "false_details": gettext_lazy("False details were given"),
    "unsuitable_use": gettext_lazy("Unsuitable use"),
    "breach_of_terms": gettext_lazy("Breach of the club's terms"),
}

# What a state is called, and which icon and tint go with the words.
REQUEST_STATES: Mapping[str, tuple[Any, str, str]] = {
    "requested": (gettext_lazy("Pending"), "clock", "wait"),
    "approved": (gettext_lazy("Approved, in progress"), "clock", "wait"),
    "carried_out": (gettext_lazy("Carried out"), "check", "ok"),
    "rejected": (gettext_lazy("Rejected"), "cross", "no"),
}

MEMBER_ROLES: Mapping[str, Any] = {
    "primary": gettext_lazy("Primary member"),
    "family": gettext_lazy("Family member"),
}

END_REASONS: Mapping[str, Any] = {
    "withdrawn": gettext_lazy("Withdrew"),
    "eligibility_lost": gettext_lazy("Lost eligibility"),
    "revoked": gettext_lazy("Revoked"),
}

PERSONAL_FIELDS: Mapping[str, Any] = {
    "name": gettext_lazy("Name"),
    "family_name": gettext_lazy("Family name"),
    "given_name": gettext_lazy("Given name"),
    "kana": gettext_lazy("Name in kana"),
    "birth_date": gettext_lazy("Date of birth"),
    "sex": gettext_lazy("Sex"),
    "nickname": gettext_lazy("Nickname"),
    "postal_code": gettext_lazy("Postal code"),
    "address": gettext_lazy("Address"),
    "prefecture": gettext_lazy("Prefecture"),
    "town": gettext_lazy("City, ward, town or village"),
    "street": gettext_lazy("Street number"),
    "building": gettext_lazy("Building and room"),
    "first_mail": gettext_lazy("E-mail"),
    "second_mail": gettext_lazy("Second e-mail"),
    "mobile": gettext_lazy("Mobile phone"),
    "land_line": gettext_lazy("Landline"),
}

HOLD_REASONS: Mapping[str, Any] = {
    "double": gettext_lazy("May be registered or a member already"),
    "revoked_before": gettext_lazy("May have had a membership revoked"),
    "address_not_found": gettext_lazy("The address could not be found"),
    "excluded": gettext_lazy("The name is on the exclusion list"),
}

BLOCK_KINDS: Mapping[str, Any] = {
    "reported": gettext_lazy("Requested by the member"),
    "suspected": gettext_lazy("Suspected misuse"),
}

LOT_KINDS: Mapping[str, Any] = {
    "ordinary": gettext_lazy("Ordinary"),
    "special": gettext_lazy("Special expiry date"),
    "returned": gettext_lazy("Returned"),
    "extended": gettext_lazy("Expiry change"),
    "restored": gettext_lazy("Restored"),
    "transferred": gettext_lazy("Transferred"),
}

CONTRAS: Mapping[str, Any] = {
    "merchant": gettext_lazy("Merchant"),
    "bills": gettext_lazy("Bills"),
    "opening": gettext_lazy("Brought over"),
    "redeemed": gettext_lazy("Rewards"),
    "lapsed": gettext_lazy("Lapse"),
    "forfeited": gettext_lazy("Forfeit"),
    "restored": gettext_lazy("Restoration"),
    "moved": gettext_lazy("Between lots"),
    "adjusted": gettext_lazy("Adjustment"),
    "transferred": gettext_lazy("Transfer"),
    "arrears": gettext_lazy("Arrears"),
}

REWARD_KINDS: Mapping[str, Any] = {
    "gift": gettext_lazy("Gift"),
    "bill_payment": gettext_lazy("Payment of a bill"),
    "miles": gettext_lazy("Miles"),
    "donation": gettext_lazy("Donation"),
}

LINE_STATES: Mapping[str, tuple[Any, str, str]] = {
    "accepted": (gettext_lazy("Accepted"), "clock", "wait"),
    "fulfilled": (gettext_lazy("Delivered"), "check", "ok"),
    "returned": (gettext_lazy("Returned"), "cross", "no"),
}

FATES: Mapping[str, Any] = {
    "left": gettext_lazy("Remaining"),
    "redeemed": gettext_lazy("Redeemed"),
    "lapsed": gettext_lazy("Lapsed"),
    "forfeited": gettext_lazy("Forfeited"),
    "transferred": gettext_lazy("Transferred"),
    "adjusted": gettext_lazy("Adjusted"),
    "paid_arrears": gettext_lazy("Paid arrears"),
    "taken_back": gettext_lazy("Taken back with its sale"),
    "taken_for_another": gettext_lazy("Taken for another sale"),
}

ACCRUAL_STATES: Mapping[str, Any] = {
    "pending": gettext_lazy("Pending update"),
    "partly_posted": gettext_lazy("In the balance in part"),
    "posted": gettext_lazy("In the balance"),
    "nothing": gettext_lazy("No points"),
}

ORIGINS: Mapping[str, Any] = {
    "accrual": gettext_lazy("Purchase or bill"),
    "opening": gettext_lazy("Brought over"),
    "adjustment": gettext_lazy("Adjustment"),
    "transfer": gettext_lazy("Transfer"),
}

TAKINGS: Mapping[str, Any] = {
    "own": gettext_lazy("Its own points"),
    "others": gettext_lazy("Points of other origins"),
    "arrears_paid": gettext_lazy("Arrears, paid since"),
    "arrears_open": gettext_lazy("Arrears, still open"),
}

ACTIVITIES: Mapping[str, Any] = {
    "accrual": gettext_lazy("Adding points"),
    "redemption": gettext_lazy("Using points"),
    "enquiry": gettext_lazy("Looking points up"),
}

KEY_ACTS: Mapping[KeyAct, Any] = {
    KeyAct.ACCRUE: gettext_lazy("Adding points"),
    KeyAct.CORRECT: gettext_lazy("Correcting sales"),
    KeyAct.REVERSE: gettext_lazy("Reversing sales"),
    KeyAct.READ: gettext_lazy("Looking up sales"),
}

RUN_KINDS: Mapping[str, Any] = {
    "update": gettext_lazy("Balance update"),
    "lapse": gettext_lazy("Lapse"),
    "verify": gettext_lazy("Ledger check"),
    "replay": gettext_lazy("Ledger replay"),
    "root": gettext_lazy("Ledger seal"),
}

RUN_STATES: Mapping[str, tuple[Any, str, str]] = {
    "asked": (gettext_lazy("Queued"), "clock", "wait"),
    "running": (gettext_lazy("In progress"), "clock", "wait"),
    "done": (gettext_lazy("Done"), "check", "ok"),
    "failed": (gettext_lazy("Failed"), "cross", "no"),
}

FEEDS: Mapping[str, Any] = {
    "purchases": gettext_lazy("Purchases"),
    "opening-balances": gettext_lazy("Opening balances"),
    "contracts": gettext_lazy("Energy contracts"),
    "old-members": gettext_lazy("Members of the old club"),
}

FILE_STATES: Mapping[str, tuple[Any, str, str]] = {
    "waiting": (gettext_lazy("Queued"), "clock", "wait"),
    "held": (gettext_lazy("On hold, will be retried"), "pause", "wait"),
    "unfinished": (gettext_lazy("Not finished"), "clock", "wait"),
    "taken_in": (gettext_lazy("Imported"), "check", "ok"),
    "finished": (gettext_lazy("Imported"), "check", "ok"),
    "refused": (gettext_lazy("Refused"), "cross", "no"),
}

FIGURES: Mapping[str, Any] = {
    "points": gettext_lazy("Points"),
    "checked": gettext_lazy("Accounts checked"),
    "postings": gettext_lazy("Postings checked"),
    "differences": gettext_lazy("Differences"),
}

VERSION_FIGURES: Mapping[str, Any] = {
    "validity_months": gettext_lazy("Points valid for (months)"),
    "return_validity_months": gettext_lazy("Returned points valid for (months)"),
    "special_expiry_allowed": gettext_lazy("Special expiry dates"),
    "bill_payment_allowed": gettext_lazy("Payment of bills"),
    "correction_window_days": gettext_lazy("Correction window (days)"),
    "electricity_points_per_1000_yen": gettext_lazy("Points per 1,000 yen of electricity"),
    "gas_points_per_1000_yen": gettext_lazy("Points per 1,000 yen of gas"),
    "bill_points_need_viewing": gettext_lazy("Points on bills only once the bill was viewed"),
}

EXPORT_KINDS: Mapping[str, Any] = {
    "members": gettext_lazy("Members"),
    "points": gettext_lazy("Points of members"),
    "letters": gettext_lazy("Letters to be printed"),
}

EXPORT_STATES: Mapping[str, tuple[Any, str, str]] = {
    "recorded": (gettext_lazy("Needs no decision"), "check", "ok"),
    "requested": (gettext_lazy("Pending"), "clock", "wait"),
    "approved": (gettext_lazy("Approved"), "check", "ok"),
    "rejected": (gettext_lazy("Rejected"), "cross", "no"),
}

ANNOUNCEMENT_STATES: Mapping[str, tuple[Any, str, str]] = {
    "requested": (gettext_lazy("Pending"), "clock", "wait"),
    "rejected": (gettext_lazy("Rejected"), "cross", "no"),
    "planned": (gettext_lazy("Planned"), "clock", "wait"),
    "shown": (gettext_lazy("Published"), "check", "ok"),
    "over": (gettext_lazy("Over"), "check", ""),
    "withdrawn": (gettext_lazy("Taken down"), "cross", "no"),
    "taken_back": (gettext_lazy("Taken back"), "cross", "no"),
}

MAILING_STATES: Mapping[str, tuple[Any, str, str]] = {
    "requested": (gettext_lazy("Pending"), "clock", "wait"),
    "rejected": (gettext_lazy("Rejected"), "cross", "no"),
    "going_out": (gettext_lazy("Being sent"), "clock", "wait"),
    "stopped": (gettext_lazy("Stopped"), "pause", "no"),
    "cancelled": (gettext_lazy("Cancelled"), "cross", "no"),
    "finished": (gettext_lazy("Handed over for sending"), "check", "ok"),
}

REGISTRATION_STATES: Mapping[str, tuple[Any, str, str]] = {
    "held": (gettext_lazy("Pending"), "clock", "wait"),
    "admitted": (gettext_lazy("Admitted"), "check", "ok"),
    "portal_only": (gettext_lazy("Portal only"), "check", "ok"),
    "declined": (gettext_lazy("Declined"), "cross", "no"),
}

# Names of the tables above, as templates ask for them.
TABLES: Mapping[str, Mapping[str, Any]] = {
    "member_role": MEMBER_ROLES,
    "end_reason": END_REASONS,
    "ground": REVOCATION_GROUNDS,
    "personal": PERSONAL_FIELDS,
    "hold": HOLD_REASONS,
    "block": BLOCK_KINDS,
    "lot": LOT_KINDS,
    "contra": CONTRAS,
    "reward": REWARD_KINDS,
    "fate": FATES,
    "accrual_state": ACCRUAL_STATES,
    "origin": ORIGINS,
    "taking": TAKINGS,
    "activity": ACTIVITIES,
    "run": RUN_KINDS,
    "feed": FEEDS,
    "figure": FIGURES,
    "version_figure": VERSION_FIGURES,
    "export": EXPORT_KINDS,
    "act": ACTS,
    "subject": SUBJECTS,
}

# The same for states, each with its icon and its tint.
STATES: Mapping[str, Mapping[str, tuple[Any, str, str]]] = {
    "request": REQUEST_STATES,
    "line": LINE_STATES,
    "run": RUN_STATES,
    "file": FILE_STATES,
    "export": EXPORT_STATES,
    "registration": REGISTRATION_STATES,
}
