"""Joining the club after having registered without it: the same rules, the same screening, the same desk."""

from __future__ import annotations

import dataclasses
from typing import Any
from uuid import UUID

import pytest

from pointclub.foundation import actors
from pointclub.membership import queries
from pointclub.membership import services as membership
from pointclub.membership.models import Member, Registration
from pointclub.notices.models import Notice
from pointclub.people import queries as people
from pointclub.people import services as people_services
from pointclub.people.models import User
from pointclub.people.rules.permissions import Role
from pointclub.people.rules.personal_fields import PersonalField
from pointclub.people.rules.signing_in import EndedHow
from pointclub.terms import queries as terms
from pointclub.terms.rules.documents import Document
from tests.factories.club import jst
from tests.factories.registrations import another, enrol, filled_in, joining, portal_user, register
from tests.factories.sign_ins import begin
from tests.factories.staff import staff
from tests.people.test_at_once import at_once

LATER = jst("2026-05-20 12:00")
UNKNOWN_PLACE: dict[str, Any] = {"postal_code": "0000000", "town": "架空市"}
ONCE = UUID(int=77)
STATE = Registration.State


def clerk() -> actors.Actor:
    return actors.staff(staff(Role.CALL_CENTRE).login_id)


def held() -> User:
    """Return somebody who registered without the club, and whose address nobody knows by the time of joining."""
    user = portal_user()
    officer = actors.staff(staff(Role.PRIVACY_OFFICER).login_id)
    membership.add_exclusion(name="関西 花子", birth_date=None, reason="過去の不正利用", at=LATER, actor=officer)
    enrol(user, at=LATER)
    return user


@pytest.mark.django_db
@pytest.mark.rule("MEM-1", "REG-2")
class TestSomebodyWhoJoinsLater:
    @pytest.mark.rule("REG-8")
    def test_does_so_in_no_stay_that_has_ended(self) -> None:
        user = portal_user()
        stay = begin(user, at=LATER).sign_in
        people_services.end_sign_in(user=user, sign_in_id=stay.id, how=EndedHow.ENDED_BY_OWNER, at=LATER)

        with pytest.raises(people_services.StayEndedError):
            membership.enrol(stay=stay, form=joining(), once=ONCE, at=LATER, actor=membership.as_actor(user))
        assert not Member.objects.filter(person=user.person).exists()

    def test_becomes_a_member_with_what_the_club_asks_for_and_is_told_the_number(self) -> None:
        user = portal_user()

        joined = enrol(user, at=LATER)

        member = Member.objects.get(person=user.person)
        assert (joined.state, joined.member_number, joined.is_new) == (STATE.ADMITTED, member.number, True)
        kept = people.personal_data_of([user.person_id])[user.person_id]
        assert (kept[PersonalField.KANA], kept[PersonalField.BIRTH_DATE]) == ("カンサイ ハナコ", "1980-04-01")
        assert Notice.objects.get(kind="application_admitted").values == {"member_number": member.number}

    @pytest.mark.rule("TRM-1", "TRM-5")
    def test_accepts_the_clubs_documents_on_that_occasion(self) -> None:
        user = portal_user()

        enrol(user, at=LATER)

        occasions = {each.document: each.how for each in terms.acceptances_of(user.person_id)}
        assert occasions[Document.MEMBERSHIP_TERMS] == occasions[Document.POINT_RULES] == "enrolment"
        assert occasions[Document.PORTAL_TERMS] == "registration"

    def test_is_answered_the_same_when_the_form_comes_again(self) -> None:
        user = portal_user()
        first = enrol(user, once=ONCE, at=LATER)

        again = enrol(user, once=ONCE, at=LATER)

        assert again == dataclasses.replace(first, is_new=False)
        assert Member.objects.count() == 1

    def test_sends_no_other_form_under_the_same_token(self) -> None:
        user = portal_user()
        enrol(user, once=ONCE, at=LATER)

        with pytest.raises(membership.RegistrationChangedError):
            enrol(user, joining(club={"given_name": "桜子"}), once=ONCE, at=LATER)

    def test_cannot_use_the_token_of_somebody_else(self) -> None:
        enrol(portal_user(), once=ONCE, at=LATER)

        with pytest.raises(membership.RegistrationChangedError):
            enrol(portal_user(another(1)), once=ONCE, at=LATER)

    @pytest.mark.parametrize(
        ("fields", "refusal"),
        [
            ({"is_not_antisocial": False}, membership.DeclarationNeededError),
            ({"documents": {}}, membership.AcceptanceNeededError),
            ({"club": {"family_reading": "かんさい"}}, membership.InvalidFormError),
            ({"club": {"birth_date": "2026-05-21"}}, membership.InvalidFormError),
        ],
    )
    def test_is_held_to_the_rules_of_the_form(self, fields: dict[str, Any], refusal: type[Exception]) -> None:
        user = portal_user()

        with pytest.raises(refusal):
            enrol(user, joining(**fields), at=LATER)
        assert not Member.objects.exists()


@pytest.mark.django_db
@pytest.mark.rule("MEM-1")
class TestNobodyJoins:
    def test_twice(self) -> None:
        user = portal_user()
        enrol(user, at=LATER)

        with pytest.raises(membership.CannotEnrolError):
            enrol(user, at=LATER)

    def test_who_joined_on_registering(self) -> None:
        registered = register()

        with pytest.raises(membership.CannotEnrolError):
            enrol(User.objects.get(id=registered.user_id), at=LATER)

    def test_whose_registration_waits(self) -> None:
        user = portal_user(filled_in(**UNKNOWN_PLACE))

        with pytest.raises(membership.CannotEnrolError):
            enrol(user, at=LATER)

    def test_whose_application_waits_or_was_declined(self) -> None:
        user = held()
        with pytest.raises(membership.CannotEnrolError):
            enrol(user, at=LATER)
        waiting = queries.find_registration_of(user.person_id)
        assert waiting is not None

        membership.decline_application(registration_id=waiting.id, reason="確認済み", at=LATER, actor=clerk())

        with pytest.raises(membership.CannotEnrolError):
            enrol(user, at=LATER)


@pytest.mark.django_db
@pytest.mark.rule("SCR-1")
class TestScreening:
    def test_holds_who_joins_later_as_it_holds_who_registers(self) -> None:
        user = held()

        (application,) = queries.list_held_applications()
        assert application.registration.reasons == ["excluded"]
        assert application.registration.user == user
        assert Notice.objects.filter(kind="application_held").exists()
        assert not Member.objects.exists()

    def test_finds_a_double_by_the_birth_date_that_only_the_club_asks_for(self) -> None:
        phone = "08099998888"
        register(another(1, mobile=phone))
        user = portal_user(another(2, mobile=phone))

        joined = enrol(user, joining(club={"birth_date": "1990-01-01"}), at=LATER)

        assert joined.state == STATE.HELD
        assert queries.list_held_applications()[0].registration.reasons == ["double"]

    def test_is_decided_on_by_the_same_desk(self) -> None:
        user = held()
        waiting = queries.find_registration_of(user.person_id)
        assert waiting is not None

        decided = membership.admit_application(registration_id=waiting.id, reason="確認済み", at=LATER, actor=clerk())

        assert decided.member == Member.objects.get(person=user.person)


@pytest.mark.rule("REG-4")
@pytest.mark.usefixtures("fresh_database")
class TestAtOnce:
    def test_one_form_of_two_makes_the_member(self) -> None:
        user = portal_user()

        refused = at_once([lambda: enrol(user, at=LATER), lambda: enrol(user, at=LATER)])

        assert Member.objects.count() == 1
        assert refused == ["cannot_enrol"]
