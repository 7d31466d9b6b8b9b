"""Mail handed over to a real server: what it says, and what becomes of it when the server is difficult."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Mapping

import pytest
from pytest_django import Settings

from pointclub.notices import services
from pointclub.notices.models import Delivery, Notice
from pointclub.notices.queries.tokens import read_bounce_token
from pointclub.notices.rules import waiting
from pointclub.notices.rules.kinds import Kind
from pointclub.notices.rules.mail_addresses import token_in
from pointclub.people.models import ContactAddress
from tests.factories.readers import AT, FIRST, PORTAL, SECOND, address_of, reader, send, tell
from tests.harness.mailbox import Mailbox, sending_to

pytestmark = pytest.mark.django_db

CODE: dict[str, str | int] = {"code": "314159", "valid_minutes": 10}
_MINUTE = dt.timedelta(minutes=1)


def deliveries() -> list[tuple[str, str]]:
    mails = Delivery.objects.exclude(address=None).order_by("notice__told_at", "channel", "id")
    return list(mails.values_list("state", "failure"))


@pytest.mark.rule("NTC-1")
class TestAMail:
    def test_reaches_both_addresses_and_is_recorded_with_its_instant(self, mailbox: Mailbox) -> None:
        tell(reader(second=SECOND))

        assert send(AT + _MINUTE) == {"sent": 2}
        assert sorted(mailbox.recipients) == [FIRST, SECOND]
        mails = Delivery.objects.exclude(address=None)
        assert set(mails.values_list("state", "given_at")) == {("sent", AT + _MINUTE)}

    def test_says_who_sends_it_why_from_where_and_that_nobody_asks_for_passwords(self, mailbox: Mailbox) -> None:
        tell(reader())
        tell(reader(), language="en")
        send()

        japanese, english = mailbox.received
        for text in (japanese.text, japanese.html):
            assert "はぴeポイントクラブ" in text
            assert "見本県見本市" in text
            assert "0120-000-000" in text
            assert "パスワードをお尋ねすることはありません" in text
            assert "http://127.0.0.1:8000/help/" in text
        assert "We never ask for your password" in english.text
        assert "http://127.0.0.1:8000/en/help/" in english.text

    def test_comes_from_the_club_and_goes_back_to_an_address_that_names_it(self, mailbox: Mailbox) -> None:
        notice_id = tell(reader())
        send()

        delivery = Delivery.objects.get(notice_id=notice_id, channel="first_mail")
        token = token_in(mailbox.only.sender, bounce_address="bounces@club.invalid")
        assert token is not None
        assert read_bounce_token(token) == delivery.id
        message = mailbox.only.message
        assert message["From"].addresses[0].display_name == "はぴeポイントクラブ"
        assert message["From"].addresses[0].addr_spec == "notices@club.invalid"
        assert message["Message-ID"] == f"<{delivery.id}@club.invalid>"

    def test_asks_no_machine_for_an_answer(self, mailbox: Mailbox) -> None:
        tell(reader())
        send()

        assert mailbox.only.message["Auto-Submitted"] == "auto-generated"
        assert mailbox.only.message["X-Auto-Response-Suppress"] == "All"

    @pytest.mark.parametrize(
        ("address", "on_envelope"),
        [
            ("hana..ko@docomo.ne.jp", '"hana..ko"@docomo.ne.jp'),
            ("hanako.@ezweb.ne.jp", '"hanako."@ezweb.ne.jp'),
            (".hanako@docomo.ne.jp", '".hanako"@docomo.ne.jp'),
            ("hana/ko+club@docomo.ne.jp", "hana/ko+club@docomo.ne.jp"),
        ],
    )
    def test_reaches_old_addresses_of_phones(self, mailbox: Mailbox, address: str, on_envelope: str) -> None:
        tell(reader(address))

        assert send() == {"sent": 1}
        assert mailbox.named == [f"TO:<{on_envelope}>"]
        assert f"To: {on_envelope}\r\n".encode() in mailbox.only.content

    def test_of_a_code_goes_before_all_that_waits(self, mailbox: Mailbox) -> None:
        tell(reader())
        tell(reader("waits@example.com"), Kind.SIGN_IN_CODE, CODE, at=AT + _MINUTE)

        send(AT + _MINUTE)

        assert mailbox.recipients == ["waits@example.com", FIRST]

    def test_without_a_server_waits(self, settings: Settings) -> None:
        settings.ENVIRONMENT = dataclasses.replace(settings.ENVIRONMENT, mail_server=None)
        tell(reader())

        assert send() == {}
        assert deliveries() == [("waiting", "")]


@pytest.mark.rule("NTC-1")
class TestWhatSomebodyTyped:
    def test_is_shown_in_html_and_never_run(self, mailbox: Mailbox) -> None:
        device = "<img src=x onerror=alert(1)> & \"'"
        tell(reader(), Kind.NEW_SIGN_IN, {"when": AT.isoformat(), "device": device})
        send()

        assert "<img" not in mailbox.only.html
        assert "&lt;img src=x onerror=alert(1)&gt; &amp;" in mailbox.only.html
        assert device in mailbox.only.text

    def test_becomes_no_link(self, mailbox: Mailbox) -> None:
        values = {"when": AT.isoformat(), "device": "https://evil.example/"}
        tell(reader(), Kind.NEW_SIGN_IN, values)
        send()

        assert 'href="https://evil.example' not in mailbox.only.html

    def test_is_no_template(self, mailbox: Mailbox) -> None:
        tell(reader(), Kind.NEW_SIGN_IN, {"when": AT.isoformat(), "device": "{{ public_url }}{% now 'Y' %}"})
        send()

        assert "{{ public_url }}{% now 'Y' %}" in mailbox.only.text


@pytest.mark.rule("NTC-1")
class TestASecret:
    def test_is_erased_once_it_has_been_sent(self, mailbox: Mailbox) -> None:
        notice_id = tell(reader(), Kind.SIGN_IN_CODE, CODE)
        send()

        assert "314159" in mailbox.only.text
        assert "314159" not in str(mailbox.only.message["Subject"])
        assert Notice.objects.get(id=notice_id).values is None

    def test_for_two_addresses_is_erased_after_the_second(self, mailbox: Mailbox) -> None:
        mailbox.at_door = lambda address: "451 later" if address == SECOND and not mailbox.received[1:] else None
        notice_id = tell(reader(second=SECOND), Kind.SIGN_IN_CODE, CODE)

        send()
        assert Notice.objects.get(id=notice_id).values == CODE
        mailbox.at_door = lambda _: None
        send(AT + 2 * _MINUTE)

        assert Notice.objects.get(id=notice_id).values is None
        assert mailbox.recipients == [FIRST, SECOND]

    def test_is_not_sent_after_its_time_and_erased_then(self, mailbox: Mailbox) -> None:
        notice_id = tell(reader(), Kind.SIGN_IN_CODE, CODE)

        send(AT + 10 * _MINUTE)

        assert mailbox.received == []
        assert deliveries() == [("failed", "expired")]
        assert Notice.objects.get(id=notice_id).values is None

    def test_that_nobody_could_be_sent_is_erased_after_its_time(self) -> None:
        notice_id = tell(reader(is_proved=False), Kind.SIGN_IN_CODE, CODE)

        send(AT + 10 * _MINUTE)

        assert Notice.objects.get(id=notice_id).values is None


@pytest.mark.rule("NTC-1")
class TestAServer:
    def test_that_is_down_loses_nothing_and_uses_up_no_try(self, mailbox: Mailbox, settings: Settings) -> None:
        there = settings.ENVIRONMENT
        settings.ENVIRONMENT = sending_to("smtp://127.0.0.1:1")
        tell(reader())
        tell(reader("other@example.com"))
        for minutes in range(60):
            assert send(AT + minutes * _MINUTE) == {"server_down": 1}

        settings.ENVIRONMENT = there
        assert send(AT + 62 * _MINUTE) == {"sent": 2}
        assert sorted(mailbox.recipients) == [FIRST, "other@example.com"]

    def test_that_puts_off_is_asked_again_ever_later_until_it_is_given_up(self, mailbox: Mailbox) -> None:
        mailbox.answer = lambda _: "451 4.7.1 greylisted"
        tell(reader())
        tried, at = [], AT
        while (delivery := Delivery.objects.exclude(address=None).get()).state == "waiting":
            assert delivery.try_at is not None
            at = delivery.try_at
            send(at)
            tried.append(at - AT)

        assert len(tried) == waiting.MOST_TRIES
        assert tried == sorted(tried)
        assert dt.timedelta(days=2) < tried[-1] < dt.timedelta(days=5)
        assert deliveries() == [("failed", "given_up")]

    @pytest.mark.parametrize("answer", ["421 4.3.2 shutting down", "451 4.3.0 try later"])
    def test_that_cannot_take_one_mail_now_takes_the_others(self, mailbox: Mailbox, answer: str) -> None:
        mailbox.answer = lambda mail: answer if mail.recipients == (FIRST,) else None
        tell(reader(), Kind.SIGN_IN_CODE, CODE)
        for number in range(3):
            tell(reader(f"other-{number}@example.com"))

        assert send() == {"put_off": 1, "sent": 3}
        mailbox.answer = lambda _: None
        assert send(AT + _MINUTE) == {"sent": 1}

    def test_that_hangs_up_at_one_mail_takes_the_others(self, mailbox: Mailbox) -> None:
        mailbox.hangs_up = lambda address: address == FIRST
        tell(reader(), Kind.SIGN_IN_CODE, CODE)
        for number in range(3):
            tell(reader(f"other-{number}@example.com"))

        assert send() == {"put_off": 1, "sent": 3}

    def test_is_not_asked_to_take_an_address_that_none_takes(self, mailbox: Mailbox) -> None:
        tell(reader("花子@example.com"))
        tell(reader())

        assert send() == {"failed": 1, "sent": 1}
        assert mailbox.recipients == [FIRST]

    @pytest.mark.usefixtures("mailbox")
    def test_takes_the_others_where_one_mail_cannot_be_made(
        self, settings: Settings, caplog: pytest.LogCaptureFixture
    ) -> None:
        there = settings.ENVIRONMENT
        other_ring = {"other": b"o" * 32}
        settings.ENVIRONMENT = dataclasses.replace(there, personal_data_keys=other_ring)
        tell(reader())
        settings.ENVIRONMENT = there
        tell(reader("other@example.com"))

        assert send() == {"put_off": 1, "sent": 1}
        assert "could not be made" in caplog.text

    def test_that_does_not_like_the_mail_says_nothing_of_the_address(self, mailbox: Mailbox) -> None:
        mailbox.answer = lambda _: "550 5.7.1 this looks like spam"
        person = reader()
        tell(person)
        send()

        assert deliveries() == [("failed", "refused")]
        assert address_of(person).bounced_at is None

    @pytest.mark.rule("NTC-5", "MEM-7")
    def test_that_knows_no_such_address_marks_it_and_the_notice_counts_as_given(self, mailbox: Mailbox) -> None:
        mailbox.at_door = lambda _: "550 5.1.1 no such user"
        person = reader()
        notice_id = tell(person)
        send()

        assert address_of(person).bounced_at == AT
        delivery = Delivery.objects.get(notice_id=notice_id, channel="first_mail")
        assert (delivery.state, delivery.given_at, delivery.bounced_at) == ("bounced", AT, AT)

    def test_that_refuses_one_mail_takes_the_next(self, mailbox: Mailbox) -> None:
        mailbox.at_door = lambda address: "550 5.1.1 no such user" if address == FIRST else None
        tell(reader())
        tell(reader("other@example.com"))

        assert send() == {"failed": 1, "sent": 1}
        assert mailbox.recipients == ["other@example.com"]


@pytest.mark.rule("NTC-3")
class TestAdvertising:
    TEXT: Mapping[str, str | int] = {
        "subject": "春のキャンペーン",
        "text": "4月は<b>2倍</b>です。\n\nぜひご利用ください。",
    }

    def told(self, *, language: str = "ja") -> ContactAddress:
        person = reader()
        first = ContactAddress.Kind.FIRST
        services.agree_to_advertising(person_id=person.id, kinds=[first], how="registration", at=AT, actor=PORTAL)
        tell(person, Kind.ADVERTISING, self.TEXT, language=language)
        return address_of(person)

    def test_names_sender_and_postal_address_and_a_way_to_stop_it_at_once(self, mailbox: Mailbox) -> None:
        self.told()
        send()

        message = mailbox.only.message
        assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        link = message["List-Unsubscribe"].strip(" <>")
        assert link.startswith("http://127.0.0.1:8000/stop-advertising/")
        assert f"広告メールの停止：{link}" in mailbox.only.text
        assert f'href="{link}"' in mailbox.only.html
        assert "見本県見本市" in mailbox.only.text
        assert "&lt;b&gt;2倍" in mailbox.only.html

    def test_that_waits_is_not_sent_after_a_stop(self, mailbox: Mailbox) -> None:
        address = self.told()
        services.stop_advertising(
            person_id=address.person_id, kinds=[ContactAddress.Kind.FIRST], how="settings", at=AT, actor=PORTAL
        )

        assert send() == {"failed": 1}
        assert deliveries() == [("failed", "stopped")]
        assert mailbox.received == []

    def test_is_all_that_can_be_stopped(self, mailbox: Mailbox) -> None:
        tell(reader())
        send()

        assert mailbox.only.message["List-Unsubscribe"] is None
