"""Questions to the ledger."""

from pointclub.points.queries.arrears import Debt, list_debts
from pointclub.points.queries.balance import (
    Balance,
    LotBalance,
    find_lot,
    get_balance,
    is_closed,
    list_lots_through,
)
from pointclub.points.queries.flows import (
    Fate,
    Flow,
    Stop,
    sum_source,
    trace_flows,
    trace_line,
    trace_lots,
    trace_takings,
)
from pointclub.points.queries.heads import stream_heads
from pointclub.points.queries.history import get_history, list_history, list_merchants
from pointclub.points.queries.history_entries import (
    HistoryEntry,
    HistoryFilter,
    HistoryPage,
    HistoryPosting,
)
from pointclub.points.queries.keys import has_transaction, opening_references
from pointclub.points.queries.lapses import Lapsing, list_lapses_between
from pointclub.points.queries.month import month_figures
from pointclub.points.queries.replay import REBUILT_ALLOCATIONS, AlsoCompared, Replayed, ReplayScope, replay_ledger
from pointclub.points.queries.requests import (
    RequestStory,
    get_request,
    list_extensions_under_way,
    list_requests,
    tell_requests,
)
from pointclub.points.queries.returns import Returned, list_returns
from pointclub.points.queries.statement import chained_lots, get_opening, stream_chain
from pointclub.points.queries.summaries import AccountSummary, summarise_accounts
from pointclub.points.queries.tracing import Act, LotFamily, lot_family, trace_source
from pointclub.points.queries.verify import Difference, Verified, verify_ledger, verify_requests, verify_sealed
from pointclub.points.rules.root_file import SealedAccount

__all__ = [
    "REBUILT_ALLOCATIONS",
    "AccountSummary",
    "Act",
    "AlsoCompared",
    "Balance",
    "Debt",
    "Difference",
    "Fate",
    "Flow",
    "HistoryEntry",
    "HistoryFilter",
    "HistoryPage",
    "HistoryPosting",
    "Lapsing",
    "LotBalance",
    "LotFamily",
    "ReplayScope",
    "Replayed",
    "RequestStory",
    "Returned",
    "SealedAccount",
    "Stop",
    "Verified",
    "chained_lots",
    "find_lot",
    "get_balance",
    "get_history",
    "get_opening",
    "get_request",
    "has_transaction",
    "is_closed",
    "list_debts",
    "list_extensions_under_way",
    "list_history",
    "list_lapses_between",
    "list_lots_through",
    "list_merchants",
    "list_requests",
    "list_returns",
    "lot_family",
    "month_figures",
    "opening_references",
    "replay_ledger",
    "stream_chain",
    "stream_heads",
    "sum_source",
    "summarise_accounts",
    "tell_requests",
    "trace_flows",
    "trace_line",
    "trace_lots",
    "trace_source",
    "trace_takings",
    "verify_ledger",
    "verify_requests",
    "verify_sealed",
]
