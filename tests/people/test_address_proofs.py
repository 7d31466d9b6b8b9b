"""A link that proves an address: in time, for that address alone, and harmless when it is opened again."""

import datetime as dt
from uuid import UUID

import pytest

from pointclub.audit import queries as audit
from pointclub.foundation import actors
from pointclub.people import services as people
from pointclub.people.models import ContactAddress, Person
from pointclub.people.rules.personal_fields import PersonalField
from tests.factories.callers import CLERK
from tests.factories.club import jst

pytestmark = pytest.mark.rule("REG-5")

AT = jst("2026-04-01 12:00")
READER = actors.system("link")


@pytest.fixture
def hanako(db: None) -> Person:
    person = people.record_person(name="見本 花子", at=AT, actor=CLERK)
    record(person, "hanako@example.com")
    return person


def record(person: Person, address: str) -> None:
    people.record_personal_data(person=person, values={PersonalField.FIRST_MAIL: address}, at=AT, actor=CLERK)


def current(person: Person) -> ContactAddress:
    return ContactAddress.objects.get(person=person, replaced_at__isnull=True)


def link_to(person: Person) -> str:
    return people.issue_address_proof(address_id=current(person).id, at=AT)


def open_link(token: str, *, at: dt.datetime = AT) -> people.Proved:
    return people.prove_address(token=token, at=at, actor=READER)


class TestALink:
    def test_proves_the_address_within_a_day(self, hanako: Person) -> None:
        in_time = AT + dt.timedelta(hours=23, minutes=59)

        assert open_link(link_to(hanako), at=in_time) == people.Proved(
            current(hanako).id, hanako.id, is_first=True, place=ContactAddress.Kind.FIRST
        )
        assert current(hanako).verified_at == in_time

    def test_opened_again_says_so_and_changes_nothing(self, hanako: Person) -> None:
        token = link_to(hanako)
        open_link(token)

        again = open_link(token, at=AT + dt.timedelta(hours=1))

        assert not again.is_first
        assert current(hanako).verified_at == AT
        assert len(audit.search_acts(audit.ActFilter(act="people.prove_address")).acts) == 1

    def test_proves_nothing_after_a_day(self, hanako: Person) -> None:
        token = link_to(hanako)

        with pytest.raises(people.ExpiredProofError):
            open_link(token, at=AT + dt.timedelta(hours=24))
        assert current(hanako).verified_at is None

    def test_proves_no_address_that_took_the_place_of_the_one_it_went_to(self, hanako: Person) -> None:
        token = link_to(hanako)
        record(hanako, "hanako@example.net")

        with pytest.raises(people.ReplacedAddressError):
            open_link(token)
        assert current(hanako).verified_at is None

    @pytest.mark.parametrize("token", ["", "abc", "abc:def", "\x00", "あ" * 1_000])
    @pytest.mark.django_db
    def test_that_is_none_of_ours_is_refused(self, token: str) -> None:
        with pytest.raises(people.InvalidProofError):
            open_link(token)

    def test_that_was_altered_is_refused(self, hanako: Person) -> None:
        token = link_to(hanako)

        with pytest.raises(people.InvalidProofError):
            open_link(token[:-1] + ("A" if token[-1] != "A" else "B"))

    def test_tells_nothing_about_whose_address_it_is(self, hanako: Person) -> None:
        assert "hanako" not in link_to(hanako)

    def test_is_made_for_current_addresses_only(self, hanako: Person) -> None:
        former = current(hanako)
        record(hanako, "hanako@example.net")

        with pytest.raises(people.ReplacedAddressError):
            people.issue_address_proof(address_id=former.id, at=AT)
        with pytest.raises(people.UnknownAddressError):
            people.issue_address_proof(address_id=UUID(int=0), at=AT)
