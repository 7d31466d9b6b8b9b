"""What screening finds in somebody who applies (SCR-1, MEM-1)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from pointclub.membership.models import Exclusion, Member, Membership
from pointclub.membership.models.registrations import exclusion_index
from pointclub.membership.rules.screening import HoldReason, Likeness, is_double, is_like_a_former, is_same_address
from pointclub.people import queries as people
from pointclub.people.postal_codes import find_towns, is_town_in
from pointclub.people.queries import PersonalData
from pointclub.people.rules.personal_fields import MAILS, PHONES, PersonalField

_MOST_LIKE = 50


@dataclass(frozen=True, slots=True)
class Screened:
    """Why an application waits for staff, if for anything, and whom the applicant may be."""

    reasons: tuple[HoldReason, ...]
    suspects: tuple[UUID, ...]


def screen(person_id: UUID) -> Screened:
    """Return what is to be asked before the person becomes a member; each reason once, in the order of the rule.

    Persons on file count as doubles who can sign in or belong to the club, whether or not an application of theirs
    waits. How little is known of somebody decides how alike two must be (`rules.screening.is_double`).
    """
    data = people.personal_data_of([person_id])[person_id]
    alike = dict(_alike(person_id, data))
    known = people.who_can_sign_in(alike) | _who_belong(alike)
    doubles = {other for other, likeness in alike.items() if is_double(likeness) and other in known}
    formers = {other for other, likeness in alike.items() if is_like_a_former(likeness)} & _who_were_revoked(alike)
    found = {
        HoldReason.DOUBLE: bool(doubles),
        HoldReason.REVOKED_BEFORE: bool(formers),
        HoldReason.ADDRESS_NOT_FOUND: not _is_address_found(data),
        HoldReason.EXCLUDED: _is_excluded(data),
    }
    return Screened(tuple(reason for reason, holds in found.items() if holds), tuple(sorted(doubles | formers)))


def _alike(person_id: UUID, data: PersonalData) -> Iterable[tuple[UUID, Likeness]]:
    """Yield in what others are like the person who have the same name, address of e-mail or number of phone."""
    by_name = {person.id for person in people.find_persons_by_name(data[PersonalField.NAME], most=_MOST_LIKE)}
    by_contact: set[UUID] = set()
    for mail in MAILS:
        by_contact.update(people.find_persons_by_mail(data[mail], most=_MOST_LIKE) if mail in data else ())
    for phone in PHONES:
        by_contact.update(people.find_persons_by_phone(data[phone], most=_MOST_LIKE) if phone in data else ())
    for other, others in people.personal_data_of((by_name | by_contact) - {person_id}).items():
        yield (
            other,
            Likeness(
                same_name=other in by_name,
                same_birth_date=_is_same_birth_date(data, others),
                same_address=is_same_address(_address(data), _address(others)),
                same_contact=other in by_contact,
            ),
        )


def _is_same_birth_date(one: PersonalData, other: PersonalData) -> bool | None:
    born, others = one.get(PersonalField.BIRTH_DATE), other.get(PersonalField.BIRTH_DATE)
    return None if born is None or others is None else born == others


def _address(data: PersonalData) -> str:
    return data.get(PersonalField.ADDRESS, "")


def _who_belong(persons: Iterable[UUID]) -> set[UUID]:
    return set(Member.objects.filter(person_id__in=persons, ended_at__isnull=True).values_list("person_id", flat=True))


def _who_were_revoked(persons: Iterable[UUID]) -> set[UUID]:
    revoked = Member.objects.filter(person_id__in=persons, membership__end_reason=Membership.EndReason.REVOKED)
    return set(revoked.values_list("person_id", flat=True))


def _is_address_found(data: PersonalData) -> bool:
    """Return whether the postal code or the town is known: that the two do not fit is no reason, for both move."""
    return bool(find_towns(data.get(PersonalField.POSTAL_CODE, ""))) or is_town_in(
        data.get(PersonalField.PREFECTURE, ""), data.get(PersonalField.TOWN, "")
    )


def _is_excluded(data: PersonalData) -> bool:
    names = {data[PersonalField.NAME], data.get(PersonalField.FAMILY_NAME, "") + data.get(PersonalField.GIVEN_NAME, "")}
    born = data.get(PersonalField.BIRTH_DATE)
    entries = Exclusion.objects.filter(
        name_index__in=[exclusion_index(name) for name in names if name], ended_at__isnull=True
    )
    return any(born is None or entry.birth_date in {None, born} for entry in entries)
