"""Joining, leaving and coming back; knowing who calls; blocking redemption."""

from pointclub.membership.services.blocks import (
    AlreadyBlockedError,
    BlockReasonError,
    NotBlockedError,
    OwnSuspicionError,
    block_redemption,
    lift_block,
)
from pointclub.membership.services.identity import (
    IdentityCheckLockedError,
    IdentityOutcome,
    TooFewAnswersError,
    check_identity,
)
from pointclub.membership.services.memberships import (
    InvalidMemberNumberError,
    MemberNumberTakenError,
    MembershipEndedError,
    NotRestorableError,
    PrimaryNeededError,
    admit,
    admit_family_member,
    end_membership,
    rejoin,
    release_family_member,
)

__all__ = [
    "AlreadyBlockedError",
    "BlockReasonError",
    "IdentityCheckLockedError",
    "IdentityOutcome",
    "InvalidMemberNumberError",
    "MemberNumberTakenError",
    "MembershipEndedError",
    "NotBlockedError",
    "NotRestorableError",
    "OwnSuspicionError",
    "PrimaryNeededError",
    "TooFewAnswersError",
    "admit",
    "admit_family_member",
    "block_redemption",
    "check_identity",
    "end_membership",
    "lift_block",
    "rejoin",
    "release_family_member",
]
