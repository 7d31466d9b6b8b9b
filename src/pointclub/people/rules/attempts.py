"""How often a sign-in may be tried, so that guessing leads nowhere and nobody can be kept out by a stranger.

A browser in which the account's owner signed in before has a count of its own. Elsewhere an account and a network are
counted together, each of them alone as well, the networks around it, and tries all over the club. Every limit passes by
itself: there is nothing to unlock, and a stranger who uses one up keeps nobody out of a browser that is known, nor a
passkey, nor a link that was mailed.
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
    and another one of somebody who is known, of both of which those count that are taken; the number and password of an
    old member, shown by a newcomer and by somebody who is in; leaving for the provider of external IDs; the two numbers
    of a contract.
    """

    PASSWORD = "password"  # noqa: S105 -- The name of a step.
    CODE = "code"
    MEMBER = "member"
    MAILED = "mailed"
    PROOF = "proof"
    RECOVERY = "recovery"
    LOGIN_ID = "login_id"
    OWN_ID = "own_id"
    OLD_PAIR = "old_pair"
    OWN_PAIR = "own_pair"
    EXTERNAL = "external"
    CONTRACT = "contract"


class Scope(StrEnum):
    """Whose tries count together. What lies around a network is told by `rules.networks.around`."""

    DEVICE = "device"
    ACCOUNT_AND_NETWORK = "account and network"
    ACCOUNT = "account"
    NETWORK = "network"
    SITE = "site"
    BLOCK = "block"
    EVERYWHERE = "everywhere"


class Counted(StrEnum):
    """Which tries count: the wrong ones, those since the last right one, or the right ones as well."""

    WRONG = "wrong"
    WRONG_SINCE_RIGHT = "wrong since right"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class Limit:
    """So many tries in so much time."""

    scope: Scope
    most: int
    within: dt.timedelta
    counted: Counted = Counted.WRONG


