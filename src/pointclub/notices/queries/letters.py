"""Letters that wait to be printed."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator
from uuid import UUID

from django.db.models import QuerySet

from pointclub.notices.models import Channel, Delivery
from pointclub.people import queries as people
from pointclub.people.rules.personal_fields import PersonalField

# So many are printed at once at most, and the oldest first: more would take too long for an answer.
MOST_LETTERS_AT_ONCE = 5_000
_CHUNK = 500


def waiting_letters() -> QuerySet[Delivery]:
    """Return the letters that nobody was given yet, in the order in which they are printed."""
    waiting = Delivery.objects.filter(channel=Channel.LETTER, state=Delivery.State.WAITING)
    return waiting.select_related("notice").order_by("id")


def with_homes(letters: Iterable[Delivery]) -> Iterator[tuple[Delivery, people.PersonalData]]:
    """Yield those letters whose person's address is known, each with what is kept of the person."""
    left = iter(letters)
    while chunk := list(itertools.islice(left, _CHUNK)):
        homes = people.personal_data_of({letter.notice.person_id for letter in chunk})
        for letter in chunk:
            home = homes[letter.notice.person_id]
            if PersonalField.ADDRESS in home:
                yield letter, home


def who_waits_for_a_letter() -> set[UUID]:
    """Return to whom the letters go that would be printed now."""
    return {letter.notice.person_id for letter, _ in with_homes(waiting_letters()[:MOST_LETTERS_AT_ONCE])}
