"""The acts of the ledger: each is atomic, idempotent by its key where it has one, and raises what it refuses."""

from pointclub.points.services.book import Contra
from pointclub.points.services.close_month import close_month
from pointclub.points.services.extend import carry_out_extension, count_selected_accounts
from pointclub.points.services.forfeit import forfeit_points
from pointclub.points.services.lapse import Lapsed, lapse_all_due
from pointclub.points.services.open_account import open_account
from pointclub.points.services.open_balance import LapsedOpeningBalanceError, open_balance
from pointclub.points.services.post_grants import (
    STAGING_TABLE,
    Posted,
    lock_accounts,
    post_staged_grants,
    prepare_staging,
)
from pointclub.points.services.redeem import LineToRedeem, redeem_points, redemption_questions
from pointclub.points.services.refusals import (
    AccountClosedError,
    AlreadyDecidedError,
    ExpiryShortenedError,
    InsufficientPointsError,
    InvalidPointsError,
    KeyReusedError,
    MonthClosedError,
    MonthNotReadyError,
    ReturnExceedsLineError,
    SamePersonError,
    UnknownRequestError,
    require_points,
)
from pointclub.points.services.request_change import (
    InvalidRequestError,
    LotSelection,
    approve_change,
    reject_change,
    request_adjustment,
    request_extension,
    request_transfer,
)
from pointclub.points.services.restore import NotRestorableError, restore_points
from pointclub.points.services.return_points import return_points, returned_so_far
from pointclub.points.services.take_back import GrantToReduce, TakenBack, take_back_points

__all__ = [
    "STAGING_TABLE",
    "AccountClosedError",
    "AlreadyDecidedError",
    "Contra",
    "ExpiryShortenedError",
    "GrantToReduce",
    "InsufficientPointsError",
    "InvalidPointsError",
    "InvalidRequestError",
    "KeyReusedError",
    "Lapsed",
    "LapsedOpeningBalanceError",
    "LineToRedeem",
    "LotSelection",
    "MonthClosedError",
    "MonthNotReadyError",
    "NotRestorableError",
    "Posted",
    "ReturnExceedsLineError",
    "SamePersonError",
    "TakenBack",
    "UnknownRequestError",
    "approve_change",
    "carry_out_extension",
    "close_month",
    "count_selected_accounts",
    "forfeit_points",
    "lapse_all_due",
    "lock_accounts",
    "open_account",
    "open_balance",
    "post_staged_grants",
    "prepare_staging",
    "redeem_points",
    "redemption_questions",
    "reject_change",
    "request_adjustment",
    "request_extension",
    "request_transfer",
    "require_points",
    "restore_points",
    "return_points",
    "returned_so_far",
    "take_back_points",
]
