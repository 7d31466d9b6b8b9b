"""How often numbers may be tried against the contracts on file, so that nobody finds one by guessing.

Bills lie in letter boxes, so who tries is limited more than whose number is tried: a stranger who tries a customer's
number all day keeps the customer out for an hour at most.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum


class Scope(StrEnum):
    """Whose tries count together."""

    NETWORK = "network"
    CUSTOMER = "customer"


@dataclass(frozen=True, slots=True)
class Limit:
    """So many tries that matched nothing, in so much time."""

    scope: Scope
    most: int
    within: dt.timedelta


LIMITS = (
    Limit(Scope.CUSTOMER, 5, dt.timedelta(hours=1)),
    Limit(Scope.NETWORK, 20, dt.timedelta(hours=1)),
)
