"""The acts by which members earn, and by which what they earned is put right."""

from pointclub.earning.rules.requests import NewPrice
from pointclub.earning.services.accrue import accrue_batch
from pointclub.earning.services.accrue_for_bill import accrue_for_bill, reverse_for_bill
from pointclub.earning.services.accrue_once import accrue_once
from pointclub.earning.services.add_rule import (
    CampaignDays,
    Caps,
    InvalidRuleError,
    add_campaign,
    add_earning_rule,
)
from pointclub.earning.services.apply_change import Changed
from pointclub.earning.services.change_once import TerminalKeyClosedError, correct_once, reverse_once
from pointclub.earning.services.correct import correct
from pointclub.earning.services.forget_request_keys import forget_request_keys
from pointclub.earning.services.import_opening_balances import import_opening_balances
from pointclub.earning.services.import_purchases import import_purchases
from pointclub.earning.services.post_pending import post_accounts, post_pending
from pointclub.earning.services.refusals import (
    AlreadyReversedError,
    CorrectionWindowOverError,
    InvalidKeyError,
    InvalidSaleError,
    MerchantSuspendedError,
    ReferenceConflictError,
    RequestKeyReusedError,
    ReturnExceedsSaleError,
    UnknownAccrualError,
)
from pointclub.earning.services.reverse import reverse
from pointclub.earning.services.withdraw import end_membership

__all__ = [
    "AlreadyReversedError",
    "CampaignDays",
    "Caps",
    "Changed",
    "CorrectionWindowOverError",
    "InvalidKeyError",
    "InvalidRuleError",
    "InvalidSaleError",
    "MerchantSuspendedError",
    "NewPrice",
    "ReferenceConflictError",
    "RequestKeyReusedError",
    "ReturnExceedsSaleError",
    "TerminalKeyClosedError",
    "UnknownAccrualError",
    "accrue_batch",
    "accrue_for_bill",
    "accrue_once",
    "add_campaign",
    "add_earning_rule",
    "correct",
    "correct_once",
    "end_membership",
    "forget_request_keys",
    "import_opening_balances",
    "import_purchases",
    "post_accounts",
    "post_pending",
    "reverse",
    "reverse_for_bill",
    "reverse_once",
]
