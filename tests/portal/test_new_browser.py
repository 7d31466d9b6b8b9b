"""Signing in where the browser is a stranger: the password alone opens nothing (REG-8, MEM-6)."""

import dataclasses
import datetime as dt
import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from pytest_django import Settings

from pointclub.foundation import clock
from pointclub.jobs import post
from pointclub.people import authenticator, passwords
from pointclub.people import queries as people_queries
from pointclub.people import services as people
from pointclub.people.models import ContactAddress, SignIn, SignInAlarm, SignInAttempt
from pointclub.people.rules.signing_in import Means
from pointclub.portal import entering
from tests.factories.sign_ins import code_in, give_address, know, mailed
from tests.harness.mailbox import Mailbox
from tests.portal.household import NOW, PASSWORD, Household, give_login

pytestmark = [pytest.mark.django_db, pytest.mark.rule("REG-8")]
SetClock = Callable[[dt.datetime], None]


def type_password(client: Client, password: str = PASSWORD, *, login_id: str = "hanako", **more: str) -> Any:
    return client.post("/sign-in/", {"login_id": login_id, "password": password, **more})


def type_code(client: Client, code: str, **more: str) -> Any:
    return client.post("/sign-in/code/", {"code": code, **more})


def is_in(client: Client) -> bool:
    return client.get("/account/").status_code == 200


@pytest.mark.usefixtures("address")
class TestMailedCode:
    def test_is_asked_for_after_the_password(self, client: Client) -> None:
        response = type_password(client, next="/points/")

        assert response["Location"] == "/sign-in/code/"
        assert not is_in(client)
        assert "はじめてのブラウザー" in client.get("/sign-in/code/").content.decode()

    def test_lets_in_and_leads_on(self, client: Client, mailbox: Mailbox) -> None:
        type_password(client, next="/points/")

        response = type_code(client, code_in(mailbox))

        assert response["Location"] == "/points/"
        assert is_in(client)
        assert SignIn.objects.get().means == Means.MAILED_CODE

    def test_is_taken_in_full_width_and_with_spaces(self, client: Client, mailbox: Mailbox) -> None:
        type_password(client)
        wide = " ".join(chr(ord(digit) + 0xFEE0) for digit in code_in(mailbox))

        assert type_code(client, wide).status_code == 302

    def test_is_needed_once_where_the_browser_is_to_be_remembered(self, client: Client, mailbox: Mailbox) -> None:
        type_password(client)
        type_code(client, code_in(mailbox), remember="on")
        client.post("/sign-out/")

        response = type_password(client)

        assert response["Location"] == "/"
        assert is_in(client)

    def test_is_needed_again_where_it_is_not(self, client: Client, mailbox: Mailbox) -> None:
        type_password(client)
        type_code(client, code_in(mailbox))
        client.post("/sign-out/")

        assert type_password(client)["Location"] == "/sign-in/code/"

    def test_is_needed_again_after_half_a_year(self, client: Client, mailbox: Mailbox, set_clock: SetClock) -> None:
        type_password(client)
        type_code(client, code_in(mailbox), remember="on")
        client.post("/sign-out/")
        set_clock(NOW + dt.timedelta(days=181))

        assert type_password(client)["Location"] == "/sign-in/code/"

    def test_is_refused_when_wrong(self, client: Client, mailbox: Mailbox) -> None:
        type_password(client)
        wrong = f"{(int(code_in(mailbox)) + 1) % 1_000_000:06d}"

        page = type_code(client, wrong).content.decode()

        assert "認証コードが正しくないか、有効時間を過ぎています。" in page
        assert not is_in(client)

    def test_is_refused_after_ten_minutes(self, client: Client, mailbox: Mailbox, set_clock: SetClock) -> None:
        type_password(client)
        code = code_in(mailbox)
        set_clock(NOW + dt.timedelta(minutes=10, seconds=30))

        assert "有効時間を過ぎています" in type_code(client, code).content.decode()

    def test_counts_once(self, client: Client, household: Household, mailbox: Mailbox) -> None:
        type_password(client)
        code = code_in(mailbox)
        type_code(client, code)

        with pytest.raises(people.UsedCodeError):
            people.take_mailed_code(user=household.user, code=code, at=NOW)

    def test_of_an_earlier_mail_counts_no_longer(self, client: Client, mailbox: Mailbox) -> None:
        type_password(client)
        first = code_in(mailbox)
        client.post("/sign-in/code/again/")
        second = code_in(mailbox)

        if first != second:
            assert type_code(client, first).status_code == 200
        assert type_code(client, second).status_code == 302

    def test_is_sent_five_times_an_hour_at_most(self, client: Client, mailbox: Mailbox) -> None:
        type_password(client)
        for _ in range(4):
            client.post("/sign-in/code/again/")

        page = client.post("/sign-in/code/again/", follow=True).content.decode()

        assert "すでに何度も認証コードをお送りしています" in page
        assert type_code(client, code_in(mailbox)).status_code == 302
        assert len(mailbox.received) == 5

    def test_can_be_guessed_ten_times_an_hour_at_most(self, client: Client, mailbox: Mailbox) -> None:
        type_password(client)
        code = code_in(mailbox)
        wrong = f"{(int(code) + 1) % 1_000_000:06d}"
        for _ in range(10):
            assert type_code(client, wrong).status_code == 200

        response = type_code(client, code)

        assert response.status_code == 429
        assert "入力の回数が多すぎます" in response.content.decode()
        assert not is_in(client)

    def test_waits_a_quarter_of_an_hour_and_then_the_password_is_asked_for_again(
        self, client: Client, set_clock: SetClock
    ) -> None:
        type_password(client)
        set_clock(NOW + dt.timedelta(minutes=15, seconds=1))

        assert client.get("/sign-in/code/")["Location"] == "/sign-in/"

    def test_is_told_nobody_who_has_no_password(self, client: Client) -> None:
        assert type_code(client, "123456")["Location"] == "/sign-in/"
        assert client.post("/sign-in/code/again/")["Location"] == "/sign-in/"

    def test_lies_in_no_session(self, client: Client, mailbox: Mailbox) -> None:
        type_password(client)
        code = code_in(mailbox)

        assert code not in str(dict(client.session))
        assert "hanako@example.com" not in str(dict(client.session))

    def test_goes_out_in_english_to_who_reads_english(
        self, client: Client, mailbox: Mailbox, household: Household
    ) -> None:
        household.user.language = "en"
        household.user.save()
        type_password(client)

        assert "Please enter this code" in mailed(mailbox, "sign-in code")


