"""Advertising ends with membership, and does not begin before an application is decided (NTC-3)."""

from __future__ import annotations

import ast
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import pointclub
from pointclub.earning import services as earning
from pointclub.foundation import actors
from pointclub.membership import services as membership
from pointclub.membership.models import Member, Membership, Registration
from pointclub.notices import queries, services
from pointclub.people.models import ContactAddress, Person
from pointclub.people.rules.permissions import Role
from tests.factories.club import STAFF, Club, jst
from tests.factories.readers import send
from tests.factories.registrations import filled_in, register
from tests.factories.revocations import revoke
from tests.factories.staff import staff
from tests.factories.texts import approved_mailing
from tests.harness.mailbox import Mailbox, running_mailbox, sending_to

pytestmark = [pytest.mark.django_db, pytest.mark.rule("NTC-3")]

AT = jst("2026-04-20 10:00")
FIRST = ContactAddress.Kind.FIRST
_UNKNOWN_PLACE: dict[str, Any] = {"postal_code": "0000000", "town": "架空市"}


def agree(person: Person) -> None:
    services.agree_to_advertising(person_id=person.id, kinds=[FIRST], how="settings", at=AT, actor=STAFF)


def withdraw(member: Member) -> None:
    earning.end_membership(member=member, reason=Membership.EndReason.WITHDRAWN, at=AT, actor=STAFF)


def lose_eligibility(member: Member) -> None:
    earning.end_membership(member=member, reason=Membership.EndReason.ELIGIBILITY_LOST, at=AT, actor=STAFF)


def be_revoked(member: Member) -> None:
    revoke(member, at=AT)


class TestWhoLeaves:
    @pytest.fixture
    def hanako(self) -> Member:
        return Club().member()

    @pytest.mark.parametrize("leave", [withdraw, lose_eligibility, be_revoked])
    def test_is_advertised_to_no_more_nor_is_the_family(self, hanako: Member, leave: Callable[[Member], None]) -> None:
        child = Club().family_member(hanako)
        for member in (hanako, child):
            agree(member.person)

        leave(hanako)

        assert queries.count_wanting_advertising() == 0
        assert queries.advertising_choice_of(hanako.person_id) == frozenset()

    def test_alone_leaves_the_others_what_they_chose(self, hanako: Member) -> None:
        child = Club().family_member(hanako)
        for member in (hanako, child):
            agree(member.person)

        membership.release_family_member(member=child, at=AT, actor=STAFF)

        assert queries.advertising_choice_of(child.person_id) == frozenset()
        assert queries.advertising_choice_of(hanako.person_id) == {FIRST}


def test_members_end_in_one_place_alone() -> None:
    """Whatever ends a member's part without stopping advertising would be forgotten here."""
    found = [
        f"{file.name}:{function.name}"
        for file in sorted(Path(pointclub.__file__).parent.glob("membership/services/*.py"))
        for function in ast.walk(ast.parse(file.read_text()))
        if isinstance(function, ast.FunctionDef)
        for call in ast.walk(function)
        if isinstance(call, ast.Call)
        and isinstance(call.func, ast.Attribute)
        and call.func.attr == "update"
        and any(keyword.arg == "ended_at" for keyword in call.keywords)
    ]

    assert found == ["memberships.py:_leave"]


class TestWhoIsHeld:
    @pytest.fixture
    def mailbox(self, settings: Any) -> Any:
        with running_mailbox() as mailbox:
            settings.ENVIRONMENT = sending_to(mailbox.url)
            yield mailbox

    @pytest.fixture
    def person(self) -> Person:
        held = register(filled_in(**_UNKNOWN_PLACE, advertising=frozenset({FIRST})))
        person = Registration.objects.get(id=held.registration_id).user.person
        ContactAddress.objects.filter(person=person).update(verified_at=AT)
        return person

    def decide(self, person: Person, how: Callable[..., Any]) -> None:
        clerk = actors.staff(staff(Role.CALL_CENTRE).login_id)
        how(registration_id=Registration.objects.get(user=person.user).id, reason="確認済み", at=AT, actor=clerk)

    def advertised(self, mailbox: Mailbox) -> int:
        mailing = approved_mailing(at=AT)
        list(services.carry_on_mailing(mailing_id=mailing.id, at=AT, actor=STAFF))
        send(AT)
        return sum(str(mail.message["Subject"]) == "春の催し" for mail in mailbox.received)

    def test_is_sent_no_advertising_and_keeps_the_choice(self, person: Person, mailbox: Mailbox) -> None:
        assert self.advertised(mailbox) == 0
        assert queries.count_wanting_advertising() == 0
        assert queries.advertising_choice_of(person.id) == {FIRST}

    def test_is_sent_it_once_admitted(self, person: Person, mailbox: Mailbox) -> None:
        self.decide(person, membership.admit_application)

        assert self.advertised(mailbox) == 1

    def test_is_never_sent_it_once_declined_whatever_they_choose(self, person: Person, mailbox: Mailbox) -> None:
        self.decide(person, membership.decline_application)
        membership.choose_advertising(user=person.user, wanted=[], at=AT, actor=STAFF)
        membership.choose_advertising(user=person.user, wanted=[FIRST], at=AT, actor=STAFF)

        assert self.advertised(mailbox) == 0
