"""Mail that comes back marks its address, is never answered, and cannot be made up (NTC-5)."""

from __future__ import annotations

import contextlib
import datetime as dt
import mailbox as stdlib
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from procrastinate.contrib.django.models import ProcrastinateJob

from pointclub.notices import services as notices
from pointclub.notices.models import Delivery, Notice
from pointclub.notices.queries.tokens import bounce_token, stop_token
from pointclub.notices.rules.bounces import Verdict, read_returned
from pointclub.notices.services import Taken
from pointclub.people.models import Person
from tests.factories.readers import AT, FIRST, PORTAL, address_of, reader, send, tell
from tests.factories.returned_mail import HOLIDAY, QMAIL, report
from tests.harness.commands import call
from tests.harness.mailbox import Mailbox

LATER = AT + dt.timedelta(hours=1)
BOUNCES = "bounces@club.invalid"

pytestmark = [pytest.mark.django_db, pytest.mark.rule("NTC-5")]


@pytest.fixture
def hanako(mailbox: Mailbox) -> Person:
    """Give a person to whom a mail was sent."""
    person = reader()
    tell(person)
    send()
    return person


@pytest.fixture
def returns_to(hanako: Person, mailbox: Mailbox) -> str:
    """Give the address to which that mail comes back."""
    return mailbox.only.sender


def take(content: bytes) -> Taken:
    return notices.take_bounce(content, at=LATER, actor=PORTAL)


class TestABounce:
    @pytest.mark.parametrize("status", ["5.1.1", "5.1.10", "5.2.1", "5.0.0"])
    def test_for_good_marks_delivery_and_address(self, hanako: Person, returns_to: str, status: str) -> None:
        assert take(report(returns_to, status=status)) is Taken.BOUNCED

        assert address_of(hanako).bounced_at == LATER
        delivery = Delivery.objects.exclude(address=None).get()
        assert (delivery.state, delivery.bounced_at) == ("bounced", LATER)

    @pytest.mark.rule("MEM-7")
    def test_leaves_the_notice_given_when_it_was_sent(self, returns_to: str) -> None:
        take(report(returns_to))

        assert Delivery.objects.exclude(address=None).get().given_at == AT

    def test_in_the_words_of_an_old_server_is_understood(self, hanako: Person, returns_to: str) -> None:
        assert take(QMAIL.format(to=returns_to).encode()) is Taken.BOUNCED
        assert address_of(hanako).bounced_at == LATER

    def test_whose_address_was_written_in_capitals_is_understood(self, returns_to: str) -> None:
        assert take(report(f"<{returns_to.upper()}>")) is Taken.BOUNCED

    def test_that_our_server_delivered_to_another_name_is_found_by_its_mark(self, returns_to: str) -> None:
        content = b"Delivered-To: " + returns_to.encode() + b"\n" + report("undisclosed-recipients:;")

        assert take(content) is Taken.BOUNCED

    @pytest.mark.parametrize(("action", "status"), [("delayed", "4.4.1"), ("failed", "4.2.2")])
    def test_for_now_marks_nothing(self, hanako: Person, returns_to: str, action: str, status: str) -> None:
        assert take(report(returns_to, action=action, status=status)) is Taken.TEMPORARY

        assert address_of(hanako).bounced_at is None
        assert Delivery.objects.exclude(address=None).get().state == "sent"

    @pytest.mark.parametrize("status", ["5.7.1", "5.2.2"])
    def test_of_a_mail_that_was_not_liked_says_nothing_of_the_address(
        self, hanako: Person, returns_to: str, status: str
    ) -> None:
        assert take(report(returns_to, status=status)) is Taken.REFUSED
        assert address_of(hanako).bounced_at is None

    def test_that_comes_twice_does_nothing_again(self, returns_to: str) -> None:
        take(report(returns_to))

        assert take(report(returns_to)) is Taken.KNOWN_BEFORE

    @pytest.mark.parametrize("action", ["delivered", "relayed", "expanded"])
    def test_is_no_word_of_success(self, returns_to: str, action: str) -> None:
        assert take(report(returns_to, action=action, status="2.0.0")) is Taken.NO_BOUNCE

    def test_stops_mail_to_the_address_until_somebody_proves_it_again(self, hanako: Person, returns_to: str) -> None:
        take(report(returns_to))

        later = tell(hanako)

        assert not Delivery.objects.filter(notice_id=later).exclude(address=None).exists()


