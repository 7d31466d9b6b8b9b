"""Applying for rewards, and what becomes of each line."""

from pointclub.rewards.services.apply import MOST_LINES, RequestedLine, apply_for_rewards
from pointclub.rewards.services.end_lines import fulfil_line, return_line, stop_lines
from pointclub.rewards.services.refusals import (
    AddressNotProvedError,
    CooldownError,
    FamilyMemberCannotRedeemError,
    HandOverStoppedError,
    InvalidCartError,
    LineEndedError,
    RedemptionBlockedError,
    RewardNotOfferedError,
    StepUpRequiredError,
)

__all__ = [
    "MOST_LINES",
    "AddressNotProvedError",
    "CooldownError",
    "FamilyMemberCannotRedeemError",
    "HandOverStoppedError",
    "InvalidCartError",
    "LineEndedError",
    "RedemptionBlockedError",
    "RequestedLine",
    "RewardNotOfferedError",
    "StepUpRequiredError",
    "apply_for_rewards",
    "fulfil_line",
    "return_line",
    "stop_lines",
]
