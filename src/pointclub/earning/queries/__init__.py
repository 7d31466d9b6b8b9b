"""Questions about what was earned."""

from pointclub.earning.queries.claims import list_unmatched_reversals
from pointclub.earning.queries.stories import (
    GrantStory,
    PendingGrant,
    describe_grants,
    list_pending,
    pending_points,
    sources_of_member,
)
from pointclub.earning.queries.verify import AccrualDifference, verify_accruals

__all__ = [
    "AccrualDifference",
    "GrantStory",
    "PendingGrant",
    "describe_grants",
    "list_pending",
    "list_unmatched_reversals",
    "pending_points",
    "sources_of_member",
    "verify_accruals",
]