class TestNothing:
    def test_is_sent_because_something_came(self, returns_to: str, mailbox: Mailbox) -> None:
        told, rung = Notice.objects.count(), ProcrastinateJob.objects.count()

        for content in (
            report(returns_to),
            HOLIDAY.format(to=returns_to).encode(),
            mailbox.only.content,
            b"To: " + returns_to.encode() + b"\n\n" + report(returns_to),
        ):
            take(content)

        assert (Notice.objects.count(), ProcrastinateJob.objects.count()) == (told, rung)
        assert send(LATER) == {}

    def test_comes_of_an_automatic_answer(self, hanako: Person, returns_to: str) -> None:
        assert take(HOLIDAY.format(to=returns_to).encode()) is Taken.NO_BOUNCE
        assert address_of(hanako).bounced_at is None

    def test_comes_of_a_bounce_that_somebody_made_up(self, hanako: Person) -> None:
        delivery_id = Delivery.objects.exclude(address=None).get().id
        name, _, domain = BOUNCES.partition("@")
        made_up = [
            f"{name}+{'a' * 42}@{domain}",
            f"{name}+{bounce_token(delivery_id)[:-1]}a@{domain}".replace("aa@", "ba@"),
            f"{name}+{stop_token(delivery_id)}@{domain}",
            f"{name}+{delivery_id}@{domain}",
            BOUNCES,
            FIRST,
        ]

        assert {take(report(address)) for address in made_up} == {Taken.NOT_OURS}
        assert address_of(hanako).bounced_at is None

    @pytest.mark.parametrize(
        "content",
        [
            b"",
            b"\x00\xff\xfe",
            b"Content-Type: multipart/report; report-type=delivery-status\n\nno parts",
            b"Content-Type: multipart/mixed; boundary=b\n\n--b\n" * 5_000,
            b"To: \xe5\xb1\xb1 <=?utf-8?b?////?=>\nContent-Type: text/plain; charset=no-such\n\n\xe5",
        ],
    )
    def test_comes_of_what_cannot_be_read(self, content: bytes) -> None:
        assert take(content) is Taken.NO_BOUNCE

    @settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(cut=st.integers(0, len(report(BOUNCES))), junk=st.binary(max_size=20))
    def test_breaks_it_wherever_it_is_cut_or_spoilt(self, cut: int, junk: bytes) -> None:
        whole = report(BOUNCES)

        assert read_returned(whole[:cut] + junk + whole[cut:], bounce_address=BOUNCES).verdict in set(Verdict)
        assert read_returned(whole[:cut], bounce_address=BOUNCES).verdict in set(Verdict)


class TestTheCommand:
    def test_takes_a_maildir_once(self, hanako: Person, returns_to: str, tmp_path: Path) -> None:
        box = stdlib.Maildir(tmp_path / "box")
        box.add(report(returns_to))
        box.add(HOLIDAY.format(to=returns_to).encode())

        first = call("notices", "bounces", str(tmp_path / "box"), "--json")
        second = call("notices", "bounces", str(tmp_path / "box"), "--json")

        assert (first.json["bounced"], first.json["no_bounce"]) == (1, 1)
        assert set(second.json.values()) == {0}
        assert address_of(hanako).bounced_at is not None

    def test_takes_an_mbox_and_a_single_mail(self, returns_to: str, tmp_path: Path) -> None:
        with contextlib.closing(stdlib.mbox(tmp_path / "box")) as box:
            box.add(report(returns_to))
        (tmp_path / "mail").write_bytes(report(returns_to))

        assert call("notices", "bounces", str(tmp_path / "box"), "--json").json["bounced"] == 1
        assert call("notices", "bounces", str(tmp_path / "mail"), "--json").json["known_before"] == 1

    def test_says_where_there_is_nothing(self, tmp_path: Path) -> None:
        assert call("notices", "bounces", str(tmp_path / "nothing"), "--json").json["refused"] == "no_mail_there"
