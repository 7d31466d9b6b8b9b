"""What is registered of a person, with what stood before."""

from __future__ import annotations

import dataclasses
import datetime as dt
from uuid import UUID

from pointclub.people.models import ContactAddress, IdentityKeyword, Person, PersonalDetail, PhoneNumber, SealedValue
from pointclub.people.models.contacts import WAITING
from pointclub.people.rules.masking import masked
from pointclub.people.rules.personal_fields import PersonalField

_TABLES: tuple[type[SealedValue], ...] = (PersonalDetail, ContactAddress, PhoneNumber)


@dataclasses.dataclass(frozen=True, slots=True)
class KeptValue:
    """A value of a field, the time in which it was the one, and who began and ended that; nobody where it is unknown.

    The current value is in the clear. A former one is masked even to its owner: it tells what was changed, and who
    looks over a shoulder or into somebody else's open session is not given old addresses and names on top.
    """

    field: PersonalField
    text: str = dataclasses.field(repr=False)
    recorded_at: dt.datetime
    recorded_by: str
    replaced_at: dt.datetime | None = None
    replaced_by: str = ""

    @property
    def is_current(self) -> bool:
        """Tell whether it is the one now."""
        return self.replaced_at is None


def list_kept(person_id: UUID) -> list[KeptValue]:
    """Return every value that is or was kept of the person, the latest of each field first; none that waits."""
    found = [
        _kept(row)
        for table in _TABLES
        for row in table._default_manager.filter(person_id=person_id).exclude(kind__in=WAITING)
    ]
    person = Person.objects.get(id=person_id)
    former = max(
        (each for each in found if each.field is PersonalField.NAME),
        key=lambda each: (each.replaced_at, each.recorded_at),
        default=None,
    )
    since = person.recorded_at if former is None or former.replaced_at is None else former.replaced_at
    by = "" if former is None else former.replaced_by
    found.append(KeptValue(PersonalField.NAME, person.name, since, by))
    return sorted(found, key=lambda each: (each.is_current, each.recorded_at), reverse=True)


def keyword_set_at(person_id: UUID) -> dt.datetime | None:
    """Return since when the person's keyword is the one that counts; nothing where there is none."""
    rows = IdentityKeyword.objects.filter(person_id=person_id, replaced_at__isnull=True)
    return rows.values_list("recorded_at", flat=True).first()


def _kept(row: SealedValue) -> KeptValue:
    kind = PersonalField(row.kind)
    text = row.value if row.replaced_at is None else masked(kind, row.value)
    return KeptValue(kind, text, row.recorded_at, row.recorded_by, row.replaced_at, row.replaced_by)
