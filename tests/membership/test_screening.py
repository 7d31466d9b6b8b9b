"""Whose registration waits for staff, and whose does not (MEM-1, SCR-1)."""

from __future__ import annotations

import dataclasses
from typing import Any
from uuid import UUID

import pytest

from pointclub.foundation import actors
from pointclub.membership import services as membership
from pointclub.membership.models import Member, Membership, Registration
from pointclub.membership.rules.registration import RegistrationForm
from pointclub.notices.models import Delivery, Notice
from pointclub.people import services as people
from pointclub.people.models import User
from pointclub.people.queries import PermissionDeniedError
from pointclub.people.rules.permissions import Role
from pointclub.people.rules.personal_fields import PersonalField
from tests.factories.club import Club
from tests.factories.registrations import REGISTERED_AT, another, filled_in, register
from tests.factories.revocations import revoke
from tests.factories.staff import staff

pytestmark = [pytest.mark.django_db, pytest.mark.rule("SCR-1")]

STREET: dict[str, Any] = {"street": "９－９", "building": ""}
CONTACT: dict[str, Any] = {"first_mail": "other@example.com", "mobile": "09099999999"}
ANOTHER_ID: dict[str, Any] = {"login_id": "efgh5678"}


def reasons_of(form: RegistrationForm) -> list[str]:
    """Register, and return why it waits."""
    registered = register(form)
    kept: list[str] = Registration.objects.get(id=registered.registration_id).reasons
    assert (registered.state == Registration.State.HELD) == bool(kept)
    return kept


def without_club(**fields: Any) -> RegistrationForm:
    return dataclasses.replace(filled_in(**fields), club=None)


@pytest.mark.rule("MEM-1")
class TestADouble:
    def test_is_who_has_the_same_name_birth_date_and_address(self) -> None:
        register()

        assert reasons_of(filled_in(**ANOTHER_ID, **CONTACT, street="１丁目２番２２号")) == ["double"]

    @pytest.mark.parametrize(
        "shared",
        [{"first_mail": "hanako@example.com", "mobile": "09099999999"}, {"first_mail": "o@example.com"}],
        ids=["mail", "phone"],
    )
    def test_is_who_has_the_same_birth_date_and_mail_or_phone(self, shared: dict[str, Any]) -> None:
        register()

        assert reasons_of(filled_in(full_name="関電　花江", **ANOTHER_ID, **STREET, **shared)) == ["double"]

    def test_is_not_who_shares_the_phone_of_the_family(self) -> None:
        register()

        assert reasons_of(filled_in(**ANOTHER_ID, full_name="関西　太郎", club={"birth_date": "1978-02-03"})) == []

    def test_is_not_a_namesake_elsewhere(self) -> None:
        register()

        assert reasons_of(filled_in(**ANOTHER_ID, **CONTACT, **STREET)) == []

    def test_without_the_club_is_who_has_the_same_name_and_a_contact_or_address(self) -> None:
        register(without_club())

        assert reasons_of(without_club(**ANOTHER_ID, **CONTACT)) == ["double"]
        assert reasons_of(without_club(login_id="ijkl9012", full_name="関西　太郎")) == []

    def test_may_be_somebody_who_was_admitted_by_staff(self) -> None:
        member = Club().member()
        people.change_name(person=member.person, name="関西 花子", at=REGISTERED_AT, actor=actors.staff("x"))
        values = {PersonalField.FIRST_MAIL: "hanako@example.com"}
        people.record_personal_data(person=member.person, values=values, at=REGISTERED_AT, actor=actors.staff("x"))

        assert reasons_of(filled_in()) == ["double"]
        assert Registration.objects.get().suspects == [str(member.person_id)]

    def test_may_be_somebody_whose_own_application_waits(self) -> None:
        register(filled_in(postal_code="0000000", town="架空市"))

        assert reasons_of(filled_in(**ANOTHER_ID)) == ["double"]

    def test_is_not_somebody_who_left_and_has_no_sign_in(self) -> None:
        club = Club()
        member = club.member()
        facts: dict[str, Any] = {"at": REGISTERED_AT, "actor": actors.staff("x")}
        people.change_name(person=member.person, name="関西 花子", **facts)
        people.record_personal_data(person=member.person, values={PersonalField.MOBILE: "09012345678"}, **facts)
        membership.end_membership(membership_id=member.membership_id, reason=Membership.EndReason.WITHDRAWN, **facts)

        assert reasons_of(filled_in()) == []


