"""Counting tries to sign in before the password or the code is looked at."""

from __future__ import annotations

import datetime as dt
import logging
from uuid import UUID

from django.db import connection
from django.db.models import QuerySet

from pointclub.foundation.acts import act
from pointclub.foundation.refusals import UnavailableError
from pointclub.people.models import SignInAlarm, SignInAttempt
from pointclub.people.personal_data import blind_index
from pointclub.people.rules.attempts import ALARM, Limit, Scope, Step, limits_for

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


@act
def begin_attempt(*, step: str, login_id: str, network: str, device: str, at: dt.datetime) -> UUID:
    """Note a try, wrong until it is told to be right, or refuse it.

    Written before it is looked at, and one after another, so that tries sent at once do not all find room.

    Raises:
        TooManyAttemptsError: a limit is reached.
    """
    attempt = SignInAttempt(
        step=Step(step),
        account_index=blind_index(login_id, of="sign-in"),
        network=network[:_LONGEST_NETWORK],
        device=device,
        tried_at=at,
    )
    _wait_for_others(attempt)
    for limit in limits_for(Step(step), device=device):
        reached_by = _try_that_reached(attempt, limit)
        if reached_by is not None:
            raise TooManyAttemptsError(retry_at=reached_by + limit.within)
    attempt.save(force_insert=True)
    if attempt.step == Step.MEMBER and not device:
        _raise_alarm(attempt)
    return attempt.id


@act
def note_success(*, attempt: UUID, at: dt.datetime) -> None:
    """Note that the try was right."""
    SignInAttempt.objects.filter(id=attempt).update(succeeded_at=at)


def _try_that_reached(attempt: SignInAttempt, limit: Limit) -> dt.datetime | None:
    """Return when the try was made that is the limit's last one, counted from now; nothing where there is room."""
    wrong = _wrong_tries(attempt, limit).values_list("tried_at", flat=True)
    return next(iter(wrong[limit.most - 1 : limit.most]), None)


def _raise_alarm(attempt: SignInAttempt) -> None:
    """Tell staff once in a while that somebody works through a list; those who try learn nothing of it."""
    since = attempt.tried_at - ALARM.within
    if _try_that_reached(attempt, ALARM) is None or SignInAlarm.objects.filter(raised_at__gt=since).exists():
        return
    wrong = _wrong_tries(attempt, ALARM).count()
    minutes = int(ALARM.within.total_seconds()) // 60
    SignInAlarm.objects.create(raised_at=attempt.tried_at, wrong_tries=wrong, within_minutes=minutes)
    logger.error("%s wrong tries to sign in within %s minutes: stolen passwords may be in use", wrong, minutes)


def _wait_for_others(attempt: SignInAttempt) -> None:
    """Let tries of the same account or network come one by one, in an order that forms no ring."""
    names = {int.from_bytes(attempt.account_index[:8], signed=True), _number_of(attempt.network)}
    with connection.cursor() as cursor:
        for name in sorted(names):
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [name])


def _number_of(network: str) -> int:
    return int.from_bytes(blind_index(network, of="network")[:8], signed=True)


def _wrong_tries(attempt: SignInAttempt, limit: Limit) -> QuerySet[SignInAttempt]:
    """Return what counts against the limit, the latest first."""
    same = SignInAttempt.objects.filter(step=attempt.step, tried_at__gt=attempt.tried_at - limit.within)
    match limit.scope:
        case Scope.DEVICE:
            same = same.filter(device=attempt.device, account_index=attempt.account_index)
        case Scope.ACCOUNT_AND_NETWORK:
            same = same.filter(device="", account_index=attempt.account_index, network=attempt.network)
        case Scope.ACCOUNT:
            same = same.filter(device="", account_index=attempt.account_index)
        case Scope.NETWORK:
            same = same.filter(device="", network=attempt.network)
        case Scope.EVERYWHERE:
            same = same.filter(device="")
    if limit.is_cleared:
        right = same.filter(succeeded_at__isnull=False).order_by("-tried_at").values_list("tried_at", flat=True).first()
        if right is not None:
            same = same.filter(tried_at__gt=right)
    return same.filter(succeeded_at__isnull=True).order_by("-tried_at")
