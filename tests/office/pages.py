"""Every address of the site and who may open it, written down apart from the views.

A new page without a line here fails the walk, and so does a page whose view says something else.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from django.urls import URLPattern, URLResolver, get_resolver

from pointclub.people.rules.permissions import Permission

EVERYBODY = "everybody"
MEMBERS = "members"
APPLICANTS = "who registered without the club"
ALL_STAFF = "all staff"


@dataclass(frozen=True)
class Page:
    """Who may open it; `posted` is said of what only takes forms."""

    who: str | frozenset[Permission]
    posted: bool = False


def staff(*permissions: Permission) -> Page:
    return Page(frozenset(permissions))


def form(*permissions: Permission) -> Page:
    return Page(frozenset(permissions), posted=True)


_SEE_MEMBER = staff(Permission.SEARCH_MEMBERS, Permission.SEE_ACCOUNT, Permission.SEE_ORDERS)
_SEE_CATALOGUE = staff(Permission.SEE_CATALOGUE)
_SEE_FILES = staff(Permission.IMPORT_FILES, Permission.BRING_OVER_BALANCES, Permission.SEE_RUNS)

PAGES: Mapping[str, Page] = {
    **dict.fromkeys(("portal:my_page", "portal:points", "portal:history", "portal:history_csv"), Page(MEMBERS)),
    **dict.fromkeys(("portal:receipt", "portal:reward", "portal:expiry_day", "portal:menu"), Page(MEMBERS)),
    **dict.fromkeys(("portal:agreements", "portal:old_points"), Page(MEMBERS)),
    **dict.fromkeys(("portal:documents", "portal:document", "portal:document_version"), Page(EVERYBODY)),
    **dict.fromkeys(("portal:notices", "portal:notice"), Page(MEMBERS)),
    "portal:mail_arrives_again": Page(MEMBERS, posted=True),
    **dict.fromkeys(("portal:announcements", "portal:stop_advertising"), Page(EVERYBODY)),
    **dict.fromkeys(("portal:demo_mails", "portal:demo_mail"), Page(EVERYBODY)),
    "portal:help": Page(EVERYBODY),
    **dict.fromkeys(("portal:sign_in", "portal:sign_out", "portal:sign_in_code"), Page(EVERYBODY)),
    **dict.fromkeys(("portal:sign_in_code_again", "portal:sign_in_by_passkey"), Page(EVERYBODY, posted=True)),
    **dict.fromkeys(("portal:sign_in_by_external_id",), Page(EVERYBODY, posted=True)),
    **dict.fromkeys(("portal:ask_for_passkey", "openid_connect_callback"), Page(EVERYBODY)),
    **dict.fromkeys(("portal:recover", "portal:recover_sent", "portal:renew"), Page(EVERYBODY)),
    **dict.fromkeys(("portal:register", "portal:register_contract", "portal:register_details"), Page(EVERYBODY)),
    **dict.fromkeys(("portal:register_check", "portal:register_done", "portal:prove_address"), Page(EVERYBODY)),
    "portal:register_towns": Page(EVERYBODY),
    **dict.fromkeys(("portal:join", "portal:join_check", "portal:join_done"), Page(APPLICANTS)),
    **dict.fromkeys(("portal:account", "portal:prove", "portal:theft", "portal:prove_address_again"), Page(MEMBERS)),
    **dict.fromkeys(("portal:change_password", "portal:change_login_id", "portal:set_up_app"), Page(MEMBERS)),
    **dict.fromkeys(("portal:details", "portal:change_detail"), Page(MEMBERS)),
    "portal:ask_for_new_passkey": Page(MEMBERS),
    **dict.fromkeys(("portal:end_stay", "portal:end_others", "portal:forget_browser"), Page(MEMBERS, posted=True)),
    **dict.fromkeys(("portal:prove_by_passkey", "portal:add_passkey"), Page(MEMBERS, posted=True)),
    **dict.fromkeys(("portal:remove_passkey", "portal:give_up_app"), Page(MEMBERS, posted=True)),
    **dict.fromkeys(("portal:renew_recovery_codes", "portal:link_external_id"), Page(MEMBERS, posted=True)),
    "portal:unlink_external_id": Page(MEMBERS, posted=True),
    **dict.fromkeys(("office:sign_in", "office:code", "office:set_up"), Page(EVERYBODY)),
    **dict.fromkeys(("office:sign_out", "office:language"), Page(EVERYBODY, posted=True)),
    "office:home": Page(ALL_STAFF),
    "office:members": _SEE_MEMBER,
    "office:member": _SEE_MEMBER,
    "office:unmask": form(Permission.UNMASK),
    "office:account": staff(Permission.SEE_ACCOUNT, Permission.TELL_BALANCE),
    "office:expiry_day": staff(Permission.SEE_ACCOUNT, Permission.TELL_BALANCE),
    "office:receipt": staff(Permission.SEE_ACCOUNT, Permission.TELL_BALANCE),
    "office:orders": staff(Permission.SEE_ORDERS, Permission.TELL_BALANCE),
    "office:order_line": staff(Permission.SEE_ORDERS, Permission.TELL_BALANCE),
    "office:call": staff(Permission.CHECK_IDENTITY),
    "office:redeem": staff(Permission.REDEEM_FOR_MEMBER),
    "office:blocks": staff(Permission.BLOCK_REDEMPTION, Permission.LIFT_BLOCK),
    "office:block": form(Permission.BLOCK_REDEMPTION),
    "office:theft": form(Permission.BLOCK_REDEMPTION),
    "office:lift": form(Permission.LIFT_BLOCK),
    "office:applications": staff(Permission.SEE_APPLICATIONS),
    "office:application": staff(Permission.SEE_APPLICATIONS),
    "office:unmask_applicant": form(Permission.UNMASK),
    "office:decide_application": form(Permission.SCREEN_APPLICATIONS),
    "office:keys": _SEE_CATALOGUE,
    "office:issue_key": staff(Permission.MANAGE_MERCHANTS),
    "office:revoke_key": staff(Permission.MANAGE_MERCHANTS),
    "office:requests": staff(Permission.SEE_REQUESTS),
    "office:request": staff(Permission.SEE_REQUESTS),
    "office:decide": form(
        *(Permission.DECIDE_ADJUSTMENT, Permission.DECIDE_TRANSFER, Permission.DECIDE_EXTENSION),
        Permission.DECIDE_REVOCATION,
    ),
    "office:ask_for_adjustment": staff(Permission.REQUEST_ADJUSTMENT),
    "office:ask_for_transfer": staff(Permission.REQUEST_TRANSFER),
    "office:ask_for_extension": staff(Permission.REQUEST_EXTENSION),
    "office:ask_for_revocation": staff(Permission.REQUEST_REVOCATION),
    "office:versions": staff(Permission.SEE_REQUESTS),
    "office:version_request": staff(Permission.SEE_REQUESTS),
    "office:ask_for_version": staff(Permission.REQUEST_PROGRAM_VERSION),
    "office:decide_version": form(Permission.DECIDE_PROGRAM_VERSION),
    "office:exports": staff(Permission.SEE_EXPORTS),
    "office:export": staff(Permission.SEE_EXPORTS),
    "office:ask_for_export": staff(Permission.REQUEST_EXPORT),
    "office:decide_export": form(Permission.DECIDE_EXPORT),
    "office:fetch_export": form(Permission.REQUEST_EXPORT),
    "office:put_letters_back": form(Permission.PRINT_LETTERS, Permission.DECIDE_EXPORT),
    "office:announcements": staff(Permission.SEE_ANNOUNCEMENTS),
    "office:announcement": staff(Permission.SEE_ANNOUNCEMENTS),
    "office:ask_for_announcement": staff(Permission.REQUEST_ANNOUNCEMENT),
    "office:decide_announcement": form(Permission.DECIDE_ANNOUNCEMENT),
    "office:withdraw_announcement": form(Permission.REQUEST_ANNOUNCEMENT, Permission.DECIDE_ANNOUNCEMENT),
    "office:ask_for_mailing": staff(Permission.REQUEST_ADVERTISING),
    "office:mailing": staff(Permission.SEE_ANNOUNCEMENTS),
    "office:decide_mailing": form(Permission.DECIDE_ADVERTISING),
    "office:stop_mailing": form(Permission.REQUEST_ADVERTISING, Permission.DECIDE_ADVERTISING),
    "office:cancel_mailing": form(Permission.REQUEST_ADVERTISING, Permission.DECIDE_ADVERTISING),
    "office:go_on_with_mailing": form(Permission.DECIDE_ADVERTISING),
    "office:suspensions": staff(Permission.SUSPEND_POINTS, Permission.REQUEST_EXTENSION),
    "office:suspend": staff(Permission.SUSPEND_POINTS),
    "office:resume": form(Permission.SUSPEND_POINTS),
    "office:lapses": staff(Permission.REQUEST_EXTENSION),
    "office:runs": staff(Permission.SEE_RUNS),
    "office:run": staff(Permission.SEE_RUNS),
    "office:ask_for_run": form(Permission.RUN_JOBS, Permission.VERIFY_BOOKS),
    "office:files": _SEE_FILES,
    "office:upload": _SEE_FILES,
    "office:imported": _SEE_FILES,
    "office:error_file": staff(Permission.IMPORT_FILES, Permission.BRING_OVER_BALANCES),
    "office:audit": staff(Permission.SEE_AUDIT),
    "office:staff": staff(Permission.SEE_STAFF),
    "office:reset_second_factor": form(Permission.MANAGE_STAFF),
    "catalogue:index": _SEE_CATALOGUE,
    **{
        f"catalogue:{rows}_{page}": _SEE_CATALOGUE
        for rows in (
            *("merchants_merchant", "merchants_store", "earning_earningrule", "earning_campaign"),
            "program_programversion",
        )
        for page in ("changelist", "change")
    },
    "catalogue:merchants_merchant_add": staff(Permission.MANAGE_MERCHANTS),
    "catalogue:merchants_merchant_act": form(Permission.MANAGE_MERCHANTS),
    "catalogue:merchants_store_add": staff(Permission.MANAGE_MERCHANTS),
    "catalogue:earning_earningrule_add": staff(Permission.MANAGE_CATALOGUE),
    "catalogue:earning_campaign_add": staff(Permission.MANAGE_CATALOGUE),
}


def views_by_name() -> dict[str, object]:
    """Return the view of each address of the site, found by going down the whole list of addresses."""
    return dict(_walk(get_resolver().url_patterns, ""))


def _walk(patterns: list[URLPattern | URLResolver], namespace: str) -> Iterator[tuple[str, object]]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            below = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            yield from _walk(pattern.url_patterns, below)
        else:
            yield f"{namespace}{pattern.name}", pattern.callback