class TestSomebodyThrownOut:
    def test_waits_even_at_another_address_and_number(self) -> None:
        member = Club().member()
        facts: dict[str, Any] = {"at": REGISTERED_AT, "actor": actors.staff("x")}
        people.change_name(person=member.person, name="関西 花子", **facts)
        people.record_personal_data(person=member.person, values={PersonalField.BIRTH_DATE: "1980-04-01"}, **facts)
        revoke(member, at=REGISTERED_AT)

        assert reasons_of(filled_in()) == ["revoked_before"]
        assert Registration.objects.get().suspects == [str(member.person_id)]


class TestAnAddress:
    def test_that_cannot_be_found_waits(self) -> None:
        assert reasons_of(filled_in(postal_code="0000000", town="架空市")) == ["address_not_found"]

    @pytest.mark.parametrize(
        "fields",
        [
            {"postal_code": "5370001"},
            {"postal_code": "0000000"},
            {"town": "架空市"},
            {"prefecture": "京都府"},
        ],
        ids=["code of elsewhere", "unknown code", "unknown town", "town of elsewhere"],
    )
    def test_whose_parts_do_not_fit_does_not(self, fields: dict[str, Any]) -> None:
        assert reasons_of(filled_in(**fields)) == []


class TestTheExclusionList:
    def exclude(self, birth_date: str | None, name: str = "関西 花子") -> UUID:
        officer = actors.staff(staff(Role.PRIVACY_OFFICER).login_id)
        entry = membership.add_exclusion(
            name=name, birth_date=birth_date, reason="過去の不正利用", at=REGISTERED_AT, actor=officer
        )
        return entry.id

    @pytest.mark.parametrize("birth_date", [None, "1980-04-01"])
    def test_holds_who_has_the_name_and_no_other_birth_date(self, birth_date: str | None) -> None:
        self.exclude(birth_date)

        assert reasons_of(filled_in()) == ["excluded"]

    def test_holds_who_gives_the_name_to_the_club_alone(self) -> None:
        self.exclude(None)

        assert reasons_of(filled_in(full_name="はなこ")) == ["excluded"]

    def test_holds_who_says_no_birth_date(self) -> None:
        self.exclude("1970-01-01")

        assert reasons_of(without_club()) == ["excluded"]

    def test_does_not_hold_a_namesake_born_on_another_day(self) -> None:
        self.exclude("1970-01-01")

        assert reasons_of(filled_in()) == []

    def test_does_not_hold_anybody_by_an_entry_that_ended(self) -> None:
        officer = actors.staff(staff(Role.PRIVACY_OFFICER).login_id)
        membership.end_exclusion(exclusion_id=self.exclude(None), reason="誤登録", at=REGISTERED_AT, actor=officer)

        assert reasons_of(filled_in()) == []

    @pytest.mark.parametrize(
        "facts",
        [{"name": ""}, {"birth_date": "1980-13-01"}, {"reason": " "}],
    )
    def test_takes_no_entry_without_name_or_reason(self, facts: dict[str, Any]) -> None:
        officer = actors.staff(staff(Role.PRIVACY_OFFICER).login_id)
        entry: dict[str, Any] = {"name": "関西 花子", "birth_date": None, "reason": "理由"} | facts

        with pytest.raises(membership.InvalidExclusionError):
            membership.add_exclusion(**entry, at=REGISTERED_AT, actor=officer)

    def test_is_kept_by_few(self) -> None:
        clerk = actors.staff(staff(Role.CALL_CENTRE).login_id)

        with pytest.raises(PermissionDeniedError):
            membership.add_exclusion(name="関西 花子", birth_date=None, reason="理由", at=REGISTERED_AT, actor=clerk)


class TestAHeldApplication:
    def test_leaves_an_account_without_a_membership(self) -> None:
        held = register(filled_in(postal_code="0000000", town="架空市"))

        assert (held.state, held.member_number) == (Registration.State.HELD, None)
        assert User.objects.get().is_active
        assert not Member.objects.exists()

    def test_is_told_in_the_same_words_whatever_the_reason(self) -> None:
        register(another(1))
        held = [
            register(another(2, postal_code="0000000", town="架空市")),
            register(another(1, login_id="efgh5678")),
        ]

        told = Notice.objects.filter(kind="application_held")
        assert {each.state for each in held} == {Registration.State.HELD}
        assert told.count() == 2
        assert Delivery.objects.filter(notice__in=told, channel="first_mail").count() == 2
        assert all(not notice.values for notice in told)
