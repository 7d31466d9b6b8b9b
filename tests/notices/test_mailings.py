"""Advertising to all who agreed to it, and to nobody else (NTC-3)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

import pytest
from django.db import IntegrityError, connections, transaction

from pointclub.jobs import mailings as mailing_jobs
from pointclub.jobs import post
from pointclub.notices import queries as notices_queries
from pointclub.notices import services as notices
from pointclub.notices.models import Delivery, Mailing, Notice
from pointclub.notices.services import mailings
from pointclub.people import services as people
from pointclub.people.models import ContactAddress, Person
from pointclub.people.rules.permissions import Role
from tests.factories.club import OTHER_STAFF, STAFF
from tests.factories.readers import AT, PORTAL, address_of, reader, send
from tests.factories.staff import staff
from tests.factories.texts import JAPANESE, approved_mailing, asked_mailing
from tests.harness.commands import call
from tests.harness.databases import FreshDatabase
from tests.harness.mailbox import Mailbox

pytestmark = pytest.mark.rule("NTC-3")


def wanting(address: str) -> Person:
    person = reader(address)
    kinds = [ContactAddress.Kind.FIRST]
    notices.agree_to_advertising(person_id=person.id, kinds=kinds, how="registration", at=AT, actor=PORTAL)
    return person


def ask() -> UUID:
    return approved_mailing().id


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
        with pytest.raises(notices_queries.UnknownMailingError):
            carry_on(UUID(int=7))

    def test_stops_for_who_leaves_the_list_on_the_way(self, mailbox: Mailbox) -> None:
        person = wanting("yes@example.com")
        carry_on(ask())
        kinds = [ContactAddress.Kind.FIRST]
        notices.stop_advertising(person_id=person.id, kinds=kinds, how="settings", at=AT, actor=PORTAL)

        assert send() == {"failed": 1}
        assert mailbox.recipients == []

    def test_counts_who_wants_it_now(self) -> None:
        wanting("yes@example.com")
        stopped = wanting("stopped@example.com")
        kinds = [ContactAddress.Kind.FIRST]
        notices.stop_advertising(person_id=stopped.id, kinds=kinds, how="settings", at=AT, actor=PORTAL)

        assert notices_queries.count_wanting_advertising() == 1


@pytest.mark.django_db
@pytest.mark.rule("STF-2")
class TestTwoPeople:
    def test_agree_on_a_mailing_before_anybody_is_told(self) -> None:
        wanting("yes@example.com")
        mailing = asked_mailing()

        before = carry_on(mailing.id)
        notices.approve_mailing(request_id=mailing.id, at=AT, actor=OTHER_STAFF)

        assert (before, carry_on(mailing.id)) == (0, 1)

    @pytest.mark.parametrize("decide", [notices.approve_mailing, notices.reject_mailing])
    def test_are_two(self, decide: Callable[..., Mailing]) -> None:
        with pytest.raises(notices.SamePersonError):
            decide(request_id=asked_mailing().id, at=AT, actor=STAFF)

    def test_are_two_in_the_database_as_well(self) -> None:
        mailing = asked_mailing()

        with pytest.raises(IntegrityError, match="two_people_approve_a_mailing"), transaction.atomic():
            Mailing.objects.filter(id=mailing.id).update(approved_by=str(STAFF), decided_at=AT)
        with pytest.raises(IntegrityError, match="a_mailing_goes_out_once_it_is_approved"), transaction.atomic():
            Mailing.objects.filter(id=mailing.id).update(reached=mailing.id)

    def test_decide_once(self) -> None:
        mailing = asked_mailing()
        notices.reject_mailing(request_id=mailing.id, at=AT, actor=OTHER_STAFF)

        with pytest.raises(notices.AlreadyDecidedError):
            notices.approve_mailing(request_id=mailing.id, at=AT, actor=OTHER_STAFF)
        assert carry_on(mailing.id) == 0


@pytest.mark.django_db
@pytest.mark.usefixtures("mailbox")
class TestAMailingThatIsStopped:
    @pytest.fixture
    def stopped(self, monkeypatch: pytest.MonkeyPatch) -> Mailing:
        """Give a mailing to three people, of whom two were told and one was sent it."""
        monkeypatch.setattr(mailings, "PEOPLE_AT_A_TIME", 2)
        for number in range(3):
            wanting(f"reader-{number}@example.com")
        mailing_id = ask()
        next(notices.carry_on_mailing(mailing_id=mailing_id, at=AT, actor=STAFF))
        post.send_all(read_clock=lambda: AT, most=1)
        return notices.stop_mailing(mailing_id=mailing_id, at=AT, actor=STAFF)

    def test_tells_and_sends_nothing_more(self, stopped: Mailing, mailbox: Mailbox) -> None:
        assert carry_on(stopped.id) == 0
        assert send(AT + dt.timedelta(hours=1)) == {"put_off": 1}
        assert send(AT + dt.timedelta(hours=2)) == {}
        assert len(mailbox.received) == 1

    def test_goes_on_where_it_was_and_sends_each_mail_once(self, stopped: Mailing, mailbox: Mailbox) -> None:
        send(AT + dt.timedelta(hours=1))
        later = AT + dt.timedelta(hours=2)
        notices.go_on_with_mailing(mailing_id=stopped.id, at=later, actor=OTHER_STAFF)

        assert mailing_jobs.carry_on_all(read_clock=lambda: later) == 1
        assert send(later) == {"sent": 2}
        assert sorted(mailbox.recipients) == [f"reader-{number}@example.com" for number in range(3)]
        assert notices_queries.progress_of(stopped.id) == notices_queries.Progress(
            people=3, waiting=0, sent=3, not_sent=0, came_back=0
        )

    @pytest.mark.rule("STF-2")
    def test_goes_on_by_nobody_who_asked_for_it_whoever_stopped_it(self, stopped: Mailing) -> None:
        with pytest.raises(notices.SamePersonError):
            notices.go_on_with_mailing(mailing_id=stopped.id, at=AT, actor=STAFF)
        notices.go_on_with_mailing(mailing_id=stopped.id, at=AT, actor=OTHER_STAFF)
        notices.stop_mailing(mailing_id=stopped.id, at=AT, actor=OTHER_STAFF)
        with pytest.raises(notices.SamePersonError):
            notices.go_on_with_mailing(mailing_id=stopped.id, at=AT, actor=STAFF)
        assert carry_on(stopped.id) == 0

    @pytest.mark.usefixtures("stopped")
    def test_stops_no_other_mail(self) -> None:
        wanted = approved_mailing()
        carry_on(wanted.id)

        assert send()["sent"] == 3

    def test_cannot_be_stopped_twice_nor_go_on_unstopped(self, stopped: Mailing) -> None:
        with pytest.raises(notices.NotGoingOutError):
            notices.stop_mailing(mailing_id=stopped.id, at=AT, actor=STAFF)
        with pytest.raises(notices.NotGoingOutError):
            notices.stop_mailing(mailing_id=asked_mailing().id, at=AT, actor=STAFF)
        with pytest.raises(notices.NotGoingOutError):
            notices.go_on_with_mailing(mailing_id=ask(), at=AT, actor=OTHER_STAFF)


@pytest.mark.django_db
@pytest.mark.usefixtures("mailbox")
class TestAMailingThatIsCancelled:
    @pytest.fixture
    def halfway(self, monkeypatch: pytest.MonkeyPatch) -> UUID:
        """Give a mailing to four people, of whom three were told and one was sent it."""
        monkeypatch.setattr(mailings, "PEOPLE_AT_A_TIME", 3)
        for number in range(4):
            wanting(f"reader-{number}@example.com")
        mailing_id = ask()
        next(notices.carry_on_mailing(mailing_id=mailing_id, at=AT, actor=STAFF))
        post.send_all(read_clock=lambda: AT, most=1)
        return mailing_id

    @pytest.mark.parametrize("is_stopped_before", [False, True])
    def test_leaves_unsent_what_was_not_sent_and_never_goes_on(
        self, halfway: UUID, mailbox: Mailbox, *, is_stopped_before: bool
    ) -> None:
        if is_stopped_before:
            notices.stop_mailing(mailing_id=halfway, at=AT, actor=STAFF)

        cancelled = notices.cancel_mailing(mailing_id=halfway, at=AT, actor=STAFF)

        assert cancelled.state == Mailing.State.CANCELLED
        assert mailing_jobs.carry_on_all(read_clock=lambda: AT) == 0
        assert send(AT + dt.timedelta(days=9)) == {}
        assert len(mailbox.received) == 1
        assert notices_queries.progress_of(halfway) == notices_queries.Progress(
            people=3, waiting=0, sent=1, not_sent=2, came_back=0
        )
        for on_with_it in (notices.go_on_with_mailing, notices.stop_mailing, notices.cancel_mailing):
            with pytest.raises(notices.NotGoingOutError):
                on_with_it(mailing_id=halfway, at=AT, actor=OTHER_STAFF)

    def test_keeps_as_sent_what_was_being_handed_over_and_fails_what_the_server_put_off(
        self, halfway: UUID, mailbox: Mailbox
    ) -> None:
        being_sent, put_off = Delivery.objects.filter(state="waiting").order_by("id")
        Delivery.objects.filter(id__in=[being_sent.id, put_off.id]).update(
            tries=1, try_at=AT + dt.timedelta(minutes=10)
        )

        notices.cancel_mailing(mailing_id=halfway, at=AT, actor=STAFF)
        Delivery.objects.filter(id=being_sent.id).update(state="sent", given_at=AT, try_at=None)

        assert send(AT + dt.timedelta(minutes=10)) == {"failed": 1}
        assert len(mailbox.received) == 1
        assert notices_queries.progress_of(halfway).sent == 2

    def test_before_it_was_decided_on_waits_for_nobody(self) -> None:
        mailing = asked_mailing()

        notices.cancel_mailing(mailing_id=mailing.id, at=AT, actor=STAFF)

        with pytest.raises(notices.AlreadyDecidedError):
            notices.approve_mailing(request_id=mailing.id, at=AT, actor=OTHER_STAFF)
        assert carry_on(mailing.id) == 0

    def test_was_not_over_before(self) -> None:
        sent, rejected = ask(), asked_mailing()
        carry_on(sent)
        notices.reject_mailing(request_id=rejected.id, at=AT, actor=OTHER_STAFF)

        for over in (sent, rejected.id):
            with pytest.raises(notices.NotGoingOutError):
                notices.cancel_mailing(mailing_id=over, at=AT, actor=STAFF)


@pytest.mark.django_db
@pytest.mark.usefixtures("mailbox")
def test_the_worker_leaves_the_rest_until_mails_have_left(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mailings, "PEOPLE_AT_A_TIME", 1)
    monkeypatch.setattr(mailing_jobs, "MOST_WAITING", 2)
    for number in range(3):
        wanting(f"reader-{number}@example.com")
    ask()

    first = mailing_jobs.carry_on_all(read_clock=lambda: AT)
    second = mailing_jobs.carry_on_all(read_clock=lambda: AT)
    send()

    assert (first, second, mailing_jobs.carry_on_all(read_clock=lambda: AT)) == (2, 0, 1)


@pytest.mark.django_db
def test_the_commands_take_two_people_and_show_how_far_it_has_come() -> None:
    wanting("yes@example.com")
    manager, officer = staff(Role.PROGRAM_MANAGER).login_id, staff(Role.PRIVACY_OFFICER).login_id
    words = ("--title-ja", "春", "--text-ja", "春です", "--title-en", "Spring", "--text-en", "It is spring")

    mailing = call("notices", "advertise", *words, "--as", manager, "--json").json
    approved = call("notices", "approve-advertising", mailing["mailing"], "--as", officer, "--json").json
    call("notices", "send", "--json")
    (shown,) = call("notices", "mailings", "--as", officer, "--json").json["mailings"]

    assert (mailing["state"], approved["state"], shown["state"]) == ("requested", "going_out", "finished")
    assert (shown["people"], shown["waiting"]) == (1, 1)


@pytest.mark.django_db
@pytest.mark.parametrize("role", [Role.PROGRAM_MANAGER, Role.PRIVACY_OFFICER])
def test_the_commands_stop_and_cancel_for_who_writes_and_for_who_approves(role: Role) -> None:
    mailing, who = str(ask()), staff(role).login_id

    states = [
        call("notices", command, mailing, "--as", who, "--json").json["state"]
        for command in ("stop-advertising", "cancel-advertising")
    ]

    assert states == ["stopped", "cancelled"]


def test_one_that_goes_on_leaves_alone_what_a_worker_is_just_handing_over(
    fresh_database: FreshDatabase, mailbox: Mailbox
) -> None:
    wanting("reader@example.com")
    mailing_id = ask()
    carry_on(mailing_id)

    def stop_and_go_on() -> int:
        try:
            notices.stop_mailing(mailing_id=mailing_id, at=AT, actor=STAFF)
            notices.go_on_with_mailing(mailing_id=mailing_id, at=AT, actor=OTHER_STAFF)
            return Delivery.objects.filter(state=Delivery.State.WAITING, try_at__lte=AT).count()
        finally:
            connections.close_all()

    due: list[int] = []
    with ThreadPoolExecutor(1) as thread:
        mailbox.answer = lambda _: due.append(thread.submit(stop_and_go_on).result())
        send()

    assert mailbox.recipients == ["reader@example.com"]
    assert due == [0]


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
