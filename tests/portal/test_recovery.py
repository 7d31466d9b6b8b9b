"""Forgotten login ID or password: e-mail address and identity keyword lead back (REG-7)."""

import datetime as dt
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from pointclub.foundation import actors, clock
from pointclub.jobs import post
from pointclub.membership import services as membership
from pointclub.people import services as people
from pointclub.people.models import ContactAddress, RecoveryLink, SignInAttempt
from tests.factories.sign_ins import give_address, know, let_in, link_in, mailed
from tests.harness.mailbox import Mailbox
from tests.portal.household import NOW, PASSWORD, Household, register

pytestmark = [pytest.mark.django_db, pytest.mark.rule("REG-7")]
SetClock = Callable[[dt.datetime], None]
MAIL = "hanako@example.com"
KEYWORD = "ひだまり"
NEW_PASSWORD = "asahi2026"


@pytest.fixture
def hanako(household: Household, address: ContactAddress) -> Household:
    """Give Hanako an address and a keyword."""
    people.set_identity_keyword(
        person=household.user.person, keyword=KEYWORD, at=NOW, actor=actors.member(household.user.login_id)
    )
    assert address.value == MAIL
    return household


def ask(client: Client, *, wanted: str = "password", mail: str = MAIL, keyword: str = KEYWORD) -> Any:
    return client.post("/recover/", {"wanted": wanted, "mail": mail, "keyword": keyword})


def renew(link: str, password: str = NEW_PASSWORD) -> Any:
    return Client().post(link, {"password": password, "again": password})


@pytest.mark.usefixtures("hanako")
class TestAsking:
    def test_for_the_login_id_sends_it(self, client: Client, mailbox: Mailbox) -> None:
        assert ask(client, wanted="login_id")["Location"] == "/recover/sent/"

        assert "hanako" in mailed(mailbox, "ログインID")

    def test_takes_the_keyword_in_any_width_and_kana(self, client: Client, mailbox: Mailbox) -> None:
        ask(client, keyword=" ﾋﾀﾞﾏﾘ ")

        assert link_in(mailbox)

    @pytest.mark.parametrize(
        ("mail", "keyword"), [("nobody@example.com", KEYWORD), (MAIL, "こもれび"), ("nobody@example.com", "こもれび")]
    )
    def test_with_what_does_not_fit_gets_the_same_answer_and_no_mail(
        self, client: Client, mailbox: Mailbox, mail: str, keyword: str
    ) -> None:
        right = ask(Client())
        post.send_all(read_clock=clock.now)
        mailbox.received.clear()

        wrong = ask(client, mail=mail, keyword=keyword)

        assert (wrong.status_code, wrong["Location"], wrong.content) == (
            right.status_code,
            right["Location"],
            right.content,
        )
        assert post.send_all(read_clock=clock.now) == {}

    def test_is_limited_for_an_address_whether_known_or_not(self, client: Client) -> None:
        for mail in (MAIL, "nobody@example.com"):
            for _ in range(5):
                assert ask(client, mail=mail, keyword="こもれび").status_code == 302
            assert ask(client, mail=mail).status_code == 429

    def test_goes_on_in_a_browser_that_is_known_whatever_strangers_try(
        self, hanako: Household, mailbox: Mailbox
    ) -> None:
        own, stranger = Client(), Client()
        know(own, hanako.user)
        for _ in range(6):
            refused = ask(stranger, keyword="こもれび")
        assert refused.status_code == 429
        assert 3_500 < int(refused["Retry-After"]) <= 3_600

        assert ask(own).status_code == 302
        assert link_in(mailbox)

    def test_from_many_networks_keeps_the_member_out_of_none(self, mailbox: Mailbox) -> None:
        for number in range(25):
            ask(Client(REMOTE_ADDR=f"198.51.{number}.1"), keyword="こもれび")

        assert ask(Client(REMOTE_ADDR="203.0.113.9")).status_code == 302
        assert link_in(mailbox)

    def test_sends_five_mails_an_hour_and_answers_the_same(self, mailbox: Mailbox) -> None:
        answers = [ask(Client(REMOTE_ADDR=f"198.51.{number}.1")) for number in range(7)]

        link = link_in(mailbox)
        assert {(each.status_code, each["Location"]) for each in answers} == {(302, "/recover/sent/")}
        assert len(mailbox.received) == 5
        assert renew(link).status_code == 302

    def test_waits_where_strangers_try_all_over_the_club_and_tells_it(self, client: Client) -> None:
        SignInAttempt.objects.bulk_create(
            SignInAttempt(step="recovery", account_index=b"", network=f"n{each}", tried_at=NOW) for each in range(1_000)
        )

        page = ask(client)

        assert page.status_code == 429
        assert 3_500 < int(page["Retry-After"]) <= 3_600
        assert "お客さまの安全のため" in page.content.decode()

    def test_leaves_alone_who_shares_the_address_and_has_another_keyword(
        self, client: Client, mailbox: Mailbox
    ) -> None:
        ichiro = register("山田 一郎", "ichiro1")
        give_address(ichiro, MAIL)
        people.set_identity_keyword(person=ichiro.person, keyword="こもれび", at=NOW, actor=actors.member("ichiro1"))

        ask(client, wanted="login_id", keyword="こもれび")

        text = mailed(mailbox, "ログインID")
        assert "ichiro1" in text
        assert "hanako" not in text
        assert len(mailbox.received) == 1

    def test_reaches_no_address_that_was_never_proved(self, client: Client) -> None:
        ContactAddress.objects.update(verified_at=None)

        ask(client)

        assert post.send_all(read_clock=clock.now) == {}


