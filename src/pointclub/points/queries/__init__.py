"""Questions to the ledger."""

from pointclub.points.queries.balance import (
    Balance,
    LotBalance,
    get_balance,
    is_closed,
)
from pointclub.points.queries.history import get_history, list_history, list_merchants
from pointclub.points.queries.history_entries import (
    HistoryEntry,
    HistoryFilter,
    HistoryPage,
    HistoryPosting,
)
from pointclub.points.queries.keys import has_transaction
from pointclub.points.queries.lapses import Lapsing, list_lapses_between
from pointclub.points.queries.month import month_figures
from pointclub.points.queries.requests import get_request, list_requests
from pointclub.points.queries.tracing import LotFamily, lot_family, trace_source
from pointclub.points.queries.verify import Difference, Verified, verify_ledger

__all__ = [
    "Balance",
    "Difference",
    "HistoryEntry",
    "HistoryFilter",
    "HistoryPage",
    "HistoryPosting",
    "Lapsing",
    "LotBalance",
    "LotFamily",
    "Verified",
    "get_balance",
    "get_history",
    "get_request",
    "has_transaction",
    "is_closed",
    "list_history",
    "list_lapses_between",
    "list_merchants",
    "list_requests",
    "lot_family",
    "month_figures",
    "trace_source",
    "verify_ledger",
]
