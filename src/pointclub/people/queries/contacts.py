"""Personal data, read and found."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Sequence
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import Q, QuerySet

from pointclub.foundation.postgresql.prepared import Question, Row, ask
from pointclub.people.models import ContactAddress, Person, PersonalDetail, PhoneNumber, SealedValue, Unmasking, User
from pointclub.people.models.contacts import WAITING
from pointclub.people.personal_data import blind_index
from pointclub.people.rules.masking import masked
from pointclub.people.rules.personal_fields import ADDRESS_PARTS, PersonalField, composed_address

_MAIL_CHANGED = """
SELECT replaced_at FROM people_contact_address
WHERE person_id = %s AND replaced_at IS NOT NULL
AND (kind IN ('first_mail', 'second_mail') OR verified_at IS NOT NULL)
ORDER BY replaced_at DESC LIMIT 1
"""
_TABLES: tuple[type[SealedValue], ...] = (PersonalDetail, ContactAddress, PhoneNumber)


class PersonalData(dict[PersonalField, str]):
    """What is kept of one person; shown in a log or a traceback, it names the fields and no value."""

    def __repr__(self) -> str:
        """Name the fields that there are."""
        return f"PersonalData({', '.join(sorted(self))})"


def personal_data_of(person_ids: Iterable[UUID]) -> dict[UUID, PersonalData]:
    """Return what is kept now of each of those persons, in the clear.

    Where an address is kept in parts, it is there on one line as well.

    It is for the person themselves and for acts that record who was shown it; staff are given `masked_data_of`.
    """
    wanted = set(person_ids)
    found = {
        person.id: PersonalData({PersonalField.NAME: person.name}) for person in Person.objects.filter(id__in=wanted)
    }
    for table in _TABLES:
        for row in _current(table).filter(person_id__in=wanted):
            found[row.person_id][PersonalField(row.kind)] = row.value
    for data in found.values():
        if any(part in data for part in ADDRESS_PARTS):
            data[PersonalField.ADDRESS] = composed_address(data)
    return found


def masked_data_of(person_ids: Iterable[UUID]) -> dict[UUID, PersonalData]:
    """Return what is kept now of each of those persons, masked (STF-1)."""
    return {
        person_id: PersonalData({field: masked(field, value) for field, value in data.items()})
        for person_id, data in personal_data_of(person_ids).items()
    }


def find_persons_by_kana(kana: str, *, most: int) -> list[UUID]:
    """Return who is read exactly so, as it is kept; `most` at most."""
    found = _current(PersonalDetail).filter(kind=PersonalDetail.Kind.KANA)
    return _found(found, kana, index_of=PersonalDetail.Kind.KANA, most=most)


def find_persons_by_mail(address: str, *, most: int) -> list[UUID]:
    """Return who has exactly that address now, as first or as second one; `most` at most."""
    return _found(_current(ContactAddress), address, index_of=ContactAddress.index_of, most=most)


def find_persons_by_phone(number: str, *, most: int) -> list[UUID]:
    """Return who has exactly that number now, as mobile or as land line; `most` at most."""
    return _found(_current(PhoneNumber), number, index_of=PhoneNumber.index_of, most=most)


def find_users_by_mail(address: str, *, most: int) -> list[tuple[User, ContactAddress]]:
    """Return who signs in and has exactly that proved address now, with the row that it stands in; `most` at most."""
    rows = ContactAddress.objects.filter(
        value_index=blind_index(address, of=ContactAddress.index_of),
        replaced_at__isnull=True,
        verified_at__isnull=False,
        person__user__is_active=True,
        person__user__is_staff=False,
    )
    found = rows.select_related("person__user").order_by("person_id", "kind")
    by_person = {row.person_id: row for row in reversed(list(found[: most * 2]))}
    return [(row.person.user, row) for row in by_person.values()][:most]


def mail_changed_at(person_id: UUID) -> dt.datetime | None:
    """Return when an e-mail address of the person last took a place or gave one up; what waits changed nothing yet.

    Nothing is returned where none ever did: the address of the registration is no change. One that takes an empty
    place later is, for it opens the same doors.
    """
    return ask(mail_changed_question(person_id))


def mail_changed_question(person_id: UUID) -> Question[dt.datetime | None]:
    """Return what :func:`mail_changed_at` asks, to be asked ahead."""
    return Question(_MAIL_CHANGED, (person_id,), _first_value)


def find_address_for_codes(person_id: UUID) -> ContactAddress | None:
    """Return where a code for signing in goes: the first address, or the second where that one is proved."""
    current = ContactAddress.objects.filter(person_id=person_id, replaced_at__isnull=True, bounced_at__isnull=True)
    first = Q(kind=ContactAddress.Kind.FIRST)
    return current.filter(first | Q(verified_at__isnull=False)).order_by("kind").first()


def list_mail_addresses(person_id: UUID) -> list[ContactAddress]:
    """Return the person's addresses as they are now, the first before the second."""
    rows = ContactAddress.objects.filter(person_id=person_id, replaced_at__isnull=True).exclude(kind__in=WAITING)
    return list(rows.order_by("kind"))


def list_waiting_addresses(person_id: UUID) -> list[ContactAddress]:
    """Return the addresses that take a place once they are proved, the next first one before the next second."""
    rows = ContactAddress.objects.filter(person_id=person_id, replaced_at__isnull=True, kind__in=WAITING)
    return list(rows.order_by("kind"))


def list_bounced(person_id: UUID) -> list[ContactAddress]:
    """Return those of the person's addresses from which mail comes back (NTC-5)."""
    return [address for address in list_mail_addresses(person_id) if address.bounced_at is not None]


def list_addresses_of(mail: str) -> list[ContactAddress]:
    """Return the rows of all who have exactly that e-mail address now, or wait for its proof."""
    rows = ContactAddress.objects.filter(value_index=blind_index(mail, of=ContactAddress.index_of))
    return list(rows.filter(replaced_at__isnull=True).order_by("id"))


def get_mail_addresses(address_ids: Iterable[UUID]) -> list[ContactAddress]:
    """Return those addresses, the ones that were replaced too."""
    return list(ContactAddress.objects.filter(id__in=set(address_ids)).order_by("kind", "id"))


def may_unmask_more(*, by: str, on: dt.date, persons: Collection[UUID]) -> bool:
    """Return whether somebody may be shown those persons too that day, beside all whom they were shown already."""
    shown = Unmasking.objects.filter(unmasked_by=by, unmasked_on=on).exclude(person_id__in=persons)
    others = shown.values("person_id").distinct().count()
    return others + len(set(persons)) <= settings.ENVIRONMENT.unmasked_persons_a_day


def _first_value(rows: Sequence[Row]) -> Any:
    return rows[0][0] if rows else None


def _current(table: type[SealedValue]) -> QuerySet[SealedValue]:
    return table._default_manager.filter(replaced_at__isnull=True).exclude(kind__in=WAITING)


def _found(rows: QuerySet[SealedValue], value: str, *, index_of: str, most: int) -> list[UUID]:
    of_value = rows.filter(value_index=blind_index(value, of=index_of))
    return list(of_value.order_by("person_id").values_list("person_id", flat=True).distinct()[:most])
