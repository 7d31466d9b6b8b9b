"""How often a sign-in may be tried, so that guessing leads nowhere and nobody can be kept out by a stranger.

A browser in which the account's owner signed in before has a count of its own. Elsewhere an account and a network are
counted together, each of them alone as well. Every limit passes by itself: there is nothing to unlock.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

_QUARTER = dt.timedelta(minutes=15)
_HOUR = dt.timedelta(hours=1)


class Step(StrEnum):
    """What is tried."""

    PASSWORD = "password"  # noqa: S105 -- The name of a step.
    CODE = "code"


class Scope(StrEnum):
    """Whose wrong tries count together."""

    DEVICE = "device"
    ACCOUNT_AND_NETWORK = "account and network"
    ACCOUNT = "account"
    NETWORK = "network"


@dataclass(frozen=True, slots=True)
class Limit:
    """So many wrong tries in so much time; where ``is_cleared``, a right one begins the count anew."""

    scope: Scope
    most: int
    within: dt.timedelta
    is_cleared: bool


KNOWN_DEVICE = (Limit(Scope.DEVICE, 5, _QUARTER, is_cleared=True),)
ELSEWHERE = {
    Step.PASSWORD: (
        Limit(Scope.ACCOUNT_AND_NETWORK, 5, _QUARTER, is_cleared=True),
        Limit(Scope.ACCOUNT, 20, _QUARTER, is_cleared=False),
        Limit(Scope.NETWORK, 30, _QUARTER, is_cleared=False),
    ),
    # Who gets as far as the code knows the password, so fewer tries from unknown places are a loss to nobody else.
    Step.CODE: (
        Limit(Scope.ACCOUNT_AND_NETWORK, 5, _QUARTER, is_cleared=True),
        Limit(Scope.ACCOUNT, 10, _HOUR, is_cleared=False),
        Limit(Scope.NETWORK, 30, _QUARTER, is_cleared=False),
    ),
}


def limits_for(step: Step, *, device: str) -> tuple[Limit, ...]:
    """Return the limits that hold there."""
    return KNOWN_DEVICE if device else ELSEWHERE[step]
