"""Tables of the membership module."""

from pointclub.membership.models.memberships import (
    IdentityCheck,
    Member,
    Membership,
    RedemptionBlock,
    RevocationRequest,
)
from pointclub.membership.models.old_members import OldLot, OldMember
from pointclub.membership.models.registrations import Exclusion, Registration

__all__ = [
    "Exclusion",
    "IdentityCheck",
    "Member",
    "Membership",
    "OldLot",
    "OldMember",
    "RedemptionBlock",
    "Registration",
    "RevocationRequest",
]