@pytest.mark.usefixtures("household")
class TestAddress:
    def test_is_proved_by_who_reads_the_code(self, client: Client, household: Household, mailbox: Mailbox) -> None:
        address = give_address(household.user, is_proved=False)
        type_password(client)
        type_code(client, code_in(mailbox))

        address.refresh_from_db()
        assert address.verified_at is not None

    def test_that_is_missing_leads_to_the_call_centre(self, client: Client) -> None:
        response = client.post("/sign-in/", {"login_id": "hanako", "password": PASSWORD}, follow=True)

        assert "メールアドレスのご登録もありません" in response.content.decode()
        assert not is_in(client)

    def test_that_bounced_gets_no_code(self, client: Client, address: ContactAddress) -> None:
        ContactAddress.objects.filter(id=address.id).update(bounced_at=NOW)

        response = client.post("/sign-in/", {"login_id": "hanako", "password": PASSWORD}, follow=True)

        assert "メールアドレスのご登録もありません" in response.content.decode()


@pytest.mark.usefixtures("household")
class TestStrictPolicy:
    def test_lets_a_long_password_be_enough(self, client: Client, settings: Settings) -> None:
        settings.ENVIRONMENT = dataclasses.replace(settings.ENVIRONMENT, password_policy="strict")

        assert type_password(client)["Location"] == "/"


class TestAuthenticatorApp:
    def test_takes_the_place_of_the_mail(self, client: Client, household: Household, mailbox: Mailbox) -> None:
        secret = authenticator.draw_secret()
        people.set_up_second_factor(
            user=household.user, secret=secret, code=authenticator.code_for(secret, steps_ahead=-1), at=NOW
        )
        type_password(client)
        assert "認証アプリ" in client.get("/sign-in/code/").content.decode()

        response = type_code(client, authenticator.code_for(secret))

        assert response["Location"] == "/"
        assert SignIn.objects.get().means == Means.APP_CODE
        assert mailbox.received == []


