"""Advertising to all who agreed to it: one person asks, another approves, and it goes out a chunk at a time (NTC-3)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from uuid import UUID

from django.db.models import QuerySet

from pointclub.audit import services as audit
from pointclub.foundation.actors import Actor
from pointclub.foundation.acts import act, leave_to_the_end
from pointclub.foundation.refusals import Refusal
from pointclub.notices.models import Delivery, Mailing
from pointclub.notices.queries.mailings import deliveries_of, get_mailing
from pointclub.notices.queries.wishes import next_wanting_advertising
from pointclub.notices.rules import mailings
from pointclub.notices.rules.kinds import Kind
from pointclub.notices.rules.words import LONGEST_TEXT, LONGEST_TITLE, Words
from pointclub.notices.services.refusals import AlreadyDecidedError, SamePersonError
from pointclub.notices.services.tell import ring, tell
from pointclub.people import queries as people

PEOPLE_AT_A_TIME = 200


class InvalidMailingError(Refusal):
    """A mailing has a subject and a text in both languages."""

    code = "invalid_mailing"


class NotGoingOutError(Refusal):
    """The mailing is not under way, so it cannot be stopped; or not stopped, so it cannot go on; or is over."""

    code = "mailing_not_going_out"


@act
def ask_for_mailing(*, japanese: Words, english: Words, at: dt.datetime, actor: Actor) -> Mailing:
    """Ask that a text be sent to all who want advertising; a second person approves it.

    Raises:
        InvalidMailingError: a subject or a text is missing, or too long.
    """
    if not (japanese.are_fit and english.are_fit):
        message = (
            f"A mailing has a subject of one line, up to {LONGEST_TITLE} characters, and a text of up to "
            f"{LONGEST_TEXT:,}, in Japanese and in English."
        )
        raise InvalidMailingError(message)
    mailing = Mailing.objects.create(
        title_ja=japanese.title,
        text_ja=japanese.text.strip(),
        title_en=english.title,
        text_en=english.text.strip(),
        asked_by=str(actor),
        asked_at=at,
    )
    _record("notices.ask_for_mailing", mailing, at=at, actor=actor)
    return mailing


@act
def approve_mailing(*, request_id: UUID, at: dt.datetime, actor: Actor) -> Mailing:
    """Let the mailing go out; the worker begins with it within a minute.

    Raises:
        UnknownMailingError: there is none.
        SamePersonError: the actor asked for it.
        AlreadyDecidedError: it was decided or cancelled before.
    """
    mailing = _undecided(request_id, actor=actor)
    mailing.approved_by, mailing.decided_at = str(actor), at
    mailing.save(update_fields=["approved_by", "decided_at"])
    _record("notices.approve_mailing", mailing, at=at, actor=actor)
    return mailing


@act
def reject_mailing(*, request_id: UUID, at: dt.datetime, actor: Actor) -> Mailing:
    """Turn the mailing down; nobody is sent it.

    Raises:
        UnknownMailingError: there is none.
        SamePersonError: the actor asked for it.
        AlreadyDecidedError: it was decided or cancelled before.
    """
    mailing = _undecided(request_id, actor=actor)
    mailing.rejected_by, mailing.decided_at = str(actor), at
    mailing.save(update_fields=["rejected_by", "decided_at"])
    _record("notices.reject_mailing", mailing, at=at, actor=actor)
    return mailing


@act
def stop_mailing(*, mailing_id: UUID, at: dt.datetime, actor: Actor) -> Mailing:
    """Tell nobody else, and let what waits to be sent wait on; a mail in the midst of being handed over still leaves.

    Raises:
        UnknownMailingError: there is none.
        NotGoingOutError: it is not under way.
    """
    mailing = _locked(mailing_id)
    if mailing.state not in {Mailing.State.GOING_OUT, Mailing.State.FINISHED}:
        message = f"This mailing is not under way: it is {mailing.state}."
        raise NotGoingOutError(message, state=str(mailing.state))
    mailing.stopped_by, mailing.stopped_at = str(actor), at
    mailing.save(update_fields=["stopped_by", "stopped_at"])
    _record("notices.stop_mailing", mailing, at=at, actor=actor)
    return mailing


@act
def go_on_with_mailing(*, mailing_id: UUID, at: dt.datetime, actor: Actor) -> Mailing:
    """Let a stopped mailing go on where it was, approved anew by somebody who decides on mailings.

    Raises:
        UnknownMailingError: there is none.
        SamePersonError: the actor asked for it.
        NotGoingOutError: it was not stopped.
    """
    mailing = _locked(mailing_id)
    if mailing.asked_by == str(actor):
        raise SamePersonError
    if mailing.state is not Mailing.State.STOPPED:
        message = f"This mailing was not stopped: it is {mailing.state}."
        raise NotGoingOutError(message, state=str(mailing.state))
    mailing.stopped_by, mailing.stopped_at = "", None
    mailing.save(update_fields=["stopped_by", "stopped_at"])
    _at_rest(mailing, at=at).update(try_at=at)
    leave_to_the_end(ring, mailing.id)
    _record("notices.go_on_with_mailing", mailing, at=at, actor=actor)
    return mailing


@act
def cancel_mailing(*, mailing_id: UUID, at: dt.datetime, actor: Actor) -> Mailing:
    """End the mailing for good, before it was decided on or wherever it is: what has not been sent never is.

    A mail in the midst of being handed over still leaves, and is kept as what it is.

    Raises:
        UnknownMailingError: there is none.
        NotGoingOutError: it was turned down or cancelled before, or all its mails have left.
    """
    mailing = _locked(mailing_id)
    is_all_out = mailing.finished_at is not None and not _unsent(mailing).exists()
    if is_all_out or mailing.state in {Mailing.State.REJECTED, Mailing.State.CANCELLED}:
        message = f"There is nothing left to cancel: it is {mailing.state}."
        raise NotGoingOutError(message, state=str(mailing.state))
    mailing.cancelled_by, mailing.cancelled_at = str(actor), at
    mailing.save(update_fields=["cancelled_by", "cancelled_at"])
    _at_rest(mailing, at=at).update(state=Delivery.State.FAILED, failure=Delivery.Failure.STOPPED, try_at=None)
    _record("notices.cancel_mailing", mailing, at=at, actor=actor)
    return mailing


def _unsent(mailing: Mailing) -> QuerySet[Delivery]:
    return deliveries_of(mailing.id).filter(state=Delivery.State.WAITING)


def _at_rest(mailing: Mailing, *, at: dt.datetime) -> QuerySet[Delivery]:
    """Return what no worker can be at: what one may just be handing over, or was put off, is left to who comes next."""
    return _unsent(mailing).exclude(tries__gt=0, try_at__gt=at)


def carry_on_mailing(*, mailing_id: UUID, at: dt.datetime, actor: Actor) -> Iterator[int]:
    """Tell everybody who has not been told, yielding after each chunk how many people it was.

    Cut short, the next call goes on after the last person who was told; two at once share nothing, and nobody is told
    twice. A mailing that nobody approved, or that was stopped or cancelled, tells nobody.

    Raises:
        UnknownMailingError: there is none.
    """
    while (people_told := _next_chunk(mailing_id, at=at, actor=actor)) > 0:
        yield people_told


@act
def _next_chunk(mailing_id: UUID, *, at: dt.datetime, actor: Actor) -> int:
    mailing = _locked(mailing_id)
    if mailing.state is not Mailing.State.GOING_OUT:
        return 0
    chunk = next_wanting_advertising(after=mailing.reached, limit=PEOPLE_AT_A_TIME)
    if chunk:
        told = [_tell(mailing, person_id, at=at, actor=actor) for person_id in chunk]
        mailing.reached = chunk[-1]
        mailing.mails += Delivery.objects.filter(notice_id__in=told).count()
    else:
        mailing.finished_at = at
    mailing.save(update_fields=["reached", "mails", "finished_at"])
    return len(chunk)


def _locked(mailing_id: UUID) -> Mailing:
    Mailing.objects.select_for_update(no_key=True).filter(id=mailing_id).first()
    return get_mailing(mailing_id)


def _undecided(request_id: UUID, *, actor: Actor) -> Mailing:
    mailing = _locked(request_id)
    if mailing.asked_by == str(actor):
        raise SamePersonError
    if mailing.state is not Mailing.State.REQUESTED:
        raise AlreadyDecidedError(str(mailing.state))
    return mailing


def _tell(mailing: Mailing, person_id: UUID, *, at: dt.datetime, actor: Actor) -> UUID:
    language = people.language_of(person_id)
    words = mailing.words_in(language)
    values = {"subject": words.title, "text": words.text}
    return tell(
        person_id=person_id,
        kind=Kind.ADVERTISING,
        values=values,
        once=mailings.key_of(mailing.id, person_id),
        at=at,
        actor=actor,
        language=language,
    )


def _record(name: str, mailing: Mailing, *, at: dt.datetime, actor: Actor) -> None:
    audit.record_act(act=name, actor=actor, subject=audit.Subject("mailing", mailing.id), at=at)
