"""How often a sign-in may be tried, so that guessing leads nowhere and nobody can be kept out by a stranger.

A browser in which the account's owner signed in before has a count of its own. Elsewhere an account and a network are
counted together, each of them alone as well, and members' tries all over the club. Every limit passes by itself: there
is nothing to unlock, and a stranger who uses one up keeps nobody out of a browser that is known, nor a passkey.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

_QUARTER = dt.timedelta(minutes=15)
_HOUR = dt.timedelta(hours=1)


class Step(StrEnum):
    """What is tried.

    Staff's password and code; a member's password, mailed or app code, proof while in, keyword; a newcomer's login ID,
    of which those count that are taken.
    """

    PASSWORD = "password"  # noqa: S105 -- The name of a step.
    CODE = "code"
    MEMBER = "member"
    MAILED = "mailed"
    PROOF = "proof"
    RECOVERY = "recovery"
    LOGIN_ID = "login_id"


class Scope(StrEnum):
    """Whose wrong tries count together."""

    DEVICE = "device"
    ACCOUNT_AND_NETWORK = "account and network"
    ACCOUNT = "account"
    NETWORK = "network"
    EVERYWHERE = "everywhere"


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
    # Lists of stolen passwords are tried from many networks, a try or two for each account.
    Step.MEMBER: (
        Limit(Scope.ACCOUNT, 5, _QUARTER, is_cleared=False),
        Limit(Scope.NETWORK, 30, _QUARTER, is_cleared=False),
        Limit(Scope.EVERYWHERE, 3_000, _QUARTER, is_cleared=False),
    ),
    Step.MAILED: (
        Limit(Scope.ACCOUNT, 10, _HOUR, is_cleared=False),
        Limit(Scope.NETWORK, 30, _QUARTER, is_cleared=False),
    ),
    Step.PROOF: (
        Limit(Scope.ACCOUNT_AND_NETWORK, 5, _QUARTER, is_cleared=True),
        Limit(Scope.ACCOUNT, 10, _QUARTER, is_cleared=False),
    ),
    Step.RECOVERY: (
        Limit(Scope.ACCOUNT_AND_NETWORK, 5, _HOUR, is_cleared=False),
        Limit(Scope.ACCOUNT, 20, _HOUR, is_cleared=False),
        Limit(Scope.NETWORK, 20, _HOUR, is_cleared=False),
        Limit(Scope.EVERYWHERE, 1_000, _HOUR, is_cleared=False),
    ),
    # Short names are taken, and whole towns share a network: room to choose, and none to list who is a member.
    Step.LOGIN_ID: (
        Limit(Scope.NETWORK, 20, _HOUR, is_cleared=False),
        Limit(Scope.EVERYWHERE, 1_000, _HOUR, is_cleared=False),
    ),
}
ALARM = Limit(Scope.EVERYWHERE, 300, _QUARTER, is_cleared=False)


def limits_for(step: Step, *, device: str) -> tuple[Limit, ...]:
    """Return the limits that hold there."""
    return KNOWN_DEVICE if device else ELSEWHERE[step]
