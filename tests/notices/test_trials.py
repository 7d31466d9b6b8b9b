"""A trial mail to an address that somebody typed in (NTC-4)."""

from __future__ import annotations

import datetime as dt
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connections
from pytest_django import Settings

from pointclub.notices import services as notices
from pointclub.notices.models import Trial
from tests.factories.readers import AT, FIRST, PORTAL, reader, send
from tests.harness.databases import FreshDatabase
from tests.harness.mailbox import Mailbox, sending_to

_HOUR = dt.timedelta(hours=1)

pytestmark = pytest.mark.rule("NTC-4")


def try_out(
    address: str = FIRST, *, network: str = "192.0.2.1", device: str = "", language: str = "ja", at: dt.datetime = AT
) -> None:
    notices.send_trial(address=address, network=network, device=device, language=language, at=at, actor=PORTAL)


@pytest.mark.django_db
class TestATrialMail:
    def test_goes_to_the_address_typed_in(self, mailbox: Mailbox) -> None:
        try_out("ｈａｎａｋｏ@Example.com")
        try_out("other@example.com", language="en")

        assert send() == {"sent": 2}
        assert mailbox.recipients == ["hanako@example.com", "other@example.com"]
        japanese, english = mailbox.received
        assert "お試し送信" in japanese.text
        # Nothing is known of the receiver, so nothing is said of a registration.
        assert "登録された方" not in japanese.text
        assert "registered" not in english.text
        assert "Test message" in str(english.message["Subject"])

    def test_is_the_same_whether_anybody_has_the_address(self, mailbox: Mailbox) -> None:
        reader("known@example.com")

        try_out("known@example.com")
        try_out("unknown@example.com")
        send()

        known, unknown = mailbox.received
        assert known.text == unknown.text

    @pytest.mark.usefixtures("mailbox")
    def test_leaves_only_a_digest_of_the_address(self) -> None:
        try_out()
        send()

        trial = Trial.objects.get()
        assert trial.sealed is None
        assert trial.sent_at == AT
        assert b"hanako" not in bytes(trial.address_index)

    def test_that_cannot_be_sent_for_an_hour_is_not_sent_any_more(self, mailbox: Mailbox) -> None:
        try_out()

        send(AT + _HOUR)

        assert mailbox.received == []
        assert Trial.objects.get().sealed is None

    def test_waits_while_the_server_is_down(self, mailbox: Mailbox, settings: Settings) -> None:
        there, settings.ENVIRONMENT = settings.ENVIRONMENT, sending_to("smtp://127.0.0.1:1")
        try_out()
        assert send() == {"server_down": 1}

        settings.ENVIRONMENT = there
        assert send(AT + dt.timedelta(minutes=1)) == {"sent": 1}
        assert mailbox.recipients == [FIRST]

    def test_that_is_put_off_is_tried_again(self, mailbox: Mailbox) -> None:
        mailbox.answer = lambda _: "451 greylisted"
        try_out()
        assert send() == {"put_off": 1}

        mailbox.answer = lambda _: None
        assert send(AT + dt.timedelta(minutes=5)) == {"sent": 1}

    def test_to_a_name_that_no_server_takes_is_given_up(self, mailbox: Mailbox) -> None:
        try_out("花子@example.com")

        assert send() == {"failed": 1}
        assert mailbox.received == []

    def test_that_is_refused_is_not_tried_again(self, mailbox: Mailbox) -> None:
        mailbox.at_door = lambda _: "550 5.1.1 no such user"
        try_out()

        assert send() == {"failed": 1}
        assert send(AT + dt.timedelta(minutes=30)) == {}

    @pytest.mark.parametrize("text", ["", "ichiro", "a@b", "a@example.com\nBcc: all@example.com", "<b>@example"])
    def test_to_what_is_no_address_is_refused_without_repeating_it(self, text: str) -> None:
        with pytest.raises(notices.InvalidTrialAddressError) as refused:
            try_out(text)

        assert not text or text not in refused.value.message
        assert Trial.objects.count() == 0


@pytest.mark.django_db
class TestTooMany:
    def test_to_one_address_wait_whoever_asks(self) -> None:
        for number in range(3):
            try_out(network=f"192.0.2.{number}")

        with pytest.raises(notices.TooManyTrialsError) as refused:
            try_out("HANAKO@example.com".lower(), network="192.0.2.9")

        assert refused.value.retry_at == AT + _HOUR
        try_out(at=AT + _HOUR)

    def test_from_one_network_wait_whomever_they_go_to(self) -> None:
        for number in range(20):
            try_out(f"reader-{number}@example.com")

        with pytest.raises(notices.TooManyTrialsError):
            try_out("one-more@example.com")

        try_out("one-more@example.com", network="192.0.2.2")

    def test_from_one_device_wait(self) -> None:
        for number in range(5):
            try_out(f"reader-{number}@example.com", network=f"192.0.2.{number}", device="phone")

        with pytest.raises(notices.TooManyTrialsError):
            try_out("one-more@example.com", network="192.0.2.9", device="phone")

    def test_from_everywhere_together_wait(self) -> None:
        Trial.objects.bulk_create(
            Trial(
                address_index=number.to_bytes(32),
                network=f"net-{number}",
                language="ja",
                asked_by="system:portal",
                asked_at=AT,
                try_at=AT,
                erased_at=AT,
            )
            for number in range(500)
        )

        with pytest.raises(notices.TooManyTrialsError):
            try_out()


def test_asked_for_at_once_do_not_all_find_room(fresh_database: FreshDatabase) -> None:
    def ask(number: int) -> bool:
        try:
            try_out(network=f"192.0.2.{number}")
        except notices.TooManyTrialsError:
            return False
        finally:
            connections.close_all()
        return True

    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(ask, range(16)))

    assert sum(answers) == 3
    assert Trial.objects.count() == 3
