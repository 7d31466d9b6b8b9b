"""Sending advertising to all who agreed to it, a chunk at a time (NTC-3)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from uuid import UUID

from pointclub.audit import services as audit
from pointclub.foundation.actors import Actor
from pointclub.foundation.acts import act
from pointclub.foundation.refusals import NotFoundError, Refusal
from pointclub.notices.models import Delivery, Mailing
from pointclub.notices.queries.wishes import next_wanting_advertising
from pointclub.notices.rules.kinds import Kind
from pointclub.notices.rules.words import LONGEST_TEXT, LONGEST_TITLE, Words
from pointclub.notices.services.tell import tell
from pointclub.people import queries as people

PEOPLE_AT_A_TIME = 200


class InvalidMailingError(Refusal):
    """A mailing has a subject and a text in both languages."""

    code = "invalid_mailing"


class UnknownMailingError(NotFoundError):
    """There is no such mailing."""

    code = "unknown_mailing"


@act
def ask_for_mailing(*, japanese: Words, english: Words, at: dt.datetime, actor: Actor) -> Mailing:
    """Keep what is to be sent to all who want advertising; `carry_on_mailing` sends it.

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
    audit.record_act(act="notices.ask_for_mailing", actor=actor, subject=audit.Subject("mailing", mailing.id), at=at)
    return mailing


def carry_on_mailing(*, mailing_id: UUID, at: dt.datetime, actor: Actor) -> Iterator[int]:
    """Tell everybody who has not been told, yielding after each chunk how many people it was.

    Stopped midway, the next call goes on after the last person who was told; two at once share nothing, and nobody is
    told twice.

    Raises:
        UnknownMailingError: there is none.
    """
    while (people_told := _next_chunk(mailing_id, at=at, actor=actor)) > 0:
        yield people_told


@act
def _next_chunk(mailing_id: UUID, *, at: dt.datetime, actor: Actor) -> int:
    mailing = Mailing.objects.select_for_update(no_key=True).filter(id=mailing_id).first()
    if mailing is None:
        message = f"There is no mailing {mailing_id}."
        raise UnknownMailingError(message)
    if mailing.finished_at is not None:
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


def _tell(mailing: Mailing, person_id: UUID, *, at: dt.datetime, actor: Actor) -> UUID:
    language = people.language_of(person_id)
    is_english = language == "en"
    values = {
        "subject": mailing.title_en if is_english else mailing.title_ja,
        "text": mailing.text_en if is_english else mailing.text_ja,
    }
    return tell(
        person_id=person_id,
        kind=Kind.ADVERTISING,
        values=values,
        once=f"mailing:{mailing.id}:{person_id}",
        at=at,
        actor=actor,
        language=language,
    )
