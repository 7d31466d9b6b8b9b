"""Who belongs to the club."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple
from uuid import UUID

from django.db import connection

from pointclub.foundation.periods import start_of_day
from pointclub.foundation.postgresql import arrays
from pointclub.foundation.postgresql.prepared import Question, ask
from pointclub.foundation.refusals import NotFoundError
from pointclub.membership.models import Member, Membership
from pointclub.membership.rules.number import ungrouped

_ACCOUNTS_THAT_DISAGREE = """
SELECT membership.account_id, 'membership ' || membership.id || ' has no account', 0, 1
FROM membership_membership AS membership
LEFT JOIN points_account AS account ON account.id = membership.account_id
WHERE account.id IS NULL
UNION ALL
SELECT account.id, 'account is closed, membership ended', (account.closed_at IS NOT NULL)::int,
       (membership.ended_at IS NOT NULL)::int
FROM membership_membership AS membership
JOIN points_account AS account ON account.id = membership.account_id
WHERE (account.closed_at IS NULL) <> (membership.ended_at IS NULL)
"""


_STANDINGS = """
SELECT member.number, member.id, membership.account_id, (member.joined_at AT TIME ZONE 'Asia/Tokyo')::date,
       member.ended_at, membership.ended_at IS NOT NULL
FROM membership_member AS member JOIN membership_membership AS membership ON membership.id = member.membership_id
WHERE member.number = ANY(%s::text[])
"""


class UnknownMemberError(NotFoundError):
    """No member has that number."""

    code = "unknown_member"


class Standing(NamedTuple):
    """What earning needs to know of a member: from which day until which instant, and whose account."""

    number: str
    member_id: UUID
    account_id: UUID
    joined_on: dt.date
    ended_at: dt.datetime | None
    is_account_closed: bool


@dataclass(frozen=True, slots=True)
class JoinedMember:
    """A member on a list: whose account it is, and since when until when."""

    person_id: UUID
    number: str
    is_primary: bool
    primary_number: str
    account_id: UUID
    joined_at: dt.datetime
    ended_at: dt.datetime | None


def get_member(number: str) -> Member:
    """Return the member with membership, account and person; hyphens in the number do not count.

    Raises:
        UnknownMemberError: nobody has that number.
    """
    member = Member.objects.select_related("membership", "person").filter(number=ungrouped(number)).first()
    if member is None:
        message = f"No member has the number {number!r}."
        raise UnknownMemberError(message, member_number=number)
    return member


def get_primary_of(person_id: UUID) -> Member:
    """Return the person's latest primary membership, ended or not.

    Raises:
        UnknownMemberError: the person was never a primary member.
    """
    member = (
        Member.objects.select_related("membership", "person")
        .filter(person_id=person_id, role=Member.Role.PRIMARY)
        .order_by("-joined_at", "-id")
        .first()
    )
    if member is None:
        message = "This person is no primary member."
        raise UnknownMemberError(message)
    return member


def find_standings(numbers: Iterable[str]) -> dict[str, Standing]:
    """Return the standing of the members that exist among those numbers."""
    return ask(standings_question(numbers))


def standings_question(numbers: Iterable[str]) -> Question[dict[str, Standing]]:
    """Return the question of `find_standings`, to be asked together with others."""
    return Question(_STANDINGS, (arrays.texts(set(numbers)),), lambda rows: {row[0]: Standing(*row) for row in rows})


def list_family(membership_id: UUID) -> list[Member]:
    """Return everybody of the membership, the primary first."""
    members = Member.objects.filter(membership_id=membership_id).select_related("person").order_by("joined_at", "id")
    return sorted(members, key=lambda member: member.role != Member.Role.PRIMARY)


def get_primary(membership_id: UUID) -> Member:
    """Return the membership's primary member."""
    return Member.objects.select_related("membership", "person").get(
        membership_id=membership_id, role=Member.Role.PRIMARY
    )


def get_primary_number(membership_id: UUID) -> str:
    """Return the number of the membership's primary member."""
    return Member.objects.values_list("number", flat=True).get(membership_id=membership_id, role=Member.Role.PRIMARY)


def describe_members(member_ids: Iterable[UUID]) -> dict[UUID, tuple[str, bool]]:
    """Return the number of each member, and whether it is a family member."""
    found = Member.objects.filter(id__in=set(member_ids)).values_list("id", "number", "role")
    return {member_id: (number, role == Member.Role.FAMILY) for member_id, number, role in found}


def primary_numbers(account_ids: Iterable[UUID | None]) -> dict[UUID, str]:
    """Return the number of each account's primary member."""
    wanted = {account_id for account_id in account_ids if account_id is not None}
    found = Member.objects.filter(role=Member.Role.PRIMARY, membership__account_id__in=wanted)
    return dict(found.values_list("membership__account_id", "number"))


def primary_persons(account_ids: Iterable[UUID]) -> dict[UUID, UUID]:
    """Return the person of each account's primary member."""
    found = Member.objects.filter(role=Member.Role.PRIMARY, membership__account_id__in=set(account_ids))
    return dict(found.values_list("membership__account_id", "person_id"))


def list_succession(account_id: UUID) -> tuple[UUID, ...]:
    """Return the account with those that its points came from by restoration, and went on to: the oldest first."""
    pairs = Membership.objects.filter(restored_former__isnull=False)
    succession = [account_id]
    while (
        former := pairs.filter(account_id=succession[0]).values_list("restored_former__account_id", flat=True).first()
    ):
        succession.insert(0, former)
    while (
        later := pairs.filter(restored_former__account_id=succession[-1]).values_list("account_id", flat=True).first()
    ):
        succession.append(later)
    return tuple(succession)


def list_joined(*, first: dt.date, through: dt.date) -> list[JoinedMember]:
    """Return everybody who joined from that day through the other, days in Japan, in the order of joining."""
    before = start_of_day(through + dt.timedelta(days=1))
    joined = Member.objects.filter(joined_at__gte=start_of_day(first), joined_at__lt=before).order_by("joined_at", "id")
    rows = list(
        joined.values_list(
            "person_id", "number", "role", "membership_id", "membership__account_id", "joined_at", "ended_at"
        )
    )
    primaries = Member.objects.filter(role=Member.Role.PRIMARY, membership_id__in={row[3] for row in rows})
    numbers = dict(primaries.values_list("membership_id", "number"))
    return [
        JoinedMember(
            person_id, number, role == Member.Role.PRIMARY, numbers[membership_id], account_id, joined_at, ended_at
        )
        for person_id, number, role, membership_id, account_id, joined_at, ended_at in rows
    ]


def count_memberships() -> int:
    """Return how many memberships, and so accounts, there are; ended ones keep theirs."""
    return Membership.objects.count()


@dataclass(frozen=True, slots=True)
class MembershipDifference:
    """A membership that does not agree with the ledger, or a request to revoke one with the audit log."""

    account_id: UUID | None
    what: str
    stands: int | str
    follows: int | str


def verify_memberships() -> list[MembershipDifference]:
    """Hold memberships against accounts: each has its own, and both end together (END-5)."""
    with connection.cursor() as cursor:
        cursor.execute(_ACCOUNTS_THAT_DISAGREE)
        return [MembershipDifference(*row) for row in cursor.fetchall()]
