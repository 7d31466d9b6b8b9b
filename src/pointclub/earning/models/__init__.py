"""Earning rules, campaigns, and what members earned.

``Accrual`` says what a sale or bill was; its ``AccrualPart`` rows say which rule or campaign gave how many points, and
wait for the balance update. What happened to it since stands in ``AccrualChange``, which only grows.
"""

from pointclub.earning.models.accruals import Accrual, AccrualChange, AccrualPart
from pointclub.earning.models.catalogue import Campaign, EarningRule
from pointclub.earning.models.claims import AccrualClaim, EarlyReversal, RequestKey

__all__ = [
    "Accrual",
    "AccrualChange",
    "AccrualClaim",
    "AccrualPart",
    "Campaign",
    "EarlyReversal",
    "EarningRule",
    "RequestKey",
]
