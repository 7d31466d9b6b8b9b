"""Questions about where points came from and where they went."""

from pointclub.explain.queries.accruals import explain_accrual
from pointclub.explain.queries.answers import (
    AccrualExplained,
    BalanceExplained,
    DayLot,
    Destination,
    LineExplained,
    LotExplained,
    Origin,
    OriginKind,
    Origins,
    OriginStory,
    Stop,
    Taking,
    TakingKind,
)
from pointclub.explain.queries.balances import UnknownLotError, explain_balance, explain_day, explain_lot
from pointclub.explain.queries.lines import explain_line

__all__ = [
    "AccrualExplained",
    "BalanceExplained",
    "DayLot",
    "Destination",
    "LineExplained",
    "LotExplained",
    "Origin",
    "OriginKind",
    "OriginStory",
    "Origins",
    "Stop",
    "Taking",
    "TakingKind",
    "UnknownLotError",
    "explain_accrual",
    "explain_balance",
    "explain_day",
    "explain_line",
    "explain_lot",
]