@pytest.mark.rule("MEM-6")
class TestEachSignIn:
    @pytest.mark.usefixtures("address")
    def test_from_a_new_browser_is_told_by_mail(self, client: Client, mailbox: Mailbox) -> None:
        type_password(client)
        type_code(client, code_in(mailbox))

        assert mailed(mailbox, "ログイン") != ""
        assert len(mailbox.received) == 2

    def test_from_a_known_browser_is_not(self, client: Client, household: Household, mailbox: Mailbox) -> None:
        give_address(household.user)
        know(client, household.user)
        type_password(client)

        assert is_in(client)
        assert post.send_all(read_clock=clock.now) == {}
        assert mailbox.received == []
        assert people_queries.list_sign_ins(household.user, most=9)[0].means == Means.PASSWORD

    def test_stands_as_evidence_with_browser_and_network(self, client: Client, household: Household) -> None:
        know(client, household.user)
        iphone = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Mobile/15E148 Safari/604.1"
        client.post("/sign-in/", {"login_id": "hanako", "password": PASSWORD}, HTTP_USER_AGENT=iphone)

        latest = people_queries.list_sign_ins(household.user, most=1)[0]
        assert (latest.browser, latest.network) == ("Safari (iPhone)", "127.0.0.1")
        assert latest.signed_in_at - NOW < dt.timedelta(minutes=1)


@pytest.mark.usefixtures("address")
class TestThrottle:
    def test_looks_at_five_passwords_of_an_account_in_a_quarter_of_an_hour(self, client: Client) -> None:
        for number in range(5):
            assert type_password(client, f"wrong{number}").status_code == 200

        response = type_password(client)

        assert response.status_code == 429
        assert "入力の回数が多すぎます" in response.content.decode()

    def test_answers_for_an_unknown_account_as_for_a_known_one(self, client: Client) -> None:
        for number in range(5):
            type_password(client, f"wrong{number}", login_id="nobody")

        assert type_password(client, login_id="nobody").status_code == 429

    def test_keeps_nobody_out_of_a_browser_that_is_known(self, household: Household) -> None:
        stranger, own = Client(), Client()
        know(own, household.user)
        for number in range(20):
            type_password(stranger, f"wrong{number}")

        assert type_password(own)["Location"] == "/"

    def test_lets_nobody_type_again_whose_password_was_not_looked_at(
        self, client: Client, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(passwords, "_HASHES_AT_A_TIME", threading.BoundedSemaphore(1))
        monkeypatch.setattr(passwords, "LONGEST_WAIT_SECONDS", 0.01)
        passwords._HASHES_AT_A_TIME.acquire()

        page = type_password(client)

        assert (page.status_code, page["Retry-After"]) == (503, "60")
        assert "ただいまログインが集中しています" in page.content.decode()
        assert 'value="hanako"' in page.content.decode()
        assert not SignInAttempt.objects.exists()

    def test_forgets_with_time(self, client: Client, set_clock: SetClock) -> None:
        for number in range(5):
            type_password(client, f"wrong{number}")
        set_clock(NOW + dt.timedelta(minutes=15, seconds=1))

        assert type_password(client)["Location"] == "/sign-in/code/"

    def test_raises_an_alarm_once_where_a_list_is_tried(self) -> None:
        for number in range(310):
            people.begin_attempt(
                step="member", login_id=f"member{number}", network=f"198.51.{number % 40}.7", device="", at=NOW
            )

        alarm = SignInAlarm.objects.get()
        assert (alarm.raised_at, alarm.wrong_tries, alarm.within_minutes) == (NOW, 300, 15)

    def test_raises_none_over_what_people_mistype_in_browsers_that_are_known(self) -> None:
        for number in range(310):
            people.begin_attempt(step="member", login_id=f"m{number}", network="192.0.2.1", device="known", at=NOW)

        assert not SignInAlarm.objects.exists()


class TestFamilyMember:
    def test_is_answered_as_if_unknown(self, household: Household, client: Client) -> None:
        give_login(household.taro.person, "taro")

        page = type_password(client, login_id="taro").content.decode()

        assert "ログインIDまたはパスワードが正しくありません。" in page


class TestDeviceMark:
    @pytest.mark.usefixtures("address")
    def test_of_somebody_else_makes_no_browser_known(self) -> None:
        client = Client()
        client.cookies[entering.DEVICE_COOKIE] = "x" * 43

        assert type_password(client)["Location"] == "/sign-in/code/"

    def test_is_shared_by_a_household_each_by_themselves(self, household: Household) -> None:
        client = Client()
        mark = know(client, household.user)
        begun = people.begin_sign_in(
            user=give_login(household.taro.person, "taro"),
            means=Means.PASSWORD,
            mark=mark,
            remember=True,
            network="192.0.2.1",
            user_agent="",
            at=NOW,
        )

        assert begun.mark is not None
        assert begun.mark.endswith(f".{mark}")
        assert people_queries.find_known_device(login_id="hanako", mark=begun.mark, at=NOW)
        assert people_queries.find_known_device(login_id="taro", mark=begun.mark, at=NOW)
        assert people_queries.find_known_device(login_id="taro", mark=mark, at=NOW) is None
