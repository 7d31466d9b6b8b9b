"""Who of the staff may do what: one table, which every page and command asks (STF-1).

Docs/decisions/0016-roles.md says why each line stands where it stands, 0021-revocation.md of revocations,
0030-registration.md of applications.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from enum import StrEnum


class Role(StrEnum):
    """A desk of the operator; a person can sit at several."""

    CALL_CENTRE = "call_centre"
    MERCHANT_DESK = "merchant_desk"
    FULFILMENT = "fulfilment"
    ACCOUNTING = "accounting"
    PROGRAM_MANAGER = "program_manager"
    PRIVACY_OFFICER = "privacy_officer"
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"

    @property
    def words(self) -> str:
        """Return the role as it is written in a sentence."""
        return self.value.replace("_", " ")


class Permission(StrEnum):
    """One thing that staff can do; each page and each command names the one it needs."""

    # Persons and memberships.
    SEARCH_MEMBERS = "search_members"
    UNMASK = "unmask"
    CHECK_IDENTITY = "check_identity"
    MANAGE_MEMBERS = "manage_members"
    SEE_APPLICATIONS = "see_applications"
    SCREEN_APPLICATIONS = "screen_applications"
    MANAGE_EXCLUSIONS = "manage_exclusions"
    # A member's points: SEE_ACCOUNT looks without a caller, TELL_BALANCE only after a check of identity (BAL-2).
    SEE_ACCOUNT = "see_account"
    TELL_BALANCE = "tell_balance"
    REDEEM_FOR_MEMBER = "redeem_for_member"
    BLOCK_REDEMPTION = "block_redemption"
    LIFT_BLOCK = "lift_block"
    # Rewards on their way.
    SEE_ORDERS = "see_orders"
    FULFIL_LINE = "fulfil_line"
    RETURN_LINE = "return_line"
    # What takes two people (STF-2).
    SEE_REQUESTS = "see_requests"
    REQUEST_ADJUSTMENT = "request_adjustment"
    DECIDE_ADJUSTMENT = "decide_adjustment"
    REQUEST_TRANSFER = "request_transfer"
    DECIDE_TRANSFER = "decide_transfer"
    REQUEST_EXTENSION = "request_extension"
    DECIDE_EXTENSION = "decide_extension"
    REQUEST_REVOCATION = "request_revocation"
    DECIDE_REVOCATION = "decide_revocation"
    REQUEST_PROGRAM_VERSION = "request_program_version"
    DECIDE_PROGRAM_VERSION = "decide_program_version"
    REQUEST_EXPORT = "request_export"
    DECIDE_EXPORT = "decide_export"
    SEE_EXPORTS = "see_exports"
    # Merchants and what is earned.
    MANAGE_MERCHANTS = "manage_merchants"
    MANAGE_CATALOGUE = "manage_catalogue"
    SEE_CATALOGUE = "see_catalogue"
    ACCRUE_BY_HAND = "accrue_by_hand"
    SEE_ACCRUALS = "see_accruals"
    IMPORT_FILES = "import_files"
    BRING_OVER_BALANCES = "bring_over_balances"
    IMPORT_CONTRACTS = "import_contracts"
    # The club as a whole.
    SUSPEND_POINTS = "suspend_points"
    SEE_ANNOUNCEMENTS = "see_announcements"
    REQUEST_ANNOUNCEMENT = "request_announcement"
    DECIDE_ANNOUNCEMENT = "decide_announcement"
    REQUEST_ADVERTISING = "request_advertising"
    DECIDE_ADVERTISING = "decide_advertising"
    PRINT_LETTERS = "print_letters"
    RUN_JOBS = "run_jobs"
    SEE_RUNS = "see_runs"
    # The books and the record of acts.
    SEE_BOOKS = "see_books"
    VERIFY_BOOKS = "verify_books"
    CLOSE_MONTH = "close_month"
    SEE_AUDIT = "see_audit"
    # Who may do all this.
    MANAGE_STAFF = "manage_staff"
    SEE_STAFF = "see_staff"


GRANTED: Mapping[Role, frozenset[Permission]] = {
    Role.CALL_CENTRE: frozenset(
        {
            Permission.SEARCH_MEMBERS,
            Permission.UNMASK,
            Permission.CHECK_IDENTITY,
            Permission.MANAGE_MEMBERS,
            Permission.SEE_APPLICATIONS,
            Permission.SCREEN_APPLICATIONS,
            Permission.TELL_BALANCE,
            Permission.REDEEM_FOR_MEMBER,
            Permission.BLOCK_REDEMPTION,
            Permission.LIFT_BLOCK,
            Permission.SEE_REQUESTS,
            Permission.REQUEST_ADJUSTMENT,
            Permission.REQUEST_TRANSFER,
            Permission.REQUEST_REVOCATION,
            Permission.SEE_ANNOUNCEMENTS,
        }
    ),
    Role.MERCHANT_DESK: frozenset(
        {
            Permission.MANAGE_MERCHANTS,
            Permission.SEE_CATALOGUE,
            Permission.ACCRUE_BY_HAND,
            Permission.SEE_ACCRUALS,
            Permission.IMPORT_FILES,
            Permission.SEE_RUNS,
            Permission.SEE_REQUESTS,
            Permission.REQUEST_ADJUSTMENT,
        }
    ),
    Role.FULFILMENT: frozenset(
        {
            Permission.SEARCH_MEMBERS,
            Permission.UNMASK,
            Permission.SEE_ORDERS,
            Permission.FULFIL_LINE,
            Permission.RETURN_LINE,
            Permission.PRINT_LETTERS,
            Permission.REQUEST_EXPORT,
            Permission.SEE_EXPORTS,
        }
    ),
    Role.ACCOUNTING: frozenset(
        {
            Permission.SEE_ACCOUNT,
            Permission.SEE_ORDERS,
            Permission.SEE_ACCRUALS,
            Permission.SEE_CATALOGUE,
            Permission.SEE_REQUESTS,
            Permission.DECIDE_ADJUSTMENT,
            Permission.DECIDE_TRANSFER,
            Permission.DECIDE_EXTENSION,
            Permission.DECIDE_PROGRAM_VERSION,
            Permission.BRING_OVER_BALANCES,
            Permission.IMPORT_CONTRACTS,
            Permission.SEE_RUNS,
            Permission.SEE_BOOKS,
            Permission.VERIFY_BOOKS,
            Permission.CLOSE_MONTH,
            Permission.REQUEST_EXPORT,
            Permission.SEE_EXPORTS,
        }
    ),
    Role.PROGRAM_MANAGER: frozenset(
        {
            Permission.SEE_REQUESTS,
            Permission.REQUEST_EXTENSION,
            Permission.REQUEST_PROGRAM_VERSION,
            Permission.MANAGE_CATALOGUE,
            Permission.SEE_CATALOGUE,
            Permission.SUSPEND_POINTS,
            Permission.SEE_ANNOUNCEMENTS,
            Permission.REQUEST_ANNOUNCEMENT,
            Permission.REQUEST_ADVERTISING,
            Permission.SEE_RUNS,
            Permission.SEE_BOOKS,
            Permission.REQUEST_EXPORT,
            Permission.SEE_EXPORTS,
        }
    ),
    Role.PRIVACY_OFFICER: frozenset(
        {
            Permission.SEARCH_MEMBERS,
            Permission.UNMASK,
            Permission.SEE_APPLICATIONS,
            Permission.MANAGE_EXCLUSIONS,
            Permission.BLOCK_REDEMPTION,
            Permission.LIFT_BLOCK,
            Permission.SEE_REQUESTS,
            Permission.DECIDE_REVOCATION,
            Permission.DECIDE_EXPORT,
            Permission.SEE_EXPORTS,
            Permission.SEE_ANNOUNCEMENTS,
            Permission.DECIDE_ANNOUNCEMENT,
            Permission.DECIDE_ADVERTISING,
            Permission.SEE_AUDIT,
            Permission.SEE_STAFF,
        }
    ),
    Role.AUDITOR: frozenset(
        {
            Permission.SEARCH_MEMBERS,
            Permission.SEE_APPLICATIONS,
            Permission.SEE_ACCOUNT,
            Permission.SEE_ORDERS,
            Permission.SEE_ACCRUALS,
            Permission.SEE_CATALOGUE,
            Permission.SEE_REQUESTS,
            Permission.SEE_EXPORTS,
            Permission.SEE_ANNOUNCEMENTS,
            Permission.SEE_RUNS,
            Permission.SEE_BOOKS,
            Permission.VERIFY_BOOKS,
            Permission.SEE_AUDIT,
            Permission.SEE_STAFF,
        }
    ),
    Role.ADMINISTRATOR: frozenset(
        {
            Permission.MANAGE_STAFF,
            Permission.SEE_STAFF,
            Permission.MANAGE_MERCHANTS,
            Permission.MANAGE_CATALOGUE,
            Permission.SEE_CATALOGUE,
            Permission.SUSPEND_POINTS,
            Permission.RUN_JOBS,
            Permission.SEE_RUNS,
        }
    ),
}

# What looks at the club and changes nothing in it; a check of the books writes nothing either.
READING = frozenset(
    {
        Permission.SEARCH_MEMBERS,
        Permission.SEE_APPLICATIONS,
        Permission.SEE_ACCOUNT,
        Permission.SEE_ORDERS,
        Permission.SEE_ACCRUALS,
        Permission.SEE_CATALOGUE,
        Permission.SEE_REQUESTS,
        Permission.SEE_EXPORTS,
        Permission.SEE_ANNOUNCEMENTS,
        Permission.SEE_RUNS,
        Permission.SEE_BOOKS,
        Permission.VERIFY_BOOKS,
        Permission.SEE_AUDIT,
        Permission.SEE_STAFF,
    }
)

# Deciding for oneself who may decide, and auditing one's own work, are what no one person may do.
_DECIDING = (Role.ACCOUNTING, Role.PRIVACY_OFFICER)


def permissions_of_roles(roles: Collection[Role]) -> frozenset[Permission]:
    """Return all that somebody with these roles may do."""
    return frozenset().union(*(GRANTED[role] for role in roles))


def roles_with(permission: Permission) -> list[Role]:
    """Return the roles that allow it, in the order of the table."""
    return [role for role in Role if permission in GRANTED[role]]


def clashing_role(role: Role, *, held: Collection[Role]) -> Role | None:
    """Return a role among those held that the same person may not hold beside this one."""
    for other in held:
        pair = {role, other}
        if len(pair) > 1 and (Role.AUDITOR in pair or (Role.ADMINISTRATOR in pair and pair & set(_DECIDING))):
            return other
    return None
