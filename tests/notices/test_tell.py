"""Who is told what, by which ways: the outbox as it is written."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.utils import ProgrammingError
from procrastinate.contrib.django.models import ProcrastinateJob
from psycopg import sql

from pointclub.foundation.acts import act
from pointclub.notices import queries, services
from pointclub.notices.models import Channel, Delivery, Notice
from pointclub.notices.rules.kinds import FACTS, Kind, WrongValuesError
from pointclub.people import services as people
from pointclub.people.models import ContactAddress, Person
from pointclub.people.rules.personal_fields import PersonalField
from tests.factories.readers import AT, PORTAL, SECOND, address_of, reader, tell

pytestmark = pytest.mark.django_db


def ways(notice_id: UUID) -> dict[str, str]:
    return dict(Delivery.objects.filter(notice_id=notice_id).values_list("channel", "state"))


@pytest.mark.rule("NTC-1")
class TestANotice:
    def test_goes_to_both_addresses_and_to_my_page_which_has_it_at_once(self) -> None:
        notice_id = tell(reader(second=SECOND))

        assert ways(notice_id) == {"first_mail": "waiting", "second_mail": "waiting", "portal_page": "sent"}
        page = Delivery.objects.get(notice_id=notice_id, channel=Channel.PORTAL_PAGE)
        assert page.given_at == AT

    def test_goes_to_no_address_that_is_not_proved(self) -> None:
        assert ways(tell(reader(is_proved=False))) == {"portal_page": "sent"}

    def test_goes_to_no_address_that_bounces(self) -> None:
        person = reader(second=SECOND)
        people.note_bounce(address_id=address_of(person).id, at=AT, actor=PORTAL)

        assert ways(tell(person)) == {"second_mail": "waiting", "portal_page": "sent"}

    def test_goes_to_those_addresses_that_it_is_told_even_if_they_were_replaced(self) -> None:
        person = reader()
        old = address_of(person).id
        new = {PersonalField.FIRST_MAIL: "new@example.com"}
        people.record_personal_data(person=person, values=new, at=AT, actor=PORTAL)

        notice_id = tell(person, addresses=[old, address_of(person).id])

        assert Delivery.objects.filter(notice_id=notice_id, channel=Channel.FIRST_MAIL).count() == 2

    def test_of_importance_goes_by_letter_where_no_mail_arrives(self) -> None:
        person = reader(is_proved=False)
        home = {PersonalField.ADDRESS: "見本県架空市例示町1丁目1番地"}
        people.record_personal_data(person=person, values=home, at=AT, actor=PORTAL)

        assert ways(tell(person, Kind.APPLICATION_DECLINED))["letter"] == "waiting"
        assert "letter" not in ways(tell(person, Kind.REGISTERED))

    def test_speaks_the_language_of_its_reader(self) -> None:
        person = reader()
        people.register_user(person=person, login_id="hanako", password=None, at=AT, actor=PORTAL)
        person.user.language = "en"
        person.user.save()

        assert Notice.objects.get(id=tell(person)).language == "en"
        assert Notice.objects.get(id=tell(person, language="ja")).language == "ja"

    def test_is_there_only_if_its_act_is(self) -> None:
        person = reader()

        @act
        def fail() -> None:
            tell(person)
            raise LookupError

        with pytest.raises(LookupError):
            fail()

        assert Notice.objects.count() == 0
        assert ProcrastinateJob.objects.filter(task_name=services.TASK).count() == 0

    def test_rings_once_for_all_that_an_act_tells(self) -> None:
        person = reader()

        @act
        def tell_much() -> None:
            for _ in range(5):
                tell(person)

        tell_much()

        assert ProcrastinateJob.objects.filter(task_name=services.TASK).count() == 1


@pytest.mark.rule("NTC-1")
class TestTheSameAct:
    def test_tells_once(self) -> None:
        person = reader()

        assert tell(person, once="joined:1") == tell(person, once="joined:1")
        assert Delivery.objects.filter(channel=Channel.FIRST_MAIL).count() == 1

    def test_cannot_tell_somebody_else(self) -> None:
        tell(reader(), once="joined:1")

        with pytest.raises(services.NotOnceError):
            tell(reader(), once="joined:1")

    @pytest.mark.parametrize("once", ["hanako@example.com", "山田", "a b", "x" * 121])
    def test_is_named_by_no_personal_data(self, once: str) -> None:
        with pytest.raises(services.NotOnceError):
            tell(reader(), once=once)


class TestValues:
    @pytest.mark.parametrize(
        ("kind", "values"),
        [
            (Kind.REGISTERED, {"name": "花子"}),
            (Kind.SIGN_IN_CODE, {"code": "123456"}),
            (Kind.SIGN_IN_CODE, {"code": "1\r\nBcc: all@example.com", "valid_minutes": 10}),
            (Kind.SIGN_IN_CODE, {"code": "1", "valid_minutes": "10"}),
            (Kind.SIGN_IN_CODE, {"code": "1", "valid_minutes": True}),
            (Kind.PROVE_ADDRESS, {"link": "javascript:alert(1)", "valid_minutes": 10}),
            (Kind.SECURITY_CHANGE, {"what": "everything", "when": AT.isoformat()}),
            (Kind.SECURITY_CHANGE, {"what": "totp_on", "when": "2026-04-01T12:00:00"}),
            (Kind.POINTS_LAPSING, {"points": -1, "usable_through": "2026-04-30", "days": 14}),
            (Kind.POINTS_LAPSING, {"points": 1, "usable_through": "soon", "days": 14}),
            (Kind.ADVERTISING, {"subject": "Two\nlines", "text": "x"}),
        ],
    )
    def test_that_the_kind_does_not_take_are_refused_without_repeating_them(
        self, kind: Kind, values: dict[str, str | int]
    ) -> None:
        with pytest.raises(WrongValuesError) as refused:
            tell(reader(), kind, values)

        assert not [value for value in values.values() if isinstance(value, str) and value in str(refused.value)]
        assert Notice.objects.count() == 0

    def test_of_a_secret_are_on_no_page(self) -> None:
        assert [kind for kind, facts in FACTS.items() if facts.is_secret and facts.page] == []


class TestTheDatabase:
    def test_lets_the_application_rewrite_neither_what_was_told_nor_where_it_went(self) -> None:
        notice_id = tell(reader())

        for table, column in (
            ("notices_notice", "kind"),
            ("notices_notice", "told_at"),
            ("notices_delivery", "channel"),
            ("notices_delivery", "address_id"),
        ):
            with pytest.raises(ProgrammingError), transaction.atomic():
                change(table, column)
        with pytest.raises(ProgrammingError), transaction.atomic():
            Notice.objects.filter(id=notice_id)._raw_delete("default")

    def test_takes_no_erased_notice_that_was_no_secret(self) -> None:
        notice_id = tell(reader())

        with pytest.raises(IntegrityError), transaction.atomic():
            Notice.objects.filter(id=notice_id).update(sealed=None, erased_at=AT)


def change(table: str, column: str) -> None:

    with connection.cursor() as cursor:
        cursor.execute(sql.SQL("UPDATE {0} SET {1} = {1}").format(sql.Identifier(table), sql.Identifier(column)))


@pytest.mark.rule("NTC-3")
class TestAdvertising:
    def agree(self, person: Person, *kinds: ContactAddress.Kind) -> None:
        services.agree_to_advertising(person_id=person.id, kinds=kinds, how="registration", at=AT, actor=PORTAL)

    def test_goes_to_nobody_who_did_not_agree(self) -> None:
        assert ways(tell(reader(), Kind.ADVERTISING, {"subject": "春", "text": "春です"})) == {}

    def test_goes_to_the_address_that_was_chosen_alone(self) -> None:
        person = reader(second=SECOND)
        self.agree(person, ContactAddress.Kind.SECOND)

        notice_id = tell(person, Kind.ADVERTISING, {"subject": "春", "text": "春です"})

        assert ways(notice_id) == {"second_mail": "waiting"}

    def test_wishes_are_kept_one_after_another_with_how_they_were_said(self) -> None:
        person = reader()
        first = ContactAddress.Kind.FIRST
        self.agree(person, first)
        self.agree(person, first)
        later = AT + dt.timedelta(days=1)
        services.stop_advertising(person_id=person.id, kinds=[first], how="settings", at=later, actor=PORTAL)

        assert queries.advertising_choice_of(person.id) == frozenset()
        said = [(wish.is_wanted, wish.how) for wish in queries.list_wishes(person.id)]
        assert said == [(False, "settings"), (True, "registration")]
