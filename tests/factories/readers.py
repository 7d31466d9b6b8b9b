"""People who are told something, in tests."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Collection, Mapping
from uuid import UUID

from pointclub.foundation import actors
from pointclub.jobs import post
from pointclub.notices import services as notices
from pointclub.notices.rules.kinds import Kind
from pointclub.people import services as people
from pointclub.people.models import ContactAddress, Person
from pointclub.people.rules.personal_fields import PersonalField
from tests.factories.club import jst

AT = jst("2026-04-01 12:00")
PORTAL = actors.system("portal")
FIRST = "hanako@example.com"
SECOND = "second@example.org"

_ONCE = itertools.count(1)


def reader(first: str = FIRST, second: str = "", *, is_proved: bool = True, at: dt.datetime = AT) -> Person:
    """Return a person with those addresses."""
    person = people.record_person(name="見本 花子", at=at, actor=PORTAL)
    values = {PersonalField.FIRST_MAIL: first, PersonalField.SECOND_MAIL: second}
    kept = {field: value for field, value in values.items() if value}
    people.record_personal_data(person=person, values=kept, at=at, actor=PORTAL)
    if is_proved:
        ContactAddress.objects.filter(person=person).update(verified_at=at)
    return person


def tell(
    person: Person,
    kind: Kind = Kind.REGISTERED,
    values: Mapping[str, str | int] | None = None,
    *,
    once: str = "",
    at: dt.datetime = AT,
    addresses: Collection[UUID] | None = None,
    language: str | None = None,
) -> UUID:
    """Tell the person something."""
    return notices.tell(
        person_id=person.id,
        kind=kind,
        values=values or {},
        once=once or f"test:{next(_ONCE)}",
        at=at,
        actor=PORTAL,
        addresses=addresses,
        language=language,
    )


def send(at: dt.datetime = AT) -> dict[str, int]:
    """Send what is due, and return what became of it."""
    return dict(post.send_all(read_clock=lambda: at))


def address_of(person: Person, kind: ContactAddress.Kind = ContactAddress.Kind.FIRST) -> ContactAddress:
    return ContactAddress.objects.get(person=person, kind=kind, replaced_at__isnull=True)


def writes_to(name: str, *, address: str = "見本県架空市例示町1丁目1番地", language: str = "ja") -> Person:
    """Return somebody without a mail address who waits for a letter."""
    person = people.record_person(name=name, at=AT, actor=PORTAL)
    home = {PersonalField.POSTAL_CODE: "000-0001", PersonalField.ADDRESS: address}
    people.record_personal_data(person=person, values=home, at=AT, actor=PORTAL)
    tell(person, Kind.APPLICATION_DECLINED, language=language)
    return person