@pytest.mark.usefixtures("hanako")
class TestLink:
    def test_leads_to_a_new_password_and_in(self, client: Client, mailbox: Mailbox) -> None:
        ask(client)
        link = link_in(mailbox)

        own = Client()
        assert own.get(link).status_code == 200
        assert own.post(link, {"password": NEW_PASSWORD, "again": NEW_PASSWORD})["Location"] == "/"
        assert "パスワードを変更しました" in own.get("/").content.decode()

    def test_ends_all_stays_and_the_old_password(self, client: Client, hanako: Household, mailbox: Mailbox) -> None:
        thief, known = Client(), Client()
        let_in(thief, hanako.user)
        know(known, hanako.user)
        ask(client)
        renew(link_in(mailbox))

        assert thief.get("/").status_code == 302
        assert known.post("/sign-in/", {"login_id": "hanako", "password": PASSWORD}).status_code == 200

    def test_counts_once(self, client: Client, mailbox: Mailbox) -> None:
        ask(client)
        link = link_in(mailbox)
        renew(link)

        again = renew(link, "yuuhi2026")

        assert again.status_code == 410
        assert "このリンクはお使いいただけません" in again.content.decode()

    def test_counts_for_half_an_hour(self, client: Client, mailbox: Mailbox, set_clock: SetClock) -> None:
        ask(client)
        link = link_in(mailbox)
        set_clock(NOW + dt.timedelta(minutes=31))

        assert Client().get(link).status_code == 410
        assert renew(link).status_code == 410

    def test_gives_way_to_a_later_one(self, client: Client, mailbox: Mailbox) -> None:
        ask(client)
        first = link_in(mailbox)
        ask(client)
        second = link_in(mailbox)

        assert renew(first).status_code == 410
        assert renew(second).status_code == 302

    def test_dies_when_the_password_is_changed_by_other_means(
        self, client: Client, hanako: Household, mailbox: Mailbox
    ) -> None:
        ask(client)
        link = link_in(mailbox)
        membership.change_password(stay=let_in(Client(), hanako.user), password="yuuhi2026", at=NOW)

        assert renew(link).status_code == 410

    def test_dies_when_the_address_it_went_to_is_replaced(
        self, client: Client, hanako: Household, mailbox: Mailbox
    ) -> None:
        ask(client)
        link = link_in(mailbox)
        give_address(hanako.user, "hana@example.org")

        assert renew(link).status_code == 410

    def test_dies_when_an_address_that_waited_takes_the_place(
        self, client: Client, hanako: Household, mailbox: Mailbox
    ) -> None:
        ask(client)
        link = link_in(mailbox)
        actor = actors.member("1")
        waiting = people.ask_for_address_change(
            person=hanako.user.person, place=ContactAddress.Kind.FIRST, address="hana@example.org", at=NOW, actor=actor
        )
        assert waiting is not None
        people.prove_address(token=people.issue_address_proof(address_id=waiting, at=NOW), at=NOW, actor=actor)

        assert renew(link).status_code == 410

    def test_dies_when_a_theft_is_reported(self, client: Client, hanako: Household, mailbox: Mailbox) -> None:
        ask(client)
        link = link_in(mailbox)
        people.note_theft(user=hanako.user, at=NOW, actor=actors.member("1"))

        assert renew(link).status_code == 410

    def test_is_not_used_up_by_what_is_refused(self, client: Client, mailbox: Mailbox) -> None:
        ask(client)
        link = link_in(mailbox)

        assert renew(link, "short").status_code == 200
        assert renew(link).status_code == 302

    def test_that_was_made_up_leads_nowhere(self, client: Client) -> None:
        assert client.get(f"/recover/{'x' * 43}/").status_code == 410
        assert client.get("/recover/x/").status_code == 404

    def test_lies_nowhere_in_the_clear(self, client: Client, mailbox: Mailbox) -> None:
        ask(client)
        secret = re.split("[/]", link_in(mailbox))[-2]

        assert secret.encode() not in bytes(RecoveryLink.objects.get().digest)
