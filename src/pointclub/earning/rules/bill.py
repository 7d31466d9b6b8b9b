"""Points on the electricity or gas bill (ACC-10)."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum


class BilledEnergy(StrEnum):
    """What the bill is for."""

    ELECTRICITY = "electricity"
    GAS = "gas"


@dataclass(frozen=True, slots=True)
class BillFacts:
    """What counts of a final bill: the total with tax, and the renewable-energy levy within it."""

    contract_reference: str
    bill_reference: str
    energy: BilledEnergy
    total_yen: int
    renewable_levy_yen: int
    billed_on: dt.date
    was_viewed: bool = False


@dataclass(frozen=True, slots=True)
class BillRule:
    """What a version of the program gives on bills, and whether only on those that were viewed on the portal."""

    electricity_points_per_1000_yen: int
    gas_points_per_1000_yen: int
    needs_viewing: bool = False


def bill_points(facts: BillFacts, rule: BillRule, *, joined_on: dt.date) -> int:
    """Return the points on the bill: per full 1,000 yen without the levy, from the month after joining."""
    if rule.needs_viewing and not facts.was_viewed:
        return 0
    if (facts.billed_on.year, facts.billed_on.month) <= (joined_on.year, joined_on.month):
        return 0
    rate = {
        BilledEnergy.ELECTRICITY: rule.electricity_points_per_1000_yen,
        BilledEnergy.GAS: rule.gas_points_per_1000_yen,
    }[facts.energy]
    return max(0, facts.total_yen - facts.renewable_levy_yen) // 1000 * rate
