"""Personal data that goes wrong on its way stands in no message, no detail and no log (attack 16)."""

import logging
from collections.abc import Callable
from uuid import uuid4

import pytest

from pointclub.foundation import actors
from pointclub.foundation.refusals import Refusal
from pointclub.membership import queries as membership_queries
from pointclub.membership import services as membership
from pointclub.membership.models import Member
from pointclub.membership.rules.identity import IdentityQuestion
from pointclub.people import services as people
from pointclub.people.models import ContactAddress, Person
from pointclub.people.personal_data import UnreadablePersonalDataError
from pointclub.people.rules.permissions import Role
from pointclub.people.rules.personal_fields import PersonalField
from tests.factories.callers import CLERK
from tests.factories.club import Club, jst
from tests.factories.staff import staff
from tests.harness.commands import call

pytestmark = [pytest.mark.django_db, pytest.mark.rule("STF-1")]

AT = jst("2026-04-10 12:00")
MARK = "shirushiyama"
MARKS = (MARK, "印山", "シルシヤマ")
ODD = f"{MARK}\x00印山シルシヤマ"


@pytest.fixture
def hanako() -> Member:
    return Club().member()


@pytest.fixture
def clerk() -> actors.Actor:
    return actors.staff(staff(Role.CALL_CENTRE, login_id="sato").login_id)


def told(act: Callable[[], object], caplog: pytest.LogCaptureFixture) -> str:
    """Return all that is said of a refusal, and all that was logged meanwhile, down to the least."""
    caplog.set_level(logging.DEBUG)
    with pytest.raises(Refusal) as refused:
        act()
    refusal = refused.value
    return f"{refusal!r} {refusal.message} {refusal.details} {refusal.__cause__!r} {caplog.text}"


def test_values_that_are_refused_are_not_repeated(hanako: Member, caplog: pytest.LogCaptureFixture) -> None:
    for field in (each for each in PersonalField if each is not PersonalField.NAME):
        said = told(
            lambda field=field: people.record_personal_data(  # type: ignore[misc]
                person=hanako.person, values={field: ODD}, at=AT, actor=CLERK
            ),
            caplog,
        )
        assert [mark for mark in MARKS if mark in said] == []


def test_names_that_are_refused_are_not_repeated(caplog: pytest.LogCaptureFixture) -> None:
    said = told(lambda: people.record_person(name=ODD, at=AT, actor=CLERK), caplog)

    assert [mark for mark in MARKS if mark in said] == []


def test_answers_of_a_caller_are_not_repeated(
    hanako: Member, clerk: actors.Actor, caplog: pytest.LogCaptureFixture
) -> None:
    answers = dict.fromkeys(IdentityQuestion, ODD)
    for _ in range(5):
        membership.check_identity(member=hanako, answers=answers, at=AT, actor=clerk)

    said = told(lambda: membership.check_identity(member=hanako, answers=answers, at=AT, actor=clerk), caplog)

    assert [mark for mark in MARKS if mark in said] == []


@pytest.mark.parametrize("term", ["name", "kana", "phone", "mail"])
def test_searches_are_not_repeated(clerk: actors.Actor, caplog: pytest.LogCaptureFixture, term: str) -> None:
    caplog.set_level(logging.DEBUG)

    membership_queries.search_members(**{term: ODD})
    answer = call("member", "search", f"--{term}", ODD.replace("\x00", ""), "--as", "sato", "--json")

    assert answer.json == {"members": [], "has_more": False}
    assert [mark for mark in MARKS if mark in caplog.text + answer.out + answer.err] == []


def test_a_value_that_cannot_be_read_is_not_shown(hanako: Member, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    kept = ContactAddress.of(hanako.person_id, "first_mail", f"{MARK}@example.com", recorded_by="x", at=AT)
    kept.id = uuid4()

    with pytest.raises(UnreadablePersonalDataError) as unreadable:
        kept.value  # noqa: B018 -- Read to see it refused.

    assert [mark for mark in MARKS if mark in f"{unreadable.value!r} {kept!r} {caplog.text}"] == []


def test_a_person_who_was_read_shows_nothing(hanako: Member) -> None:
    people.record_personal_data(
        person=hanako.person, values={PersonalField.FIRST_MAIL: f"{MARK}@example.com"}, at=AT, actor=CLERK
    )

    (found,) = membership_queries.search_members(number=hanako.number).members

    assert MARK not in f"{found!r} {Person.objects.get(id=hanako.person_id)!r}"
