"""Questions about what was earned."""

from pointclub.earning.queries.accruals import (
    AccrualState,
    AccrualStory,
    ChangeStory,
    PartStory,
    UnknownReceiptError,
    find_account_of_receipt,
    tell_accrual,
)
from pointclub.earning.queries.claims import list_unmatched_reversals
from pointclub.earning.queries.for_merchants import (
    AccrualForMerchant,
    ChangeForMerchant,
    MerchantView,
    NoSuchAccrualError,
    show_accrual,
    show_accrual_of_receipt,
    show_accrual_of_reference,
)
from pointclub.earning.queries.replayed import compare_accruals
from pointclub.earning.queries.stories import (
    GrantStory,
    PendingGrant,
    describe_grants,
    describe_grants_of,
    list_pending,
    pending_points,
    sources_of_member,
)
from pointclub.earning.queries.terms import CampaignTerms, RuleTerms
from pointclub.earning.queries.verify import AccrualDifference, verify_accruals

__all__ = [
    "AccrualDifference",
    "AccrualForMerchant",
    "AccrualState",
    "AccrualStory",
    "CampaignTerms",
    "ChangeForMerchant",
    "ChangeStory",
    "GrantStory",
    "MerchantView",
    "NoSuchAccrualError",
    "PartStory",
    "PendingGrant",
    "RuleTerms",
    "UnknownReceiptError",
    "compare_accruals",
    "describe_grants",
    "describe_grants_of",
    "find_account_of_receipt",
    "list_pending",
    "list_unmatched_reversals",
    "pending_points",
    "show_accrual",
    "show_accrual_of_receipt",
    "show_accrual_of_reference",
    "sources_of_member",
    "tell_accrual",
    "verify_accruals",
]
