"""Held applications: decided on once, by who may, with a reason, and told."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from functools import partial
from typing import Any
from uuid import UUID

import pytest
from django.db import IntegrityError, OperationalError, connection, transaction
from django.db.utils import ProgrammingError

from pointclub.audit import queries as audit
from pointclub.foundation import actors
from pointclub.membership import queries
from pointclub.membership import services as membership
from pointclub.membership.models import Member, Registration
from pointclub.notices.models import Notice
from pointclub.people import services as people
from pointclub.people.models import ContactAddress, User
from pointclub.people.queries import PermissionDeniedError
from pointclub.people.rules.permissions import Role
from pointclub.people.rules.personal_fields import PersonalField
from pointclub.rewards import services as rewards
from tests.factories.club import Club, jst, redeem
from tests.factories.registrations import PORTAL, REGISTERED_AT, another, filled_in, register
from tests.factories.staff import staff
from tests.people.test_at_once import at_once

AT = jst("2026-04-11 10:00")
UNKNOWN_PLACE: dict[str, Any] = {"postal_code": "0000000", "town": "架空市"}
Decide = Callable[..., Registration]


def held(*, wants_club: bool = True) -> UUID:
    form = filled_in(**UNKNOWN_PLACE)
    return register(form if wants_club else dataclasses.replace(form, club=None)).registration_id


def clerk() -> actors.Actor:
    return actors.staff(staff(Role.CALL_CENTRE).login_id)


def decide(
    how: Decide, registration_id: UUID, *, actor: actors.Actor | None = None, reason: str = "確認済み"
) -> Registration:
    return how(registration_id=registration_id, reason=reason, at=AT, actor=actor or clerk())


@pytest.mark.django_db
@pytest.mark.rule("SCR-1")
class TestAnApplication:
    @pytest.mark.rule("MEM-1")
    def test_that_is_admitted_makes_a_member_who_is_told_the_number(self) -> None:
        registration = decide(membership.admit_application, held())

        member = Member.objects.get()
        assert (registration.state, registration.member) == (Registration.State.ADMITTED, member)
        assert member.joined_at == AT
        assert Notice.objects.get(kind="application_admitted").values == {"member_number": member.number}

    def test_that_is_declined_leaves_the_sign_in_and_says_no_reason(self) -> None:
        registration = decide(membership.decline_application, held(), reason="住所が実在しません")

        assert registration.state == Registration.State.DECLINED
        assert registration.user.is_active
        assert not Member.objects.exists()
        assert Notice.objects.get(kind="application_declined").values == {}

    def test_without_the_club_is_admitted_to_the_portal(self) -> None:
        registration = decide(membership.admit_application, held(wants_club=False))

        assert registration.state == Registration.State.PORTAL_ONLY
        assert not Notice.objects.filter(kind="application_admitted").exists()

    @pytest.mark.parametrize("first", [membership.admit_application, membership.decline_application])
    @pytest.mark.parametrize("second", [membership.admit_application, membership.decline_application])
    def test_is_decided_once_and_for_good(self, first: Decide, second: Decide) -> None:
        registration_id = held()
        decide(first, registration_id)

        with pytest.raises(membership.ApplicationDecidedError):
            decide(second, registration_id)

    def test_that_was_never_held_is_not_decided_on(self) -> None:
        registered = register()

        with pytest.raises(membership.ApplicationDecidedError):
            decide(membership.decline_application, registered.registration_id)

    @pytest.mark.parametrize("reason", ["", "  ", "x" * 501])
    def test_is_not_decided_without_a_reason(self, reason: str) -> None:
        with pytest.raises(membership.ApplicationReasonError):
            decide(membership.admit_application, held(), reason=reason)

    def test_is_not_decided_by_who_may_not(self) -> None:
        auditor = actors.staff(staff(Role.AUDITOR).login_id)

        with pytest.raises(PermissionDeniedError):
            decide(membership.admit_application, held(), actor=auditor)

    def test_that_is_unknown_is_not_found(self) -> None:
        with pytest.raises(queries.UnknownApplicationError):
            decide(membership.admit_application, UUID(int=1))

    def test_is_on_record_with_who_and_why(self) -> None:
        decide(membership.admit_application, held(), reason="本人に電話で確認")

        (entry,) = audit.search_acts(audit.ActFilter(act="membership.admit_application")).acts
        assert entry.details["reasons"] == ["address_not_found"]
        assert entry.reason == "本人に電話で確認"

    @pytest.mark.parametrize("column", ["reasons", "suspects", "wants_club", "heard", "user_id", "digest", "token"])
    def test_cannot_be_rewritten_by_the_application(self, column: str) -> None:
        with (
            pytest.raises(ProgrammingError, match="permission denied"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(f"UPDATE membership_registration SET {column} = {column}")  # noqa: S608 -- From above.

    def test_is_not_admitted_by_the_database_without_somebody_who_decided(self) -> None:
        registration_id = held()

        with pytest.raises(IntegrityError, match="what_gives_reason_to_hesitate_is_decided_by_somebody"):
            Registration.objects.filter(id=registration_id).update(state="portal_only")


@pytest.mark.django_db
@pytest.mark.rule("SCR-1")
class TestTheDesk:
    def test_shows_who_waits_masked_with_reasons_and_whom_it_may_be(self) -> None:
        member = register()
        register(filled_in(login_id="efgh5678", **UNKNOWN_PLACE))

        (application,) = queries.list_held_applications()

        (suspect,) = application.suspects
        assert application.registration.reasons == ["double", "address_not_found"]
        assert application.data[PersonalField.NAME] == "関＊ 花＊"
        assert application.data[PersonalField.ADDRESS] == "大阪府＊"
        assert suspect.data[PersonalField.FIRST_MAIL] == "h***@example.com"
        assert suspect.number == member.member_number

    def test_begins_with_who_waits_longest_and_ends_with_the_decision(self) -> None:
        second = register(another(2, **UNKNOWN_PLACE), at=AT).registration_id
        first = register(another(1, **UNKNOWN_PLACE)).registration_id

        assert [each.registration.id for each in queries.list_held_applications()] == [first, second]
        decide(membership.decline_application, first)
        assert [each.registration.id for each in queries.list_held_applications()] == [second]


@pytest.mark.django_db
@pytest.mark.rule("REG-5")
class TestRedeeming:
    def member(self) -> Member:
        number = register().member_number
        assert number is not None
        member = queries.get_member(number)
        Club().open_balance(member, {"2027-03-31": 1_000}, at=REGISTERED_AT)
        return member

    def prove(self, member: Member) -> None:
        address = ContactAddress.objects.get(person=member.person, replaced_at__isnull=True)
        token = people.issue_address_proof(address_id=address.id, at=AT)
        people.prove_address(token=token, at=AT, actor=PORTAL)

    def test_waits_for_the_proof_of_the_address(self) -> None:
        member = self.member()

        with pytest.raises(rewards.AddressNotProvedError):
            redeem(member, 100, at=AT)
        self.prove(member)

        assert redeem(member, 100, at=AT).points == 100

    def test_goes_on_while_a_later_address_waits_for_its_proof(self) -> None:
        member = self.member()
        self.prove(member)
        values = {PersonalField.FIRST_MAIL: "new@example.com"}
        people.record_personal_data(person=member.person, values=values, at=AT, actor=PORTAL)

        # Not what waits for 72 hours after a change (tests/rewards/test_step_up.py).
        assert redeem(member, 100, at=AT, kind="donation").points == 100

    def test_asks_no_proof_of_who_was_brought_over(self) -> None:
        club = Club()
        member = club.member()
        club.open_balance(member, {"2027-03-31": 1_000}, at=REGISTERED_AT)

        assert redeem(member, 100, at=AT).points == 100


@pytest.mark.usefixtures("fresh_database")
@pytest.mark.rule("REG-4")
class TestAtOnce:
    def test_one_token_registers_once(self) -> None:
        answers: list[membership.Registered] = []

        refused = at_once([lambda: answers.append(register(once=UUID(int=7)))] * 6)

        assert refused == []
        assert len({answer.registration_id for answer in answers}) == 1
        assert sorted(answer.is_new for answer in answers) == [False] * 5 + [True]
        assert Member.objects.count() == 1

    @pytest.mark.rule("REG-2")
    def test_one_login_id_goes_to_one_of_them(self) -> None:
        forms = [another(number, login_id="abcd1234") for number in range(6)]

        refused = at_once([partial(register, form) for form in forms])

        assert refused == ["login_id_taken"] * 5
        assert Registration.objects.count() == Member.objects.count() == 1

    @pytest.mark.rule("MEM-1")
    def test_one_person_with_several_forms_is_admitted_once(self) -> None:
        forms = [filled_in(login_id=f"betsu{number:03d}") for number in range(5)]

        assert at_once([partial(register, form) for form in forms]) == []

        states = sorted(Registration.objects.values_list("state", flat=True))
        assert states == ["admitted", *["held"] * 4]

    def test_a_connection_that_breaks_on_the_last_step_leaves_nothing(self) -> None:
        def breaking(_: str) -> str:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")
            return ""

        with pytest.raises(OperationalError):
            membership.register(form=filled_in(), once=UUID(int=7), link_to=breaking, at=REGISTERED_AT, actor=PORTAL)
        connection.close()

        assert not User.objects.exists()
        assert not Registration.objects.exists()
        assert register(once=UUID(int=7)).is_new

    @pytest.mark.rule("SCR-1")
    def test_one_application_is_decided_once(self) -> None:
        registration_id, actor = held(), clerk()
        ways = [membership.admit_application, membership.decline_application] * 3

        refused = at_once([partial(decide, way, registration_id, actor=actor) for way in ways])

        assert refused == ["already_decided"] * 5
        assert Member.objects.count() <= 1
