"""Letters that wait to be printed, and batches that were."""

from __future__ import annotations

import itertools
from collections.abc import Collection, Iterable, Iterator
from uuid import UUID

from django.db.models import QuerySet

from pointclub.foundation.refusals import NotFoundError
from pointclub.notices.models import Channel, Delivery, LetterBatch
from pointclub.people import queries as people
from pointclub.people.rules.personal_fields import PersonalField

# So many are printed at once at most, and the oldest first: more would take too long for an answer.
MOST_LETTERS_AT_ONCE = 5_000
_CHUNK = 500


class UnknownLettersError(NotFoundError):
    """No letters were printed under that id."""

    code = "unknown_letters"


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


def find_letter_batch(batch_id: UUID) -> LetterBatch | None:
    """Return the batch, if letters were printed under that id."""
    return LetterBatch.objects.filter(id=batch_id).first()


def get_letter_batch(batch_id: UUID) -> LetterBatch:
    """Return the batch.

    Raises:
        UnknownLettersError: no letters were printed under that id.
    """
    batch = find_letter_batch(batch_id)
    if batch is None:
        message = f"No letters were printed as {batch_id}."
        raise UnknownLettersError(message)
    return batch


def which_were_put_back(batch_ids: Collection[UUID]) -> set[UUID]:
    """Return those of the ids under which letters were printed that were put back."""
    put_back = LetterBatch.objects.filter(id__in=batch_ids, put_back_at__isnull=False)
    return set(put_back.values_list("id", flat=True))


def list_letter_batches(*, most: int = 200) -> list[LetterBatch]:
    """Return the batches, the latest first; `most` at most."""
    return list(LetterBatch.objects.order_by("-printed_at", "-id")[:most])
