"""Registering, whole: what it leaves behind, once for its token, and nothing where it is refused."""

from __future__ import annotations

import dataclasses
from typing import Any
from uuid import UUID

import pytest
from django.contrib.auth import authenticate
from django.db import connection

from pointclub.audit import queries as audit
from pointclub.energy import queries as energy_queries
from pointclub.energy import services as energy
from pointclub.foundation.refusals import Refusal
from pointclub.membership import queries
from pointclub.membership import services as membership
from pointclub.membership.models import Member, Registration
from pointclub.membership.rules.registration import Heard, RegistrationForm
from pointclub.notices.models import Delivery, Notice
from pointclub.notices.queries import advertising_choice_of
from pointclub.people import queries as people_queries
from pointclub.people import services as people
from pointclub.people.models import ContactAddress, Person, User
from pointclub.people.rules.personal_fields import PersonalField
from pointclub.terms.models import TermsAcceptance
from pointclub.terms.rules.documents import Document
from tests.factories.contracts import contract_on_file
from tests.factories.registrations import PORTAL, REGISTERED_AT, another, filled_in, link_to, register

pytestmark = pytest.mark.django_db

ONCE = UUID(int=7)


def person_of(registered: membership.Registered) -> Person:
    return User.objects.select_related("person").get(id=registered.user_id).person


def without_club(**fields: Any) -> RegistrationForm:
    return dataclasses.replace(filled_in(**fields), club=None)


def code_of(form: RegistrationForm) -> str:
    with pytest.raises(Refusal) as refusal:
        register(form)
    return refusal.value.code


@pytest.mark.rule("REG-2")
@pytest.mark.rule("REG-4")
class TestAFormWithTheClub:
    @pytest.mark.rule("MEM-1")
    @pytest.mark.rule("MEM-5")
    def test_makes_a_member_with_a_sign_in(self) -> None:
        registered = register()

        member = Member.objects.get()
        assert (registered.state, registered.member_number) == (Registration.State.ADMITTED, member.number)
        assert member.person == person_of(registered)
        assert authenticate(username="abcd1234", password="hidamari7") == member.person.user

    def test_keeps_every_field(self) -> None:
        person = person_of(register())

        assert people_queries.personal_data_of([person.id])[person.id] == {
            PersonalField.NAME: "関西　花子",
            PersonalField.FAMILY_NAME: "関西",
            PersonalField.GIVEN_NAME: "花子",
            PersonalField.KANA: "カンサイ ハナコ",
            PersonalField.BIRTH_DATE: "1980-04-01",
            PersonalField.SEX: "f",
            PersonalField.POSTAL_CODE: "5300005",
            PersonalField.ADDRESS: "大阪府大阪市北区中之島１－２－２２ 関電ビル３０１号",
            PersonalField.PREFECTURE: "大阪府",
            PersonalField.TOWN: "大阪市北区中之島",
            PersonalField.STREET: "１－２－２２",
            PersonalField.BUILDING: "関電ビル３０１号",
            PersonalField.FIRST_MAIL: "hanako@example.com",
            PersonalField.MOBILE: "09012345678",
        }
        assert people_queries.matches_identity_keyword(person.id, "カンデン太郎")
        assert Registration.objects.get().heard == ["bill", "web"]

    @pytest.mark.rule("TRM-5")
    def test_records_what_was_accepted(self) -> None:
        person = person_of(register())

        accepted = TermsAcceptance.objects.filter(person=person, how="registration")
        assert {each.document for each in accepted} == set(Document)

    def test_is_on_record_without_a_value(self) -> None:
        registered = register()

        (entry,) = audit.search_acts(audit.ActFilter(act="membership.register")).acts
        assert entry.details == {
            "registration": str(registered.registration_id),
            "door": "open",
            "state": "admitted",
            "reasons": [],
        }

    def test_leaves_nothing_in_the_clear(self) -> None:
        register(filled_in(nickname="ひまわり", second_mail="hanako2@example.com"))

        copied = b""
        with connection.cursor() as cursor:
            for table in connection.introspection.table_names(cursor):
                with cursor.copy(f"COPY (SELECT * FROM {table}) TO STDOUT (FORMAT binary)") as copy:  # noqa: S608
                    copied += b"".join(bytes(chunk) for chunk in copy)
        for text in ("花子", "ハナコ", "hidamari7", "かんでん", "中之島", "hanako", "1980-04-01", "ひまわり"):
            assert text.encode() not in copied, text


class TestAFormWithoutTheClub:
    def test_makes_a_sign_in_for_the_portal_alone(self) -> None:
        registered = register(without_club())

        assert (registered.state, registered.member_number) == (Registration.State.PORTAL_ONLY, None)
        assert not Member.objects.exists()
        assert User.objects.get().login_id == "abcd1234"


@pytest.mark.rule("REG-1")
class TestTheCustomersDoor:
    def test_links_the_contract(self) -> None:
        contract_id = contract_on_file()

        registered = register(filled_in(contract_id=contract_id))

        (contract,) = energy_queries.list_contracts_of(person_of(registered).id)
        assert contract.id == contract_id
        assert Registration.objects.get().door == Registration.Door.CONTRACT

    def test_is_closed_where_somebody_else_has_the_contract(self) -> None:
        contract_id = contract_on_file()
        register(another(1, contract_id=contract_id))

        with pytest.raises(energy.ContractLinkedError):
            register(filled_in(contract_id=contract_id))
        assert Registration.objects.count() == User.objects.count() == 1


