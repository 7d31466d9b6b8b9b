"""Advertising to all who agreed to it, and to nobody else (NTC-3)."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

import pytest
from django.db import connections

from pointclub.notices import services as notices
from pointclub.notices.models import Delivery, Mailing, Notice
from pointclub.notices.services import mailings
from pointclub.people import services as people
from pointclub.people.models import ContactAddress, Person
from pointclub.people.rules.permissions import Role
from tests.factories.club import STAFF
from tests.factories.readers import AT, PORTAL, address_of, reader, send
from tests.factories.staff import staff
from tests.harness.commands import call
from tests.harness.databases import FreshDatabase
from tests.harness.mailbox import Mailbox

pytestmark = pytest.mark.rule("NTC-3")

JAPANESE = notices.Words("春の催し", "4月はポイントが2倍です。")
ENGLISH = notices.Words("This spring", "Twice the points in April.")


def wanting(address: str) -> Person:
    person = reader(address)
    kinds = [ContactAddress.Kind.FIRST]
    notices.agree_to_advertising(person_id=person.id, kinds=kinds, how="registration", at=AT, actor=PORTAL)
    return person


def ask() -> UUID:
    return notices.ask_for_mailing(japanese=JAPANESE, english=ENGLISH, at=AT, actor=STAFF).id


def carry_on(mailing_id: UUID) -> int:
    return sum(notices.carry_on_mailing(mailing_id=mailing_id, at=AT, actor=STAFF))


@pytest.mark.django_db
class TestAMailing:
    def test_reaches_those_who_agreed_and_whose_address_is_proved_and_good(self, mailbox: Mailbox) -> None:
        wanting("yes@example.com")
        reader("never-asked@example.com")
        stopped = wanting("stopped@example.com")
        kinds = [ContactAddress.Kind.FIRST]
        notices.stop_advertising(person_id=stopped.id, kinds=kinds, how="settings", at=AT, actor=PORTAL)
        people.note_bounce(address_id=address_of(wanting("bounces@example.com")).id, at=AT, actor=PORTAL)
        ContactAddress.objects.filter(person=wanting("unproved@example.com")).update(verified_at=None)

        carry_on(ask())
        send()

        assert mailbox.recipients == ["yes@example.com"]
        assert Mailing.objects.get().mails == 1

    def test_speaks_each_readers_language(self, mailbox: Mailbox) -> None:
        wanting("ja@example.com")
        english = wanting("en@example.com")
        user = people.register_user(person=english, login_id="english", password=None, at=AT, actor=PORTAL)
        user.language = "en"
        user.save()

        carry_on(ask())
        send()

        subjects = {mail.recipients[0]: str(mail.message["Subject"]) for mail in mailbox.received}
        assert subjects == {"ja@example.com": "春の催し", "en@example.com": "This spring"}

    def test_stopped_midway_goes_on_where_it_was(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(mailings, "PEOPLE_AT_A_TIME", 2)
        for number in range(5):
            wanting(f"reader-{number}@example.com")
        mailing_id = ask()

        next(notices.carry_on_mailing(mailing_id=mailing_id, at=AT, actor=STAFF))
        assert Notice.objects.count() == 2
        assert carry_on(mailing_id) == 3

        assert Delivery.objects.count() == 5
        assert Mailing.objects.get().finished_at == AT
        assert carry_on(mailing_id) == 0

    def test_that_says_nothing_in_one_language_is_refused(self) -> None:
        with pytest.raises(notices.InvalidMailingError):
            notices.ask_for_mailing(japanese=JAPANESE, english=notices.Words("x", " "), at=AT, actor=STAFF)

    def test_that_nobody_asked_for_is_not_there(self) -> None:
        with pytest.raises(notices.UnknownMailingError):
            carry_on(UUID(int=7))


@pytest.mark.django_db
def test_the_command_says_how_many_people_it_told_and_goes_on_by_id() -> None:
    wanting("yes@example.com")
    manager = staff(Role.PROGRAM_MANAGER).login_id
    words = ("--title-ja", "春", "--text-ja", "春です", "--title-en", "Spring", "--text-en", "It is spring")

    sent = call("notices", "advertise", *words, "--as", manager, "--json")
    again = call("notices", "go-on", sent.json["mailing"], "--as", manager, "--json")

    assert sent.json["people"] == 1
    assert again.json["people"] == 0


def test_two_at_once_tell_everybody_once(fresh_database: FreshDatabase, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mailings, "PEOPLE_AT_A_TIME", 3)
    for number in range(20):
        wanting(f"reader-{number}@example.com")
    mailing_id = ask()

    def work(_: int) -> int:
        try:
            return carry_on(mailing_id)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as threads:
        assert sum(threads.map(work, range(2))) == 20

    assert Delivery.objects.count() == 20
    assert Mailing.objects.get().mails == 20
    assert Mailing.objects.get().finished_at is not None
