"""Tables of the membership module."""

from pointclub.membership.models.memberships import (
    IdentityCheck,
    Member,
    Membership,
    RedemptionBlock,
    RevocationRequest,
)

__all__ = [
    "IdentityCheck",
    "Member",
    "Membership",
    "RedemptionBlock",
    "RevocationRequest",
]
