"""The members of accounts that were filled."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from uuid_utils.compat import uuid7

from benchmarks.filling.accounts import account_id
from pointclub.foundation.postgresql.copying import copy_rows
from pointclub.membership.models import Member, Membership
from pointclub.membership.rules.number import with_check_digit
from pointclub.people.models import Person
from pointclub.people.personal_data import blind_index

_AT_A_TIME = 10_000


def fill_members(count: int, *, at: dt.datetime) -> None:
    """Give the first so many accounts a primary member each, numbered as the accounts are."""
    for first in range(1, count + 1, _AT_A_TIME):
        numbers = range(first, min(first + _AT_A_TIME, count + 1))
        names = [f"試験 会員{number}" for number in numbers]
        persons = [Person(id=uuid7(), name=name, name_index=blind_index(name), recorded_at=at) for name in names]
        memberships = [Membership(id=uuid7(), account_id=account_id(number), joined_at=at) for number in numbers]
        members = [
            Member(
                id=uuid7(),
                number=member_number(number),
                membership=membership,
                role=Member.Role.PRIMARY,
                person=person,
                joined_at=at,
            )
            for number, membership, person in zip(numbers, memberships, persons, strict=True)
        ]
        with transaction.atomic():
            Person.objects.bulk_create(persons)
            copy_rows(memberships)
            copy_rows(members)


def member_number(number: int) -> str:
    """Return the number that a member has who is counted from 1."""
    return with_check_digit(f"{90_000_000_000 + number}")
