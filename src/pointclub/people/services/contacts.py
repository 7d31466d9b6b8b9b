"""Recording and changing what is kept of a person; the value before stays on file, encrypted like the new one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from uuid import UUID

from pointclub.audit import services as audit
from pointclub.foundation.actors import Actor
from pointclub.foundation.acts import act
from pointclub.foundation.periods import tokyo_day
from pointclub.foundation.refusals import Refusal
from pointclub.people.models import ContactAddress, Person, PersonalDetail, PhoneNumber, SealedValue
from pointclub.people.rules import contacts
from pointclub.people.rules.personal_fields import ADDRESS_PARTS, MAILS, PHONES, PersonalField
from pointclub.people.services.open_links import end_open_links

NEXT = {
    ContactAddress.Kind.FIRST: ContactAddress.Kind.NEXT_FIRST,
    ContactAddress.Kind.SECOND: ContactAddress.Kind.NEXT_SECOND,
}


class InvalidPersonalDataError(Refusal):
    """The text is no value of its field; which one is said, what was written is not."""

    code = "invalid_personal_data"


@act
def record_personal_data(
    *, person: Person, values: Mapping[PersonalField, str], at: dt.datetime, actor: Actor
) -> frozenset[PersonalField]:
    """Keep those values from now on, each in place of the one before, and return the fields that changed.

    What is kept already, however it was written now, stays as it is. An address or number that is new is unverified.
    A postal address in parts takes the place of one on one line, and the other way round. An e-mail address that waits
    to take the place of one that is recorded or removed now waits no more.

    Raises:
        InvalidPersonalDataError: a text is no value of its field; nothing is kept.
    """
    kept = {field: _normalised(field, text, at=at) for field, text in values.items()}
    other_form = _other_form_of_address(kept)
    before = _current_rows(person, {*kept, *other_form})
    _end_waiting(person, kept, at=at, actor=actor)
    changed = [field for field, value in kept.items() if field not in before or before[field].value != value]
    _replace([before[field] for field in (*changed, *other_form) if field in before], at=at, actor=actor)
    for field in changed:
        _table_of(field).of(person.id, field, kept[field], recorded_by=str(actor), at=at).save(force_insert=True)
    _record("people.record_personal_data", person, changed, at=at, actor=actor)
    return frozenset(changed)


@act
def remove_personal_data(
    *, person: Person, fields: Collection[PersonalField], at: dt.datetime, actor: Actor
) -> frozenset[PersonalField]:
    """Keep no value of those fields from now on, and return the fields that had one."""
    before = _current_rows(person, fields)
    _end_waiting(person, fields, at=at, actor=actor)
    _replace(list(before.values()), at=at, actor=actor)
    _record("people.remove_personal_data", person, list(before), at=at, actor=actor)
    return frozenset(before)


def drop_waiting(person: Person, place: ContactAddress.Kind, *, at: dt.datetime, actor: Actor) -> bool:
    """End what waits for the place, in an act that holds the person's lock; its link leads nowhere from then on."""
    waiting = ContactAddress.objects.filter(person=person, kind=NEXT[place], replaced_at__isnull=True)
    if not waiting.update(replaced_at=at, replaced_by=str(actor)):
        return False
    record_of_place("people.withdraw_address_change", person.id, place, at=at, actor=actor)
    return True


def record_of_place(name: str, person_id: UUID, place: ContactAddress.Kind, *, at: dt.datetime, actor: Actor) -> None:
    """Record an act about what waits for the place of an address."""
    subject = audit.Subject("person", person_id)
    audit.record_act(act=name, actor=actor, subject=subject, at=at, details={"field": str(place)})


def _end_waiting(person: Person, fields: Collection[PersonalField], *, at: dt.datetime, actor: Actor) -> None:
    for place in NEXT:
        if place.value in fields:
            drop_waiting(person, place, at=at, actor=actor)


def _other_form_of_address(fields: Collection[PersonalField]) -> tuple[PersonalField, ...]:
    if PersonalField.ADDRESS in fields:
        return ADDRESS_PARTS
    return (PersonalField.ADDRESS,) if any(part in fields for part in ADDRESS_PARTS) else ()


def _normalised(field: PersonalField, text: str, *, at: dt.datetime) -> str:
    try:
        return contacts.normalised(field, text, on=tokyo_day(at))
    except contacts.UnreadableValueError as unreadable:
        raise InvalidPersonalDataError(str(unreadable), field=str(field)) from None


def _table_of(field: PersonalField) -> type[SealedValue]:
    if field in MAILS:
        return ContactAddress
    return PhoneNumber if field in PHONES else PersonalDetail


def _current_rows(person: Person, fields: Collection[PersonalField]) -> dict[PersonalField, SealedValue]:
    """Return the rows that hold now, and the person's lock with them, so that two changes wait for one another."""
    Person.objects.select_for_update(no_key=True).get(id=person.id)
    return {
        PersonalField(row.kind): row
        for table in {_table_of(field) for field in fields}
        for row in table._default_manager.filter(person=person, kind__in=fields, replaced_at__isnull=True)
    }


def _replace(rows: Collection[SealedValue], *, at: dt.datetime, actor: Actor) -> None:
    for row in rows:
        row.replaced_at, row.replaced_by = at, str(actor)
        row.save(update_fields=["replaced_at", "replaced_by"])
    # A link that was mailed there may be read by whoever has the address now.
    for person_id in {row.person_id for row in rows if isinstance(row, ContactAddress)}:
        end_open_links(person_id, at=at)


def _record(name: str, person: Person, fields: Collection[PersonalField], *, at: dt.datetime, actor: Actor) -> None:
    if fields:
        details = {"fields": sorted(str(field) for field in fields)}
        audit.record_act(act=name, actor=actor, subject=audit.Subject("person", person.id), at=at, details=details)
