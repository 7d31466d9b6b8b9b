"""A club from before there were roles gets somebody who can give them."""

import datetime as dt
import importlib

import pytest
from django.apps import apps
from django.db import connection

from pointclub.foundation import actors
from pointclub.people import queries
from pointclub.people import services as people
from pointclub.people.models import User
from pointclub.people.rules.permissions import Role
from tests.factories.club import jst
from tests.factories.staff import HIRED_AT

pytestmark = [pytest.mark.django_db, pytest.mark.rule("STF-1")]

SETUP = actors.system("setup")
MIGRATION = importlib.import_module("pointclub.people.migrations.0003_first_administrator")


def migrate() -> None:
    with connection.schema_editor() as editor:
        MIGRATION.make_the_first_of_staff_administrator(apps, editor)


def add_without_role(login_id: str, *, days_later: int) -> User:
    at = HIRED_AT + dt.timedelta(days=days_later)
    person = people.record_person(name="係員", at=at, actor=SETUP)
    return people.register_user(person=person, login_id=login_id, password=None, at=at, actor=SETUP, is_staff=True)


def test_who_has_been_there_longest_and_still_is_becomes_administrator() -> None:
    gone, first, second = (add_without_role(name, days_later=day) for day, name in enumerate(("a", "b", "c")))
    User.objects.filter(id=gone.id).update(is_active=False)

    migrate()

    assert queries.roles_of(first) == {Role.ADMINISTRATOR}
    assert not queries.roles_of(second)
    people.give_role(login_id="c", role=Role.CALL_CENTRE, at=jst("2026-04-01 12:00"), actor=actors.staff("b"))
    assert queries.roles_of(second) == {Role.CALL_CENTRE}


def test_a_club_without_staff_stays_without() -> None:
    migrate()

    assert queries.list_staff() == []
