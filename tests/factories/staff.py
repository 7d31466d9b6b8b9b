"""Made-up staff for tests: who has which role is given, or everything where a test is not about roles."""

from __future__ import annotations

import datetime as dt
import itertools

from pointclub.foundation import actors
from pointclub.foundation.periods import TOKYO
from pointclub.people import services as people
from pointclub.people.models import StaffRole, User
from pointclub.people.rules.permissions import Role

HIRED_AT = dt.datetime(2020, 1, 1, 9, tzinfo=TOKYO)

_NUMBERS = itertools.count(1)
_SETUP = actors.system("setup")


def administrator() -> actors.Actor:
    """Return the first administrator, who is recorded at the first call."""
    first = User.objects.filter(is_staff=True, staff_roles__role=Role.ADMINISTRATOR, login_id="kanri").first()
    if first is None:
        first = people.add_staff(name="試験 管理", login_id="kanri", password=None, roles=[], at=HIRED_AT, actor=None)
    return actors.staff(first.login_id)


def staff(*roles: Role, login_id: str | None = None, password: str | None = None, actor: str | None = None) -> User:
    """Add a member of staff who has exactly these roles, by the administrator named or the first one."""
    return people.add_staff(
        name=f"試験 係員{next(_NUMBERS)}",
        login_id=login_id or f"kakari-{next(_NUMBERS)}",
        password=password,
        roles=roles,
        at=HIRED_AT,
        actor=administrator() if actor is None else actors.staff(actor),
    )


def all_round(login_id: str) -> User:
    """Add somebody who may do everything, as no installation allows it: for tests that are not about roles."""
    person = people.record_person(name=f"試験 係員{next(_NUMBERS)}", at=HIRED_AT, actor=_SETUP)
    user = people.register_user(
        person=person, login_id=login_id, password=None, at=HIRED_AT, is_staff=True, actor=_SETUP
    )
    StaffRole.objects.bulk_create(
        StaffRole(user=user, role=role, given_by="system:test", given_at=HIRED_AT) for role in Role
    )
    return user
