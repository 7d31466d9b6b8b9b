"""Finding members by what a caller or a letter says: exact values only, and masked results (STF-1)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from pointclub.foundation.refusals import Refusal
from pointclub.membership.models import Member
from pointclub.membership.queries.blocks import blocked_memberships
from pointclub.membership.queries.members import UnknownMemberError
from pointclub.membership.queries.revocations import frozen_memberships
from pointclub.membership.rules.number import ungrouped
from pointclub.people import queries as people
from pointclub.people.queries import PersonalData
from pointclub.people.rules import contacts

MOST_FOUND = 50


class SearchTermError(Refusal):
    """A search goes by one thing: a number, a name, its reading, a phone number or an e-mail address."""

    code = "search_term"


@dataclass(frozen=True, slots=True)
class MaskedMember:
    """A member as staff see one who need no more: `data` is masked."""

    member_id: UUID
    person_id: UUID
    membership_id: UUID
    number: str
    is_primary: bool
    primary_number: str
    joined_at: dt.datetime
    ended_at: dt.datetime | None
    is_blocked: bool
    data: PersonalData


@dataclass(frozen=True, slots=True)
class FoundMembers:
    """Who was found, and whether there are more than are shown."""

    members: tuple[MaskedMember, ...]
    has_more: bool


def search_members(
    *,
    number: str | None = None,
    name: str | None = None,
    kana: str | None = None,
    phone: str | None = None,
    mail: str | None = None,
) -> FoundMembers:
    """Return the members, family and former ones too, of whom exactly that is on file now; 50 at most.

    Raises:
        SearchTermError: none of the five was given, or several.
    """
    given = [term for term in (number, name, kana, phone, mail) if term is not None and term.strip()]
    if len(given) != 1:
        message = "Search by one of number, name, reading (kana), phone number or e-mail address."
        raise SearchTermError(message)
    found = Member.objects.all()
    if number is not None and number.strip():
        found = found.filter(number=ungrouped(number))
    else:
        found = found.filter(person_id__in=_persons(name=name, kana=kana, phone=phone, mail=mail))
    members = list(found.order_by("joined_at", "id")[: MOST_FOUND + 1])
    return FoundMembers(tuple(_masked(members[:MOST_FOUND])), len(members) > MOST_FOUND)


def get_masked_member(number: str) -> MaskedMember:
    """Return the member of that number, masked.

    Raises:
        UnknownMemberError: nobody has it.
    """
    members = search_members(number=number).members if number.strip() else ()
    if not members:
        message = f"No member has the number {number!r}."
        raise UnknownMemberError(message, member_number=number)
    return members[0]


def list_masked_family(membership_id: UUID) -> list[MaskedMember]:
    """Return everybody of the membership, masked, the primary first."""
    members = Member.objects.filter(membership_id=membership_id).order_by("joined_at", "id")
    return sorted(_masked(list(members)), key=lambda member: not member.is_primary)


def _persons(*, name: str | None, kana: str | None, phone: str | None, mail: str | None) -> list[UUID]:
    """Return who it is; what cannot be the value of its field is nobody's."""
    most = MOST_FOUND + 1
    try:
        if name is not None and name.strip():
            return [person.id for person in people.find_persons_by_name(name, most=most)]
        if kana is not None and kana.strip():
            return people.find_persons_by_kana(contacts.kana(kana), most=most)
        if phone is not None and phone.strip():
            return people.find_persons_by_phone(contacts.phone_number(phone), most=most)
        return people.find_persons_by_mail(contacts.mail_address(mail or ""), most=most)
    except contacts.UnreadableValueError:
        return []


def _masked(members: Sequence[Member]) -> list[MaskedMember]:
    memberships = {member.membership_id for member in members}
    primaries = Member.objects.filter(membership_id__in=memberships, role=Member.Role.PRIMARY)
    primary_numbers = dict(primaries.values_list("membership_id", "number"))
    blocked = blocked_memberships(memberships) | frozen_memberships(memberships)
    data = people.masked_data_of(member.person_id for member in members)
    return [
        MaskedMember(
            member_id=member.id,
            person_id=member.person_id,
            membership_id=member.membership_id,
            number=member.number,
            is_primary=member.role == Member.Role.PRIMARY,
            primary_number=primary_numbers[member.membership_id],
            joined_at=member.joined_at,
            ended_at=member.ended_at,
            is_blocked=member.membership_id in blocked,
            data=data[member.person_id],
        )
        for member in members
    ]
