"""Questions to the ledger."""

from pointclub.points.queries.balance import (
    Balance,
    HistoryEntry,
    HistoryPosting,
    LotBalance,
    get_balance,
    get_history,
    is_closed,
)
from pointclub.points.queries.keys import has_transaction
from pointclub.points.queries.lapses import Lapsing, list_lapses_between
from pointclub.points.queries.month import month_figures
from pointclub.points.queries.replay import Replayed, ReplayScope, replay_ledger
from pointclub.points.queries.requests import get_request, list_requests
from pointclub.points.queries.tracing import LotFamily, lot_family, trace_source
from pointclub.points.queries.verify import Difference, Verified, verify_ledger

__all__ = [
    "Balance",
    "Difference",
    "HistoryEntry",
    "HistoryPosting",
    "Lapsing",
    "LotBalance",
    "LotFamily",
    "ReplayScope",
    "Replayed",
    "Verified",
    "get_balance",
    "get_history",
    "get_request",
    "has_transaction",
    "is_closed",
    "list_lapses_between",
    "list_requests",
    "lot_family",
    "month_figures",
    "replay_ledger",
    "trace_source",
    "verify_ledger",
]
