"""Counting tries to sign in before the password or the code is looked at."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Callable, Mapping
from uuid import UUID

from django.db.models import QuerySet

from pointclub.foundation.acts import act
from pointclub.foundation.refusals import UnavailableError
from pointclub.foundation.turns import wait_for_turn
from pointclub.people.models import SignInAlarm, SignInAttempt
from pointclub.people.personal_data import blind_index
from pointclub.people.rules.attempts import ALARMS, Counted, Limit, Scope, Step, limits_for
from pointclub.people.rules.networks import around

_LONGEST_NETWORK = 43

logger = logging.getLogger(__name__)


class TooManyAttemptsError(UnavailableError):
    """It was tried too often; nothing was looked at. The same for an account that exists and one that does not."""

    code = "too_many_attempts"

    def __init__(self, *, retry_at: dt.datetime) -> None:
        """Carry the instant from which the next try is looked at."""
        self.retry_at = retry_at
        message = "There were too many attempts. Please wait until the time given, and try again."
        super().__init__(message, retry_at=retry_at.isoformat())


class TooManyEverywhereError(TooManyAttemptsError):
    """Somebody tries all over the club; only browsers that are known, passkeys and mailed links go on meanwhile."""

    code = "too_many_everywhere"


@act
def begin_attempt(*, step: str, login_id: str, network: str, device: str, at: dt.datetime) -> UUID:
    """Note a try, wrong until it is told to be right, or refuse it.

    Written before it is looked at, and one after another, so that tries sent at once do not all find room.

    Raises:
        TooManyAttemptsError: a limit is reached.
        TooManyEverywhereError: it is one of the whole club.
    """
    network = network[:_LONGEST_NETWORK]
    site, block = around(network)
    attempt = SignInAttempt(
        step=Step(step),
        account_index=blind_index(login_id, of="sign-in"),
        network=network,
        site=site,
        block=block,
        device=device,
        tried_at=at,
    )
    wait_for_turn([attempt.account_index, blind_index(network, of="network")])
    for limit in limits_for(Step(step), device=device):
        reached_by = _try_that_reached(attempt, limit)
        if reached_by is not None:
            refused = TooManyEverywhereError if limit.scope is Scope.EVERYWHERE else TooManyAttemptsError
            raise refused(retry_at=reached_by + limit.within)
    attempt.save(force_insert=True)
    if attempt.step in ALARMS and not device:
        _raise_alarm(attempt, ALARMS[Step(attempt.step)])
    return attempt.id


@act
def note_success(*, attempt: UUID, at: dt.datetime) -> None:
    """Note that the try was right."""
    SignInAttempt.objects.filter(id=attempt).update(succeeded_at=at)


def _try_that_reached(attempt: SignInAttempt, limit: Limit) -> dt.datetime | None:
    """Return when the try was made that is the limit's last one, counted from now; nothing where there is room."""
    tries = _tries(attempt, limit).values_list("tried_at", flat=True)
    return next(iter(tries[limit.most - 1 : limit.most]), None)


def _raise_alarm(attempt: SignInAttempt, alarm: Limit) -> None:
    """Tell staff once in a while that somebody works through a list; those who try learn nothing of it."""
    raised = SignInAlarm.objects.filter(step=attempt.step, raised_at__gt=attempt.tried_at - alarm.within)
    if _try_that_reached(attempt, alarm) is None or raised.exists():
        return
    wrong = _tries(attempt, alarm).count()
    minutes = int(alarm.within.total_seconds()) // 60
    SignInAlarm.objects.create(step=attempt.step, raised_at=attempt.tried_at, wrong_tries=wrong, within_minutes=minutes)
    logger.error("%s wrong tries (%s) within %s minutes: somebody works through a list", wrong, attempt.step, minutes)


def _tries(attempt: SignInAttempt, limit: Limit) -> QuerySet[SignInAttempt]:
    """Return what counts against the limit, the latest first."""
    same = SignInAttempt.objects.filter(step=attempt.step, tried_at__gt=attempt.tried_at - limit.within)
    same = same.filter(**_SAME[limit.scope](attempt))
    if limit.counted is Counted.ALL:
        return same.order_by("-tried_at")
    if limit.counted is Counted.WRONG_SINCE_RIGHT:
        right = same.filter(succeeded_at__isnull=False).order_by("-tried_at").values_list("tried_at", flat=True).first()
        if right is not None:
            same = same.filter(tried_at__gt=right)
    return same.filter(succeeded_at__isnull=True).order_by("-tried_at")


_SAME: Mapping[Scope, Callable[[SignInAttempt], dict[str, object]]] = {
    Scope.DEVICE: lambda one: {"device": one.device, "account_index": one.account_index},
    Scope.ACCOUNT_AND_NETWORK: lambda one: {"device": "", "account_index": one.account_index, "network": one.network},
    Scope.ACCOUNT: lambda one: {"device": "", "account_index": one.account_index},
    Scope.NETWORK: lambda one: {"device": "", "network": one.network},
    Scope.SITE: lambda one: {"device": "", "site": one.site},
    Scope.BLOCK: lambda one: {"device": "", "block": one.block},
    Scope.EVERYWHERE: lambda _one: {"device": ""},
}
