"""Letters to those whom no mail reaches (NTC-1)."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.conf import settings

from pointclub.audit import services as audit
from pointclub.foundation.actors import Actor
from pointclub.foundation.acts import act
from pointclub.foundation.periods import tokyo_day
from pointclub.foundation.refusals import Refusal
from pointclub.notices.models import Channel, Delivery
from pointclub.notices.queries.texts import Text, text_of
from pointclub.people import queries as people_queries
from pointclub.people import services as people
from pointclub.people.rules.personal_fields import PersonalField

MOST_LETTERS = 100
_ON_THE_ENVELOPE = (PersonalField.NAME, PersonalField.POSTAL_CODE, PersonalField.ADDRESS)


class TooManyLettersError(Refusal):
    """Addresses of so many people in one day are an export, which takes a second person."""

    code = "too_many_letters"


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter to be printed; shown in a log or a traceback, it says nothing."""

    language: str
    postal_code: str
    address: str
    name: str
    text: Text

    def __repr__(self) -> str:
        """Show no value."""
        return "Letter()"


@act
def print_letters(*, at: dt.datetime, actor: Actor) -> list[Letter]:
    """Return the letters that wait, a hundred at most, and keep that they were given to be printed; each is so once.

    Whoever prints them within the same act has them printed or still waiting. It is kept that the actor was shown the
    addresses, which counts like any other unmasking of that day. A letter to somebody whose address is not known any
    more goes on waiting.

    Raises:
        TooManyLettersError: the actor was shown too many people's data that day already.
    """
    waiting = Delivery.objects.filter(channel=Channel.LETTER, state=Delivery.State.WAITING)
    chosen = list(
        waiting.select_for_update(of=("self",), no_key=True).select_related("notice").order_by("id")[:MOST_LETTERS]
    )
    homes = people_queries.personal_data_of({delivery.notice.person_id for delivery in chosen})
    ready = [delivery for delivery in chosen if PersonalField.ADDRESS in homes[delivery.notice.person_id]]
    if not ready:
        return []
    persons = {delivery.notice.person_id for delivery in ready}
    if not people_queries.may_unmask_more(by=str(actor), on=tokyo_day(at), persons=persons):
        most = settings.ENVIRONMENT.unmasked_persons_a_day
        message = f"With these {len(persons):,} people you would be shown the data of more than {most:,} today."
        raise TooManyLettersError(message, most=most)
    people.note_unmasked(person_ids=persons, fields=_ON_THE_ENVELOPE, actor=actor, at=at)
    letters = [_letter(delivery, homes[delivery.notice.person_id]) for delivery in ready]
    waiting.filter(id__in=[delivery.id for delivery in ready]).update(state=Delivery.State.SENT, given_at=at)
    subject = audit.Subject("delivery", ready[0].id)
    audit.record_act(act="notices.print_letters", actor=actor, subject=subject, at=at, details={"letters": len(ready)})
    return letters


def _letter(delivery: Delivery, home: people_queries.PersonalData) -> Letter:
    text = text_of(delivery.notice)
    assert text is not None
    return Letter(
        language=delivery.notice.language,
        postal_code=home.get(PersonalField.POSTAL_CODE, ""),
        address=home[PersonalField.ADDRESS],
        name=home[PersonalField.NAME],
        text=text,
    )
