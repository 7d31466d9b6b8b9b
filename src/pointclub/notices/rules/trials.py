"""How often a trial mail may be asked for, so that nobody's mailbox is filled by strangers (NTC-4)."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

_HOUR = dt.timedelta(hours=1)
_DAY = dt.timedelta(days=1)


class Scope(StrEnum):
    """Whose trials count together."""

    ADDRESS = "address"
    DEVICE = "device"
    NETWORK = "network"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class Limit:
    """So many trials in so much time."""

    scope: Scope
    most: int
    within: dt.timedelta


LIMITS = (
    Limit(Scope.ADDRESS, 3, _HOUR),
    Limit(Scope.ADDRESS, 5, _DAY),
    Limit(Scope.DEVICE, 5, _HOUR),
    Limit(Scope.NETWORK, 20, _HOUR),
    Limit(Scope.ALL, 500, _HOUR),
)
