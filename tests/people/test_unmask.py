"""Personal data in the clear: to who may, for a reason, on record, and of no more people a day than a desk needs."""

import dataclasses

import pytest
from pytest_django import Settings

from pointclub.audit import queries as audit
from pointclub.foundation import actors
from pointclub.people import queries
from pointclub.people import services as people
from pointclub.people.models import Person, Unmasking
from pointclub.people.rules.permissions import GRANTED, Permission, Role
from pointclub.people.rules.personal_fields import PersonalField
from tests.factories.callers import CLERK, ON_FILE
from tests.factories.club import jst
from tests.factories.staff import staff

pytestmark = [pytest.mark.django_db, pytest.mark.rule("STF-1")]

AT = jst("2026-04-01 12:00")
MOBILE, NAME = PersonalField.MOBILE, PersonalField.NAME


@pytest.fixture
def hanako() -> Person:
    return person_on_file()


@pytest.fixture
def officer() -> actors.Actor:
    return actors.staff(staff(Role.PRIVACY_OFFICER).login_id)


def person_on_file() -> Person:
    person = people.record_person(name="見本 花子", at=AT, actor=CLERK)
    people.record_personal_data(person=person, values=ON_FILE, at=AT, actor=CLERK)
    return person


def unmask(person: Person, actor: actors.Actor, *, reason: str = "返送品の再送", at: str = "12:00") -> dict[str, str]:
    data = people.unmask(
        person_id=person.id, fields=[NAME, MOBILE], reason=reason, actor=actor, at=jst(f"2026-04-01 {at}")
    )
    return {str(field): value for field, value in data.items()}


class TestUnmasking:
    def test_shows_the_fields_asked_for_and_no_others(self, hanako: Person, officer: actors.Actor) -> None:
        assert unmask(hanako, officer) == {"name": "見本 花子", "mobile": "09000000001"}

    def test_shows_nothing_for_what_is_not_kept(self, hanako: Person, officer: actors.Actor) -> None:
        fields = [PersonalField.SECOND_MAIL]

        assert people.unmask(person_id=hanako.id, fields=fields, reason="確認", actor=officer, at=AT) == {}

    def test_is_on_record_with_its_reason_and_without_values(self, hanako: Person, officer: actors.Actor) -> None:
        unmask(hanako, officer, reason="返送品の再送")

        (entry,) = audit.search_acts(audit.ActFilter(act="people.unmask")).acts
        assert (entry.actor, entry.subject.id) == (str(officer), str(hanako.id))
        assert (entry.details, entry.reason) == ({"fields": ["mobile", "name"]}, "返送品の再送")

    @pytest.mark.parametrize("reason", ["", "  ", "\n", "x" * 501, "a\x00b"])
    def test_without_a_reason_shows_nothing(self, hanako: Person, officer: actors.Actor, reason: str) -> None:
        with pytest.raises(people.UnmaskingReasonError):
            unmask(hanako, officer, reason=reason)

        assert not Unmasking.objects.exists()

    def test_of_no_field_is_refused(self, hanako: Person, officer: actors.Actor) -> None:
        with pytest.raises(people.UnmaskingReasonError):
            people.unmask(person_id=hanako.id, fields=[], reason="確認", actor=officer, at=AT)

    def test_of_nobody_is_refused(self, officer: actors.Actor) -> None:
        nobody = Person(name="x")

        with pytest.raises(people.UnknownPersonError):
            people.unmask(person_id=nobody.id, fields=[NAME], reason="確認", actor=officer, at=AT)

    @pytest.mark.parametrize("role", [role for role in Role if Permission.UNMASK not in GRANTED[role]])
    def test_is_refused_to_roles_that_do_not_need_it(self, hanako: Person, role: Role) -> None:
        with pytest.raises(queries.PermissionDeniedError):
            unmask(hanako, actors.staff(staff(role).login_id))

        assert not Unmasking.objects.exists()

    def test_is_refused_to_a_member(self, hanako: Person) -> None:
        with pytest.raises(queries.UnknownStaffError):
            unmask(hanako, actors.member("900000000019"))


class TestManyPersons:
    """Nobody gets by hand, one after another, what an export takes two people for."""

    @pytest.fixture(autouse=True)
    def three_a_day(self, settings: Settings) -> None:
        settings.ENVIRONMENT = dataclasses.replace(settings.ENVIRONMENT, unmasked_persons_a_day=3)

    def test_are_no_more_than_so_many_a_day(self, officer: actors.Actor) -> None:
        for _ in range(3):
            unmask(person_on_file(), officer)

        with pytest.raises(people.TooManyUnmaskedError, match="request an export") as refusal:
            unmask(person_on_file(), officer)

        assert refusal.value.details == {"most": 3}
        assert Unmasking.objects.count() == 3

    def test_are_counted_once_each_however_often_they_are_looked_at(self, officer: actors.Actor) -> None:
        persons = [person_on_file() for _ in range(3)]
        for person in persons * 2:
            unmask(person, officer)

        assert Unmasking.objects.count() == 6

    def test_are_counted_anew_on_the_next_day_in_japan(self, officer: actors.Actor) -> None:
        for _ in range(3):
            unmask(person_on_file(), officer, at="23:59")

        people.unmask(
            person_id=person_on_file().id, fields=[NAME], reason="確認", actor=officer, at=jst("2026-04-02 00:00")
        )

        assert Unmasking.objects.count() == 4

    def test_are_counted_for_each_of_the_staff_alone(self, officer: actors.Actor) -> None:
        for _ in range(3):
            unmask(person_on_file(), officer)

        unmask(person_on_file(), actors.staff(staff(Role.CALL_CENTRE).login_id))

        assert Unmasking.objects.count() == 4


def test_the_usual_number_is_a_hundred() -> None:
    from pointclub.config.environment import read_environment

    assert read_environment({}).unmasked_persons_a_day == 100
