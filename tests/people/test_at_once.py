"""Limits that count hold when many come at once, each over a connection of its own."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from functools import partial
from threading import Barrier, Thread

import pytest
from django.db import connection
from pytest_django import Settings

from pointclub.exports import services as exports
from pointclub.exports.models import ExportDownload, ExportFile, ExportRequest
from pointclub.foundation import actors
from pointclub.foundation.refusals import Refusal
from pointclub.membership import services as membership
from pointclub.membership.models import IdentityCheck, Member
from pointclub.membership.rules.identity import IdentityQuestion
from pointclub.notices.models import Delivery
from pointclub.people import queries
from pointclub.people import services as people
from pointclub.people.models import StaffRole, Unmasking
from pointclub.people.rules.permissions import Role
from pointclub.people.rules.personal_fields import PersonalField
from tests.factories.callers import put_on_file
from tests.factories.club import Club, jst
from tests.factories.exports import ask, join_many
from tests.factories.readers import writes_to
from tests.factories.staff import staff

AT = jst("2026-04-10 12:00")
MANY = 12


def at_once(acts: Sequence[Callable[[], object]]) -> list[str]:
    """Do all at the same moment, and return the codes of those that were refused."""
    barrier, refused = Barrier(len(acts)), list[str]()

    def run(one: Callable[[], object]) -> None:
        barrier.wait()
        try:
            one()
        except Refusal as refusal:
            refused.append(refusal.code)
        finally:
            connection.close()

    threads = [Thread(target=run, args=(one,)) for one in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return refused


@pytest.mark.rule("STF-1")
def test_nobody_unmasks_more_by_hurrying(fresh_database: object, settings: Settings) -> None:
    settings.ENVIRONMENT = dataclasses.replace(settings.ENVIRONMENT, unmasked_persons_a_day=3)
    officer = actors.staff(staff(Role.PRIVACY_OFFICER).login_id)
    members = join_many(MANY, at=AT)

    refused = at_once(
        [
            partial(
                people.unmask,
                person_id=member.person_id,
                fields=[PersonalField.NAME],
                reason="確認",
                actor=officer,
                at=AT,
            )
            for member in members
        ]
    )

    assert refused == ["too_many_unmasked"] * (MANY - 3)
    assert Unmasking.objects.values("person_id").distinct().count() == 3


@pytest.mark.rule("STF-2")
def test_nobody_gets_lists_of_more_people_by_hurrying(fresh_database: object) -> None:
    staff(Role.FULFILMENT, login_id="shiki")
    join_many(30, at=AT)

    at_once([partial(ask, "shiki", PersonalField.NAME, at=AT)] * 6)

    alone = ExportRequest.objects.filter(state=ExportRequest.State.RECORDED)
    assert sum(request.people for request in alone) == 90


@pytest.mark.rule("STF-2")
def test_a_list_that_is_fetched_by_many_at_once_is_made_once(fresh_database: object) -> None:
    staff(Role.FULFILMENT, login_id="shiki")
    join_many(3, at=AT)
    request = ask("shiki", at=AT)

    refused = at_once([partial(exports.fetch_export, request_id=request.id, at=AT, actor=actors.staff("shiki"))] * MANY)

    assert refused == []
    assert (ExportFile.objects.count(), ExportDownload.objects.count()) == (1, MANY)


@pytest.mark.rule("NTC-1")
def test_two_who_fetch_letters_at_once_get_each_letter_once(fresh_database: object) -> None:
    requests = {}
    writes_to("見本 花子")
    for login_id in ("shiki", "haiso"):
        staff(Role.FULFILMENT, login_id=login_id)
        requests[login_id] = ask(login_id, at=AT, kind=ExportRequest.Kind.LETTERS)

    refused = at_once(
        [
            partial(exports.fetch_export, request_id=request.id, at=AT, actor=actors.staff(login_id))
            for login_id, request in requests.items()
        ]
    )

    assert refused == ["no_letters_left"]
    assert ExportFile.objects.get().rows == 1
    assert Delivery.objects.get(channel="letter").state == "sent"


@pytest.mark.rule("BAL-2")
def test_nobody_guesses_more_often_by_hurrying(fresh_database: object) -> None:
    clerk = actors.staff(staff(Role.CALL_CENTRE).login_id)
    member: Member = Club().member()
    put_on_file(member, at=AT)
    wrong = {IdentityQuestion.BIRTH_DATE: "1981-01-01", IdentityQuestion.POSTAL_CODE: "999-9999"}

    refused = at_once([partial(membership.check_identity, member=member, answers=wrong, at=AT, actor=clerk)] * MANY)

    assert refused == ["identity_check_locked"] * (MANY - 5)
    assert IdentityCheck.objects.count() == 5


@pytest.mark.rule("STF-1")
def test_two_administrators_do_not_unmake_each_other(fresh_database: object) -> None:
    both = [staff(Role.ADMINISTRATOR).login_id for _ in range(2)]

    refused = at_once(
        [
            partial(people.take_role, login_id=other, role=Role.ADMINISTRATOR, at=AT, actor=actors.staff(one))
            for one, other in (both, reversed(both))
        ]
    )

    assert refused == ["permission_denied"]
    held = StaffRole.objects.filter(role=Role.ADMINISTRATOR, user__login_id__in=both, taken_at__isnull=True)
    assert held.count() == 1
    assert sum(bool(queries.permissions_of(queries.get_staff(login_id))) for login_id in both) == 1


@pytest.mark.rule("STF-1")
def test_an_installation_has_one_first_administrator_however_many_try(fresh_database: object) -> None:
    refused = at_once(
        [
            partial(
                people.add_staff,
                name="係員",
                login_id=f"first-{number}",
                password=None,
                roles=[],
                at=AT,
                actor=None,
            )
            for number in range(6)
        ]
    )

    assert refused == ["staff_needed"] * 5
    assert [each.roles for each in queries.list_staff()] == [(Role.ADMINISTRATOR,)]
