"""The made-up club has somebody at each desk, who may do what that desk may and nothing else."""

import pytest

from pointclub.jobs import demo_club
from pointclub.jobs.demo_club import desks
from pointclub.people import queries
from pointclub.people.rules.permissions import GRANTED, Role
from tests.factories.club import jst

pytestmark = [pytest.mark.django_db, pytest.mark.rule("STF-1")]


def test_each_role_has_one_person() -> None:
    desks.hire(at=jst("2026-04-10 12:00"))

    found = {role: queries.permissions_of(queries.get_staff(desks.actor_at(role).id)) for role in Role}

    assert found == dict(GRANTED)


def test_the_demo_prints_who_sits_where() -> None:
    printed = {login_id: who for who, login_id, _ in demo_club.SIGN_INS}

    assert {desk.login_id: f"{desk.name} (staff: {desk.role.words})" for desk in desks.DESKS}.items() <= printed.items()
