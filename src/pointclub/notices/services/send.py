"""Handing mail over to the server, one after another (NTC-1).

A mail is taken up in one transaction and marked as sent in another, with the handing over between them. A worker killed
there leaves a mail that may have been sent. It is sent again, under the same Message-ID, when the time for it is over:
once too often at most, and never lost. Docs/decisions/0029-outbox.md says why this way round.
"""

from __future__ import annotations

import datetime as dt
import logging
from enum import StrEnum

from django.db.models import QuerySet

from pointclub.foundation import actors
from pointclub.foundation.acts import act
from pointclub.notices.models import Delivery, Mailing, Notice, Trial
from pointclub.notices.models.notices import MAILS
from pointclub.notices.queries.mailings import state_behind
from pointclub.notices.queries.wishes import advertised_addresses_of
from pointclub.notices.rules import waiting
from pointclub.notices.rules.kinds import FACTS, Kind, Topic
from pointclub.notices.rules.replies import Reply
from pointclub.notices.services.mails import mail_of, mail_of_trial
from pointclub.notices.services.outlet import Outlet, ServerDownError
from pointclub.people import services as people

_log = logging.getLogger(__name__)

_BY_THE_WORKER = actors.system("notices")

State = Delivery.State
Failure = Delivery.Failure


class Outcome(StrEnum):
    """What became of the mail that was next."""

    SENT = "sent"
    PUT_OFF = "put_off"
    FAILED = "failed"
    SERVER_DOWN = "server_down"


def send_next(outlet: Outlet, *, at: dt.datetime) -> Outcome | None:
    """Hand over the mail that is next, and keep what became of it; nothing is done where none is due.

    It is not called within a transaction: that the mail was taken up must be on record before it leaves.
    """
    trial = _take_up_trial(at=at)
    if trial is not None:
        return _send_trial(outlet, trial, at=at)
    delivery = _take_up(at=at)
    if delivery is None:
        return None
    mailing_state = state_behind(delivery.notice.once)
    if mailing_state is Mailing.State.STOPPED:
        _put_back(delivery, until=at + waiting.STOPPED)
        return Outcome.PUT_OFF
    is_cancelled = mailing_state is Mailing.State.CANCELLED
    failure = Failure.STOPPED if is_cancelled else _reason_not_to_send(delivery, at=at)
    if failure is not None:
        _fail(delivery, failure, at=at)
        return Outcome.FAILED
    try:
        reply = _hand_over(outlet, delivery, at=at)
    except ServerDownError:
        _put_back(delivery, until=at + waiting.SERVER_DOWN)
        return Outcome.SERVER_DOWN
    return _keep(delivery, reply, at=at)


def _hand_over(outlet: Outlet, delivery: Delivery, *, at: dt.datetime) -> Reply | None:
    try:
        return outlet.hand_over(mail_of(delivery, at=at))
    except ServerDownError:
        raise
    except Exception:  # noqa: BLE001 -- Whatever it is, it is this mail's.
        # The others are not made to wait for it; the same is tried again, and given up in the end.
        _log.exception("The mail %s could not be made.", delivery.id)
        return Reply.TRY_AGAIN


@act
def erase_expired(*, at: dt.datetime) -> int:
    """Erase secrets that nobody may be sent any more, and return how many; what still waits for them has failed."""
    expired = Notice.objects.filter(sealed__isnull=False, expires_at__lte=at)
    ids = list(expired.select_for_update(no_key=True).order_by("id").values_list("id", flat=True))
    Delivery.objects.filter(notice_id__in=ids, state=State.WAITING).update(
        state=State.FAILED, failure=Failure.EXPIRED, try_at=None
    )
    Trial.objects.filter(sealed__isnull=False, asked_at__lte=at - waiting.LAST_OF_A_TRIAL).update(
        sealed=None, erased_at=at
    )
    return Notice.objects.filter(id__in=ids).update(sealed=None, erased_at=at)


@act
def _take_up(*, at: dt.datetime) -> Delivery | None:
    """Take the first that is due, so that no other worker does for a while; what others are at is passed over."""
    due = Delivery.objects.filter(state=State.WAITING, channel__in=MAILS, try_at__lte=at)
    delivery = (
        due.select_for_update(skip_locked=True, no_key=True, of=("self",))
        .select_related("notice", "address")
        .order_by("rank", "try_at", "id")
        .first()
    )
    if delivery is None:
        return None
    delivery.tries += 1
    delivery.try_at = at + waiting.AT_IT
    delivery.save(update_fields=["tries", "try_at"])
    return delivery


