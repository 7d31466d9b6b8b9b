"""Letters to those whom no mail reaches (NTC-1)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from uuid import UUID

from django.conf import settings
from uuid_utils.compat import uuid7

from pointclub.audit import services as audit
from pointclub.foundation.actors import Actor
from pointclub.foundation.acts import act
from pointclub.foundation.periods import tokyo_day
from pointclub.foundation.refusals import Refusal
from pointclub.notices.models import BatchedLetter, Delivery, LetterBatch
from pointclub.notices.models.letters import MOST_PEOPLE_WITHOUT_APPROVAL
from pointclub.notices.queries.letter_sheets import Letter
from pointclub.notices.queries.letters import MOST_LETTERS_AT_ONCE, get_letter_batch, waiting_letters, with_homes
from pointclub.notices.queries.texts import text_of
from pointclub.notices.services.refusals import SamePersonError
from pointclub.people import queries as people_queries
from pointclub.people import services as people
from pointclub.people.rules.personal_fields import PersonalField

_LONGEST_REASON = 500
_ON_THE_ENVELOPE = (PersonalField.NAME, PersonalField.POSTAL_CODE, PersonalField.ADDRESS)


class TooManyLettersError(Refusal):
    """Addresses of so many people in one day are an export, which takes a second person."""

    code = "too_many_letters"


class LettersPutBackError(Refusal):
    """These letters were put back: they wait to be printed anew, or were."""

    code = "letters_put_back"

    def __init__(self) -> None:
        """Say so."""
        super().__init__("These letters were put back. They are printed anew with those that wait.")


class PutBackReasonError(Refusal):
    """Why letters are printed once more is on record."""

    code = "put_back_reason"


@act
def print_letters(
    *,
    most_people: int = MOST_PEOPLE_WITHOUT_APPROVAL,
    is_approved: bool = False,
    batch_id: UUID | None = None,
    at: dt.datetime,
    actor: Actor,
) -> list[Letter]:
    """Return the letters that wait, and keep that they were given to be printed; each is so once, the oldest first.

    They are kept as a batch, under that id if one is given, so that they can be put back.

    Whoever prints them within the same act has them printed or still waiting. Unless a second person has approved, it
    is kept that the actor was shown the addresses, which counts like any other unmasking of that day. A letter to
    somebody whose address is not known any more goes on waiting, and keeps no other from being printed.

    Raises:
        TooManyLettersError: the actor was shown too many people's data that day already.
    """
    locked = waiting_letters().select_for_update(of=("self",), no_key=True)[:MOST_LETTERS_AT_ONCE]
    ready = _to_at_most(most_people, with_homes(locked))
    if not ready:
        return []
    if not is_approved:
        _note_shown({delivery.notice.person_id for delivery, _ in ready}, at=at, actor=actor)
    letters = [_letter(delivery, home) for delivery, home in ready]
    batch = _batch_of([delivery for delivery, _ in ready], batch_id=batch_id or uuid7(), at=at, actor=actor)
    _record("notices.print_letters", batch, at=at, actor=actor)
    return letters


@act
def put_letters_back(*, batch_id: UUID, reason: str, at: dt.datetime, actor: Actor) -> LetterBatch:
    """Let the letters of a batch wait once more, because their file was lost; they are printed with the next ones.

    What the next printing takes, it takes for them as well: beyond a hundred people, the approval of a second person.
    Letters to so many are put back by another person than who printed them.

    Raises:
        UnknownLettersError: no letters were printed under that id.
        LettersPutBackError: they were put back before.
        SamePersonError: the actor printed letters to so many people.
        PutBackReasonError: there is no reason.
    """
    LetterBatch.objects.select_for_update(no_key=True).filter(id=batch_id).first()
    batch = get_letter_batch(batch_id)
    if batch.put_back_at is not None:
        raise LettersPutBackError
    if batch.takes_another_than(str(actor)):
        raise SamePersonError
    if not 0 < len(reason.strip()) <= _LONGEST_REASON:
        message = f"Say why, in up to {_LONGEST_REASON} characters."
        raise PutBackReasonError(message)
    letters = Delivery.objects.filter(id__in=batch.batched.values("delivery_id"), state=Delivery.State.SENT)
    letters.update(state=Delivery.State.WAITING, given_at=None)
    batch.put_back_by, batch.put_back_at = str(actor), at
    batch.save(update_fields=["put_back_by", "put_back_at"])
    _record("notices.put_letters_back", batch, at=at, actor=actor, reason=reason.strip())
    return batch


def _batch_of(deliveries: Sequence[Delivery], *, batch_id: UUID, at: dt.datetime, actor: Actor) -> LetterBatch:
    persons = {delivery.notice.person_id for delivery in deliveries}
    batch = LetterBatch.objects.create(
        id=batch_id, letters=len(deliveries), people=len(persons), printed_by=str(actor), printed_at=at
    )
    BatchedLetter.objects.bulk_create(BatchedLetter(batch=batch, delivery=delivery) for delivery in deliveries)
    given = [delivery.id for delivery in deliveries]
    Delivery.objects.filter(id__in=given).update(state=Delivery.State.SENT, given_at=at)
    return batch


def _record(name: str, batch: LetterBatch, *, at: dt.datetime, actor: Actor, reason: str = "") -> None:
    subject = audit.Subject("letters", batch.id)
    details: dict[str, audit.Detail] = {"letters": batch.letters, "people": batch.people}
    audit.record_act(act=name, actor=actor, subject=subject, at=at, details=details, reason=reason)


def _to_at_most(
    most_people: int, letters: Iterable[tuple[Delivery, people_queries.PersonalData]]
) -> list[tuple[Delivery, people_queries.PersonalData]]:
    persons: set[UUID] = set()
    taken = []
    for delivery, home in letters:
        persons.add(delivery.notice.person_id)
        if len(persons) > most_people:
            break
        taken.append((delivery, home))
    return taken


def _note_shown(persons: set[UUID], *, at: dt.datetime, actor: Actor) -> None:
    if not people_queries.may_unmask_more(by=str(actor), on=tokyo_day(at), persons=persons):
        most = settings.ENVIRONMENT.unmasked_persons_a_day
        message = (
            f"With these {len(persons):,} people you would be shown the data of more than {most:,} today. "
            "An export of letters that somebody else approves prints them all."
        )
        raise TooManyLettersError(message, most=most)
    people.note_unmasked(person_ids=persons, fields=_ON_THE_ENVELOPE, actor=actor, at=at)


def _letter(delivery: Delivery, home: people_queries.PersonalData) -> Letter:
    text = text_of(delivery.notice)
    assert text is not None
    return Letter(
        person_id=delivery.notice.person_id,
        language=delivery.notice.language,
        postal_code=home.get(PersonalField.POSTAL_CODE, ""),
        address=home[PersonalField.ADDRESS],
        name=home[PersonalField.NAME],
        text=text,
    )