@pytest.mark.rule("REG-5")
class TestTheMails:
    def test_prove_each_address_by_a_link_of_its_own(self) -> None:
        register(filled_in(second_mail="hanako2@example.com"))

        sent = {each.address.kind for each in Delivery.objects.filter(notice__kind="prove_address") if each.address}
        assert sent == {"first_mail", "second_mail"}

    def test_lead_to_the_proof(self) -> None:
        tokens: list[str] = []
        person = person_of(
            membership.register(
                form=filled_in(),
                once=ONCE,
                link_to=lambda token: tokens.append(token) or link_to(token),  # type: ignore[func-returns-value]
                at=REGISTERED_AT,
                actor=PORTAL,
            )
        )

        assert queries.owes_address_proof(person.id)
        people.prove_address(token=tokens[0], at=REGISTERED_AT, actor=PORTAL)
        assert not queries.owes_address_proof(person.id)

    def test_of_advertising_go_where_it_was_chosen_and_nowhere_by_default(self) -> None:
        chosen = person_of(register(filled_in(advertising=frozenset({PersonalField.FIRST_MAIL}))))
        silent = person_of(register(another(1)))

        assert advertising_choice_of(chosen.id) == {ContactAddress.Kind.FIRST}
        assert advertising_choice_of(silent.id) == frozenset()

    def test_of_advertising_do_not_go_to_an_address_that_is_not_there(self) -> None:
        person = person_of(register(filled_in(advertising=frozenset({PersonalField.SECOND_MAIL}))))

        assert advertising_choice_of(person.id) == frozenset()


@pytest.mark.rule("REG-4")
class TestOneToken:
    def test_registers_once_and_answers_the_same(self) -> None:
        first = register(once=ONCE)
        again = register(once=ONCE)

        assert (first.is_new, again.is_new) == (True, False)
        assert again == dataclasses.replace(first, is_new=False)
        assert User.objects.count() == Notice.objects.filter(kind="registered").count() == 1

    def test_does_not_stand_for_another_form(self) -> None:
        register(once=ONCE)

        with pytest.raises(membership.RegistrationChangedError):
            register(filled_in(login_id="efgh5678"), once=ONCE)
        assert User.objects.count() == 1

    def test_answers_as_things_stand_by_then(self) -> None:
        held = register(filled_in(postal_code="0000000", town="架空市"), once=ONCE)
        assert held.state == Registration.State.HELD

        again = register(filled_in(postal_code="0000000", town="架空市"), once=ONCE)

        assert (again.state, again.registration_id) == (held.state, held.registration_id)


class TestARefusal:
    @pytest.mark.parametrize(
        ("change", "code"),
        [
            ({"password": "hidamari"}, "unfit_password"),
            ({"password": "Abcd1234"}, "unfit_password"),
            ({"identity_keyword": ""}, "invalid_form"),
            ({"first_mail": "hanako"}, "invalid_form"),
            ({"login_id": "abc"}, "invalid_form"),
            ({"street": "1-2-22"}, "invalid_form"),
            ({"second_mail": "hanako@example.com"}, "invalid_form"),
            ({"mobile": ""}, "phone_needed"),
            ({"heard": frozenset()}, "answer_needed"),
            ({"heard": frozenset({Heard.BILL, Heard.NO_ANSWER})}, "answer_needed"),
            ({"documents": {}}, "acceptance_needed"),
            ({"club": {"birth_date": "2026-04-11"}}, "invalid_form"),
            ({"club": {"family_reading": "かんさい"}}, "invalid_form"),
        ],
    )
    @pytest.mark.rule("REG-2")
    def test_names_what_is_wrong_and_leaves_nothing(self, change: dict[str, Any], code: str) -> None:
        assert code_of(filled_in(**change)) == code
        assert not Person.objects.exists()
        assert not Notice.objects.exists()

    @pytest.mark.parametrize("statement", ["is_not_antisocial", "acts_with_no_antisocial_forces"])
    @pytest.mark.rule("TRM-5")
    def test_meets_who_does_not_make_both_statements(self, statement: str) -> None:
        half: dict[str, Any] = {statement: False}

        assert code_of(filled_in(**half)) == "declaration_needed"

    def test_meets_who_was_shown_an_older_document(self) -> None:
        documents = {**filled_in().documents, Document.POINT_RULES: "2016-04-01"}

        assert code_of(filled_in(documents=documents)) == "document_superseded"
        assert not Person.objects.exists()

    def test_of_several_fields_names_them_all_and_none_of_their_values(self) -> None:
        with pytest.raises(membership.InvalidFormError) as refusal:
            register(filled_in(login_id="ABCD1234", town="", nickname="<b>\x00"))

        assert refusal.value.details["fields"] == {
            "login_id": "not_converted",
            "town": "required",
            "nickname": "cannot_be_used",
        }

    def test_of_a_taken_login_id_leaves_nothing_of_the_second_form(self) -> None:
        register(another(1, login_id="abcd1234"))

        assert code_of(filled_in(login_id="abcd1234")) == "login_id_taken"
        assert Person.objects.count() == Registration.objects.count() == 1

    def test_on_the_last_step_leaves_nothing_of_the_first(self) -> None:
        def broken(_: str) -> str:
            raise ZeroDivisionError

        with pytest.raises(ZeroDivisionError):
            membership.register(form=filled_in(), once=ONCE, link_to=broken, at=REGISTERED_AT, actor=PORTAL)

        assert not Person.objects.exists()
        assert not Registration.objects.exists()
        assert register(once=ONCE).is_new
