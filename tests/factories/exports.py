"""Lists of people's data, in tests."""

from __future__ import annotations

import datetime as dt
import itertools

from uuid_utils.compat import uuid7

from pointclub.exports import services as exports
from pointclub.exports.models import ExportRequest
from pointclub.foundation import actors
from pointclub.membership.models import Member, Membership
from pointclub.membership.rules.number import with_check_digit
from pointclub.people.models import Person
from pointclub.people.personal_data import blind_index
from pointclub.people.rules.personal_fields import PersonalField
from pointclub.points.models import Account
from pointclub.points.rules.chain import genesis

SETUP = actors.system("setup")
LONG_AGO = dt.date(2000, 1, 1)

_NUMBERS = itertools.count(1)


def join_many(number: int, *, at: dt.datetime) -> list[Member]:
    """Let so many people join, by few statements: one after another they would take the time of a hundred tests."""
    names = [f"見本 {count}" for count in range(number)]
    persons = Person.objects.bulk_create(
        Person(name=name, name_index=blind_index(name), recorded_at=at) for name in names
    )
    ids = [uuid7() for _ in names]
    accounts = Account.objects.bulk_create(Account(id=one, opened_at=at, head=genesis(one, at)) for one in ids)
    memberships = Membership.objects.bulk_create(Membership(account=account, joined_at=at) for account in accounts)
    return Member.objects.bulk_create(
        Member(
            number=with_check_digit(f"{80_000_000_000 + next(_NUMBERS)}"),
            membership=membership,
            role=Member.Role.PRIMARY,
            person=person,
            joined_at=at,
        )
        for person, membership in zip(persons, memberships, strict=True)
    )


def ask(
    login_id: str,
    *columns: PersonalField,
    at: dt.datetime,
    kind: ExportRequest.Kind = ExportRequest.Kind.MEMBERS,
    joined_from: dt.date = LONG_AGO,
    joined_through: dt.date | None = None,
    includes_former: bool = False,
) -> ExportRequest:
    """Ask for a list of everybody who has joined by then, unless something else is said."""
    wanted = exports.Wanted(kind, frozenset(columns), joined_from, joined_through, includes_former)
    return exports.request_export(wanted=wanted, purpose="会報の発送", kept_days=7, at=at, actor=actors.staff(login_id))