def _reason_not_to_send(delivery: Delivery, *, at: dt.datetime) -> Failure | None:
    notice = delivery.notice
    if notice.sealed is None or (notice.expires_at is not None and notice.expires_at <= at):
        return Failure.EXPIRED
    if FACTS[Kind(notice.kind)].topic is Topic.ADVERTISING:
        assert delivery.address is not None
        # Whoever stopped it, or whose address came back, after this was written.
        is_wanted = delivery.channel in advertised_addresses_of(notice.person_id)
        if not is_wanted or delivery.address.bounced_at is not None or delivery.address.replaced_at is not None:
            return Failure.STOPPED
    return None


def _keep(delivery: Delivery, reply: Reply | None, *, at: dt.datetime) -> Outcome:
    if reply is None:
        _end(delivery, at=at, state=State.SENT, given_at=at)
        return Outcome.SENT
    if reply is Reply.TRY_AGAIN:
        try_at = waiting.next_try_at(tries=delivery.tries, at=at)
        if try_at is not None:
            _still_waiting(delivery).update(try_at=try_at)
            return Outcome.PUT_OFF
        _fail(delivery, Failure.GIVEN_UP, at=at)
    elif reply is Reply.REFUSED:
        _fail(delivery, Failure.REFUSED, at=at)
    else:
        _bounce_at_the_door(delivery, at=at)
    return Outcome.FAILED


@act
def _bounce_at_the_door(delivery: Delivery, *, at: dt.datetime) -> None:
    """Keep that there is no such address; the notice counts from now as if it had arrived (MEM-7)."""
    _end(delivery, at=at, state=State.BOUNCED, given_at=at, bounced_at=at)
    assert delivery.address_id is not None
    people.note_bounce(address_id=delivery.address_id, at=at, actor=_BY_THE_WORKER)


def _fail(delivery: Delivery, failure: Failure, *, at: dt.datetime) -> None:
    _end(delivery, at=at, state=State.FAILED, failure=failure)


@act
def _end(delivery: Delivery, *, at: dt.datetime, **how: object) -> None:
    """Keep how it ended, and erase a secret that nobody is to be sent any more."""
    notice = delivery.notice
    if notice.expires_at is None:
        _still_waiting(delivery).update(try_at=None, **how)
        return
    # The notice before its deliveries, as whoever erases what has expired does.
    Notice.objects.select_for_update(no_key=True).get(id=notice.id)
    _still_waiting(delivery).update(try_at=None, **how)
    if not Delivery.objects.filter(notice_id=notice.id, state=State.WAITING).exists():
        Notice.objects.filter(id=notice.id, sealed__isnull=False).update(sealed=None, erased_at=at)


def _put_back(delivery: Delivery, *, until: dt.datetime) -> None:
    """Let it wait as if it had not been tried: what kept it back is no fault of the mail."""
    _still_waiting(delivery).update(tries=delivery.tries - 1, try_at=until)


def _still_waiting(delivery: Delivery) -> QuerySet[Delivery]:
    """Return the row unless another worker was faster, because this one was away for too long."""
    return Delivery.objects.filter(id=delivery.id, state=State.WAITING, tries=delivery.tries)


@act
def _take_up_trial(*, at: dt.datetime) -> Trial | None:
    due = Trial.objects.filter(sealed__isnull=False, try_at__lte=at)
    trial = due.select_for_update(skip_locked=True, no_key=True).order_by("try_at", "id").first()
    if trial is None:
        return None
    trial.tries += 1
    trial.try_at = at + waiting.AT_IT
    trial.save(update_fields=["tries", "try_at"])
    return trial


def _send_trial(outlet: Outlet, trial: Trial, *, at: dt.datetime) -> Outcome:
    """Send a trial, within its hour: whoever asked looks for it now, and can ask again."""
    over = Trial.objects.filter(id=trial.id, sealed__isnull=False)
    if trial.asked_at + waiting.LAST_OF_A_TRIAL <= at:
        over.update(sealed=None, erased_at=at)
        return Outcome.FAILED
    try:
        reply = outlet.hand_over(mail_of_trial(trial, at=at))
    except ServerDownError:
        over.update(try_at=at + waiting.SERVER_DOWN)
        return Outcome.SERVER_DOWN
    if reply is Reply.TRY_AGAIN:
        over.update(try_at=at + waiting.TRIAL_AGAIN)
        return Outcome.PUT_OFF
    if reply is not None:
        over.update(sealed=None, erased_at=at)
        return Outcome.FAILED
    over.update(sealed=None, sent_at=at, erased_at=at)
    return Outcome.SENT
