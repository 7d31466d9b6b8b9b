"""Trial mails to an address that somebody typed in (NTC-4)."""

from __future__ import annotations

import datetime as dt

from django.db import connection
from django.db.models import QuerySet

from pointclub.foundation.actors import Actor
from pointclub.foundation.acts import act, leave_to_the_end
from pointclub.foundation.refusals import Refusal, UnavailableError
from pointclub.notices.models import Trial
from pointclub.notices.rules.trials import LIMITS, Limit, Scope
from pointclub.notices.services.tell import LANGUAGES, ring
from pointclub.people.models import ContactAddress
from pointclub.people.personal_data import blind_index
from pointclub.people.rules.contacts import UnreadableValueError, mail_address

_LONGEST_NETWORK, _LONGEST_DEVICE = 43, 36
_LOCK_OF_TRIALS = int.from_bytes(b"trialmai", signed=True)


class TooManyTrialsError(UnavailableError):
    """So many trial mails were asked for that the next one waits; whose address it is makes no difference."""

    code = "too_many_trials"

    def __init__(self, *, retry_at: dt.datetime) -> None:
        """Carry the instant from which the next one is sent."""
        self.retry_at = retry_at
        message = "Too many test messages were asked for. Please wait until the time given, and try again."
        super().__init__(message, retry_at=retry_at.isoformat())


class InvalidTrialAddressError(Refusal):
    """What was typed is no e-mail address."""

    code = "invalid_trial_address"


@act
def send_trial(*, address: str, network: str, device: str, language: str, at: dt.datetime, actor: Actor) -> None:
    """Let a fixed text go to the address, whoever's it is; the answer never tells whether anybody has it.

    Of the address its digest is kept; the address itself is there, encrypted, until the mail has been sent.

    Raises:
        InvalidTrialAddressError: it is no address.
        TooManyTrialsError: a limit is reached.
    """
    try:
        plain = mail_address(address)
    except UnreadableValueError as unreadable:
        raise InvalidTrialAddressError(str(unreadable)) from None
    trial = Trial(
        address_index=blind_index(plain, of=ContactAddress.index_of),
        network=network[:_LONGEST_NETWORK],
        device=device[:_LONGEST_DEVICE],
        language=language if language in LANGUAGES else "ja",
        asked_by=str(actor),
        asked_at=at,
        try_at=at,
    )
    trial.seal(plain)
    with connection.cursor() as cursor:
        # One after another: asked for at once, they would all find room. They are few, and this is short.
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK_OF_TRIALS])
    for limit in LIMITS:
        asked = list(_counted(trial, limit)[: limit.most])
        if len(asked) == limit.most:
            raise TooManyTrialsError(retry_at=asked[-1] + limit.within)
    trial.save(force_insert=True)
    leave_to_the_end(ring, trial.id)


def _counted(trial: Trial, limit: Limit) -> QuerySet[Trial, dt.datetime]:
    """Return when those that count against the limit were asked for, the latest first."""
    asked = Trial.objects.filter(asked_at__gt=trial.asked_at - limit.within)
    match limit.scope:
        case Scope.ADDRESS:
            asked = asked.filter(address_index=trial.address_index)
        case Scope.DEVICE:
            asked = asked.filter(device=trial.device) if trial.device else asked.none()
        case Scope.NETWORK:
            asked = asked.filter(network=trial.network)
        case Scope.ALL:
            pass
    return asked.order_by("-asked_at").values_list("asked_at", flat=True)
