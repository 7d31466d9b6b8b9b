"""Joining, old points and external IDs ask the database as often for somebody with ten times as much of everything."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from pointclub.membership.models import OldMember
from pointclub.notices.rules.kinds import Kind
from pointclub.people import services as people
from pointclub.people.models import User
from tests.factories import readers
from tests.factories.club import STAFF
from tests.factories.old_members import OLD_PASSWORD, old_member_on_file
from tests.factories.sign_ins import begin
from tests.harness.external_provider import come_from_provider, running_provider, trusting
from tests.portal.household import JOINED_AT, NOW
from tests.portal.registration import newcomer
from tests.portal.registration.test_joining import CHECK, DONE, JOIN, TO_JOIN
from tests.portal.test_form_queries import FEW, MANY, SHARED, visitor

pytestmark = pytest.mark.django_db
Lots = list[tuple[str, int]]


@pytest.fixture(autouse=True)
def now(set_clock: Callable[[dt.datetime], None]) -> None:
    set_clock(NOW)


def count(send: Callable[..., Any], *content: Any) -> tuple[int, Any]:
    with CaptureQueriesContext(connection) as sent:
        answer = send(*content)
    return len(sent), answer


def lots(much: int) -> Lots:
    """Return last days a month or so apart, one of them past."""
    return [(str(dt.date(2026, 10, 31) + dt.timedelta(days=31 * number)), 100) for number in range(much)]


def old_pair(much: int) -> dict[str, str]:
    """Put an old member with so many lots on file, and return what shows that it is theirs."""
    number = f"AB{much:06d}"
    old_member_on_file(*lots(much), number=number)
    return {"old_number": number, "old_password": OLD_PASSWORD}


def live(user: User, much: int) -> None:
    for number in range(much):
        readers.tell(user.person, Kind.REGISTERED, once=f"{user.login_id}:{number}")
        begin(user)
        people.draw_recovery_link(user=user, at=JOINED_AT + dt.timedelta(days=number))


def make_others(start: int, end: int) -> None:
    """Let others live at the same address, with the same phone and mail."""
    for number in range(start, end):
        person = people.record_person(name=f"別人 {number}", at=JOINED_AT, actor=STAFF)
        people.record_personal_data(person=person, values=SHARED, at=JOINED_AT, actor=STAFF)


@pytest.mark.parametrize("is_known", [False, True], ids=["new", "known"])
def test_joining_asks_as_often_with_many_old_points_and_others_who_share_all(is_known: bool) -> None:
    asked = []
    for start, much in ((0, FEW), (FEW, MANY)):
        if is_known:
            make_others(start, much)
        client, own = Client(), {"login_id": f"hida{much:02d}", "name": f"見本 {'ハナ' * (1 + start)}"}
        mail = {"mail": f"{much}@example.com", "mail_again": f"{much}@example.com"}
        home = {} if is_known else {"street": f"{much}", "mobile_2": f"{much:04d}"}
        newcomer.register(client, **own, **mail, **home)
        live(User.objects.get(login_id=own["login_id"]), much)
        typed = {**TO_JOIN, **old_pair(much), "birth_date": f"1980-04-{much:02d}"}
        typed["shown"] = newcomer.shown_in(client.get(JOIN))

        entered, to_check = count(client.post, JOIN, typed)
        assert to_check["Location"] == CHECK
        looked_at, page = count(client.get, CHECK)
        seen = {"seen": newcomer.value_in(page, "seen")}
        joined, done = count(client.post, CHECK, seen)
        assert done["Location"] == DONE
        asked.append((entered, looked_at, joined))

    assert OldMember.objects.filter(moved_to__isnull=False).count() == 2
    assert asked[0] == asked[1]


def test_bringing_old_points_over_asks_as_often_however_many_lots_there_are() -> None:
    asked = []
    for login_id, much in (("sukoshi", FEW), ("takusan", MANY)):
        who, pair = visitor(login_id, much), old_pair(much)

        moved, answer = count(who.inside.post, "/old-points/", pair)

        assert answer.status_code == 302
        looked_at, page = count(who.inside.get, "/old-points/")
        assert f"{100 * (much - 1):,}" in newcomer.text_of(page)
        asked.append((moved, looked_at))

    assert asked[0] == asked[1]


def test_external_ids_ask_as_often_however_much_somebody_has(settings: Settings) -> None:
    asked = []
    with running_provider() as provider:
        settings.ENVIRONMENT = trusting(provider)
        # What the provider publishes of itself is asked for once.
        Client().post("/sign-in/external-id/")
        for login_id, much in (("sukoshi", FEW), ("takusan", MANY)):
            who = visitor(login_id, much)
            set_out, page = count(who.inside.post, "/account/external-id/")
            back = come_from_provider(page, subject=login_id)
            linked, answer = count(who.inside.get, back)
            assert answer["Location"] == "/account/"

            outside = Client()
            left, page = count(outside.post, "/sign-in/external-id/")
            back = come_from_provider(page, subject=login_id)
            came_in, answer = count(outside.get, back)
            assert answer["Location"] == "/"

            unlinked, answer = count(who.inside.post, "/account/external-id/unlink/")
            assert answer["Location"] == "/account/"
            asked.append((set_out, linked, left, came_in, unlinked))

    assert asked[0] == asked[1]
