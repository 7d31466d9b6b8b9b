"""Questions about redemptions."""

from pointclub.rewards.queries.orders import (
    LineStory,
    UnknownOrderError,
    get_line,
    list_orders,
    tell_line,
    tell_lines,
)
from pointclub.rewards.queries.replayed import compare_redemptions
from pointclub.rewards.queries.verify import RedemptionDifference, verify_redemptions

__all__ = [
    "LineStory",
    "RedemptionDifference",
    "UnknownOrderError",
    "compare_redemptions",
    "get_line",
    "list_orders",
    "tell_line",
    "tell_lines",
    "verify_redemptions",
]
