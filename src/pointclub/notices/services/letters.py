"""Letters to those whom no mail reaches (NTC-1)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from uuid import UUID

from django.conf import settings

from pointclub.audit import services as audit
from pointclub.foundation.actors import Actor
from pointclub.foundation.acts import act
from pointclub.foundation.periods import tokyo_day
from pointclub.foundation.refusals import Refusal
from pointclub.notices.models import Delivery
from pointclub.notices.queries.letter_sheets import Letter
from pointclub.notices.queries.letters import MOST_LETTERS_AT_ONCE, waiting_letters, with_homes
from pointclub.notices.queries.texts import text_of
from pointclub.people import queries as people_queries
from pointclub.people import services as people
from pointclub.people.rules.personal_fields import PersonalField

MOST_PEOPLE_WITHOUT_APPROVAL = 100
_ON_THE_ENVELOPE = (PersonalField.NAME, PersonalField.POSTAL_CODE, PersonalField.ADDRESS)


class TooManyLettersError(Refusal):
    """Addresses of so many people in one day are an export, which takes a second person."""

    code = "too_many_letters"


@act
def print_letters(
    *,
    most_people: int = MOST_PEOPLE_WITHOUT_APPROVAL,
    is_approved: bool = False,
    at: dt.datetime,
    actor: Actor,
) -> list[Letter]:
    """Return the letters that wait, and keep that they were given to be printed; each is so once, the oldest first.

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
    given = [delivery.id for delivery, _ in ready]
    Delivery.objects.filter(id__in=given).update(state=Delivery.State.SENT, given_at=at)
    subject = audit.Subject("delivery", given[0])
    audit.record_act(act="notices.print_letters", actor=actor, subject=subject, at=at, details={"letters": len(given)})
    return letters


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