# Whoever signs in more often than this is a machine, and each time costs a hash.
_RIGHT_ONES = 60
KNOWN_DEVICE = (
    Limit(Scope.DEVICE, 5, _QUARTER, Counted.WRONG_SINCE_RIGHT),
    Limit(Scope.DEVICE, _RIGHT_ONES, _QUARTER, Counted.ALL),
)
ELSEWHERE = {
    Step.PASSWORD: (
        Limit(Scope.ACCOUNT_AND_NETWORK, 5, _QUARTER, Counted.WRONG_SINCE_RIGHT),
        Limit(Scope.ACCOUNT_AND_NETWORK, _RIGHT_ONES, _QUARTER, Counted.ALL),
        Limit(Scope.ACCOUNT, 20, _QUARTER),
        Limit(Scope.NETWORK, 30, _QUARTER),
    ),
    # Who gets as far as the code knows the password, so fewer tries from unknown places are a loss to nobody else.
    Step.CODE: (
        Limit(Scope.ACCOUNT_AND_NETWORK, 5, _QUARTER, Counted.WRONG_SINCE_RIGHT),
        Limit(Scope.ACCOUNT, 10, _HOUR),
        Limit(Scope.NETWORK, 30, _QUARTER),
    ),
    # Lists of stolen passwords are tried from many networks, a try or two for each account.
    Step.MEMBER: (
        Limit(Scope.ACCOUNT, 5, _QUARTER),
        Limit(Scope.ACCOUNT_AND_NETWORK, _RIGHT_ONES, _QUARTER, Counted.ALL),
        Limit(Scope.NETWORK, 30, _QUARTER),
        Limit(Scope.SITE, 150, _QUARTER),
        Limit(Scope.BLOCK, 300, _QUARTER),
        Limit(Scope.EVERYWHERE, 3_000, _QUARTER),
    ),
    Step.MAILED: (
        Limit(Scope.ACCOUNT, 10, _HOUR),
        Limit(Scope.NETWORK, 30, _QUARTER),
    ),
    Step.PROOF: (
        Limit(Scope.ACCOUNT_AND_NETWORK, 5, _QUARTER, Counted.WRONG_SINCE_RIGHT),
        Limit(Scope.ACCOUNT_AND_NETWORK, _RIGHT_ONES, _QUARTER, Counted.ALL),
        Limit(Scope.ACCOUNT, 10, _QUARTER),
    ),
    # An address has no count of its own, which strangers could use up: what is limited is how many mails it gets
    # (`MAILS_AN_HOUR`), and whoever guesses a keyword right sees nothing of it.
    Step.RECOVERY: (
        Limit(Scope.ACCOUNT_AND_NETWORK, 5, _HOUR),
        Limit(Scope.NETWORK, 20, _HOUR),
        Limit(Scope.SITE, 60, _HOUR),
        Limit(Scope.BLOCK, 120, _HOUR),
        Limit(Scope.EVERYWHERE, 1_000, _HOUR),
    ),
    # Short names are taken, and whole towns share a network: room to choose, and none to list who is a member. No
    # browser of a newcomer is known, so a limit of the whole club would keep all of them out: there is an alarm alone.
    Step.LOGIN_ID: (
        Limit(Scope.NETWORK, 20, _HOUR),
        Limit(Scope.SITE, 60, _HOUR),
        Limit(Scope.BLOCK, 120, _HOUR),
    ),
    # Somebody who is in, or holds a mailed link: strangers have no part in their count.
    Step.OWN_ID: (Limit(Scope.ACCOUNT, 20, _HOUR),),
    # The same whether or not there is such a number, and few: the passwords are old, and points stand behind them.
    Step.OLD_PAIR: (
        Limit(Scope.ACCOUNT_AND_NETWORK, 5, _HOUR),
        Limit(Scope.ACCOUNT_AND_NETWORK, _RIGHT_ONES, _QUARTER, Counted.ALL),
        Limit(Scope.ACCOUNT, 20, _HOUR),
        Limit(Scope.NETWORK, 20, _HOUR),
        Limit(Scope.SITE, 60, _HOUR),
        Limit(Scope.BLOCK, 120, _HOUR),
    ),
    # Counted for whoever is in, all numbers together: what strangers try of a number is no matter here.
    Step.OWN_PAIR: (
        Limit(Scope.ACCOUNT, 5, _HOUR),
        Limit(Scope.ACCOUNT, _RIGHT_ONES, _QUARTER, Counted.ALL),
        Limit(Scope.NETWORK, 20, _HOUR),
        Limit(Scope.SITE, 60, _HOUR),
        Limit(Scope.BLOCK, 120, _HOUR),
    ),
    # Bills lie in letter boxes, so who tries is limited more than whose number is tried.
    Step.CONTRACT: (
        Limit(Scope.ACCOUNT_AND_NETWORK, 5, _HOUR),
        Limit(Scope.ACCOUNT, 20, _HOUR),
        Limit(Scope.NETWORK, 20, _HOUR),
        Limit(Scope.SITE, 60, _HOUR),
        Limit(Scope.BLOCK, 120, _HOUR),
    ),
    # Each is a state in a session, and may be a call to the provider.
    Step.EXTERNAL: (
        Limit(Scope.NETWORK, 30, _QUARTER, Counted.ALL),
        Limit(Scope.SITE, 150, _QUARTER, Counted.ALL),
        Limit(Scope.BLOCK, 300, _QUARTER, Counted.ALL),
    ),
}
# Staff hear of it long before a limit of the whole club is reached, and where there is none.
ALARMS = {
    Step.MEMBER: Limit(Scope.EVERYWHERE, 300, _QUARTER),
    Step.RECOVERY: Limit(Scope.EVERYWHERE, 300, _HOUR),
    Step.LOGIN_ID: Limit(Scope.EVERYWHERE, 300, _HOUR),
    Step.OLD_PAIR: Limit(Scope.EVERYWHERE, 300, _HOUR),
    Step.OWN_PAIR: Limit(Scope.EVERYWHERE, 300, _HOUR),
    Step.CONTRACT: Limit(Scope.EVERYWHERE, 300, _HOUR),
}


def limits_for(step: Step, *, device: str) -> tuple[Limit, ...]:
    """Return the limits that hold there."""
    return KNOWN_DEVICE if device else ELSEWHERE[step]
