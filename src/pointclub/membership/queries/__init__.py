"""Who belongs to the club, found and shown to those who may see it."""

from pointclub.membership.queries.blocks import (
    blocked_memberships,
    find_block,
    list_blocks,
)
from pointclub.membership.queries.identity import (
    IdentityNotCheckedError,
    identity_checked_until,
    require_identity_checked,
    require_may_see,
)
from pointclub.membership.queries.members import (
    MembershipDifference,
    Standing,
    UnknownMemberError,
    count_memberships,
    describe_members,
    find_standings,
    get_member,
    get_primary,
    get_primary_number,
    get_primary_of,
    list_family,
    list_succession,
    primary_numbers,
    verify_memberships,
)
from pointclub.membership.queries.search import (
    MOST_FOUND,
    FoundMembers,
    MaskedMember,
    SearchTermError,
    get_masked_member,
    list_masked_family,
    search_members,
)

__all__ = [
    "MOST_FOUND",
    "FoundMembers",
    "IdentityNotCheckedError",
    "MaskedMember",
    "MembershipDifference",
    "SearchTermError",
    "Standing",
    "UnknownMemberError",
    "blocked_memberships",
    "count_memberships",
    "describe_members",
    "find_block",
    "find_standings",
    "get_masked_member",
    "get_member",
    "get_primary",
    "get_primary_number",
    "get_primary_of",
    "identity_checked_until",
    "list_blocks",
    "list_family",
    "list_masked_family",
    "list_succession",
    "primary_numbers",
    "require_identity_checked",
    "require_may_see",
    "search_members",
    "verify_memberships",
]
