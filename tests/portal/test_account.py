"""One's own sign-in: where one is in, which browsers are known, and the proof asked for anew (MEM-6, REG-8)."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.test import Client

from pointclub.foundation import actors
from pointclub.people import authenticator
from pointclub.people import queries as people_queries
from pointclub.people import services as people
from pointclub.people.models import ContactAddress, SignIn, User
from pointclub.people.rules.signing_in import EndedHow
from tests.factories.sign_ins import begin, know, let_in, link_in, mailed
from tests.harness.mailbox import Mailbox
from tests.portal.household import NOW, PASSWORD, Household, register

pytestmark = [pytest.mark.django_db, pytest.mark.rule("MEM-6")]
SetClock = Callable[[dt.datetime], None]
NEW_PASSWORD = "asahi2026"


def prove(client: Client, password: str = PASSWORD) -> None:
    assert client.post("/account/proof/", {"password": password}).status_code == 302


def may_enter(password: str, user: User) -> bool:
    own = Client()
    know(own, user)
    return own.post("/sign-in/", {"login_id": user.login_id, "password": password}).status_code == 302


class TestSignIns:
    def test_stand_on_the_page_with_browser_and_means(self, hanako_client: Client, household: Household) -> None:
        begin(household.user, user_agent="Mozilla/5.0 (Windows NT 10.0; Win64; x64) Firefox/140.0")

        page = hanako_client.get("/account/").content.decode()

        assert "Firefox (Windows)" in page
        assert "このブラウザー" in page

    def test_are_ended_one_by_one(self, hanako_client: Client, household: Household) -> None:
        other = Client()
        stay = let_in(other, household.user)

        hanako_client.post(f"/account/end/{stay.id}/")

        assert other.get("/")["Location"].startswith("/sign-in/")
        assert hanako_client.get("/").status_code == 200

    def test_are_ended_all_at_once_but_this_one(self, hanako_client: Client, household: Household) -> None:
        others = [Client(), Client()]
        for other in others:
            let_in(other, household.user)

        page = hanako_client.post("/account/end-others/", follow=True).content.decode()

        assert "ほかのログイン2件を終了しました。" in page
        assert [other.get("/").status_code for other in others] == [302, 302]

    def test_of_somebody_else_cannot_be_ended(self, hanako_client: Client) -> None:
        ichiko = register("鈴木 一子", "ichiko1")
        stay = begin(ichiko).sign_in

        hanako_client.post(f"/account/end/{stay.id}/")

        stay.refresh_from_db()
        assert stay.ended_at is None

    def test_end_when_somebody_leaves(self, hanako_client: Client) -> None:
        hanako_client.post("/sign-out/")

        assert SignIn.objects.get().ended_how == EndedHow.LEFT


class TestKnownBrowser:
    def test_is_a_stranger_again_once_forgotten(self, hanako_client: Client, household: Household) -> None:
        other = Client()
        know(other, household.user)
        device = SignIn.objects.latest("id").device_id

        hanako_client.post(f"/account/forget/{device}/")

        assert other.post("/sign-in/", {"login_id": "hanako", "password": PASSWORD})["Location"] == "/sign-in/code/"

    def test_of_somebody_else_stays_known(self, hanako_client: Client) -> None:
        ichiko = register("鈴木 一子", "ichiko1")
        device = begin(ichiko).sign_in.device
        assert device is not None

        hanako_client.post(f"/account/forget/{device.id}/")

        device.refresh_from_db()
        assert device.forgotten_at is None


@pytest.mark.rule("REG-8")
class TestFreshProof:
    @pytest.mark.parametrize("page", ["/account/password/", "/account/login-id/", "/account/app/"])
    def test_is_asked_for_before_what_matters(self, hanako_client: Client, page: str) -> None:
        assert hanako_client.get(page)["Location"] == f"/account/proof/?next={page}"

    def test_lets_go_on_for_five_minutes(self, hanako_client: Client, set_clock: SetClock) -> None:
        prove(hanako_client)
        set_clock(NOW + dt.timedelta(minutes=4, seconds=50))
        assert hanako_client.get("/account/password/").status_code == 200

        set_clock(NOW + dt.timedelta(minutes=5, seconds=30))
        assert hanako_client.get("/account/password/").status_code == 302

    def test_leads_back_to_the_page_that_asked(self, hanako_client: Client) -> None:
        response = hanako_client.post("/account/proof/", {"password": PASSWORD, "next": "/account/password/"})

        assert response["Location"] == "/account/password/"

    def test_takes_no_other_password(self, hanako_client: Client) -> None:
        page = hanako_client.post("/account/proof/", {"password": "wrong1"}).content.decode()

        assert "パスワードが正しくありません" in page

    def test_can_be_guessed_five_times_in_a_quarter_of_an_hour(self, hanako_client: Client) -> None:
        for number in range(5):
            hanako_client.post("/account/proof/", {"password": f"wrong{number}"})

        assert hanako_client.post("/account/proof/", {"password": PASSWORD}).status_code == 429

    def test_is_given_by_the_sign_in_itself(self, client: Client, household: Household) -> None:
        know(client, household.user)
        client.post("/sign-in/", {"login_id": "hanako", "password": PASSWORD})

        assert client.get("/account/password/").status_code == 200


class TestNewPassword:
    def change(self, client: Client, password: str = NEW_PASSWORD, again: str | None = None) -> str:
        prove(client)
        typed = {"password": password, "again": password if again is None else again}
        return client.post("/account/password/", typed, follow=True).content.decode()

    def test_opens_from_now_on_and_the_old_one_no_longer(self, hanako_client: Client, household: Household) -> None:
        assert "パスワードを変更しました。" in self.change(hanako_client)

        assert may_enter(NEW_PASSWORD, household.user)
        assert not may_enter(PASSWORD, household.user)

    def test_ends_all_other_stays_and_not_this_one(self, hanako_client: Client, household: Household) -> None:
        other = Client()
        let_in(other, household.user)

        self.change(hanako_client)

        assert hanako_client.get("/").status_code == 200
        assert other.get("/").status_code == 302

    @pytest.mark.rule("MEM-7")
    def test_is_told_by_mail(self, hanako_client: Client, mailbox: Mailbox, address: ContactAddress) -> None:
        self.change(hanako_client)

        assert "パスワード" in mailed(mailbox, "")
        assert mailbox.recipients == [address.value]

    @pytest.mark.parametrize(
        ("password", "words"),
        [
            ("a1b2c", "6～14文字"),
            ("abcdefgh", "英字と数字をそれぞれ1文字以上"),
            ("ひだまり2026", "半角の英字と数字だけ"),
            ("a" * 14 + "1", "6～14文字"),
        ],
    )
    def test_follows_the_rule_of_the_documents(self, hanako_client: Client, password: str, words: str) -> None:
        assert words in self.change(hanako_client, password)

    def test_is_not_the_login_id(self, hanako_client: Client, household: Household) -> None:
        people.change_login_id(user=household.user, login_id="hanako7", at=NOW, actor=actors.member("hanako"))

        assert "ログインIDと同じ" in self.change(hanako_client, "HANAKO7")

    def test_is_typed_twice(self, hanako_client: Client) -> None:
        assert "2つのパスワードが一致していません" in self.change(hanako_client, again="asahi2027")


class TestNewLoginId:
    def test_opens_in_whatever_case_and_the_old_one_no_longer(
        self, hanako_client: Client, household: Household
    ) -> None:
        prove(hanako_client)
        hanako_client.post("/account/login-id/", {"login_id": "Hana2026"})

        household.user.refresh_from_db()
        assert household.user.login_id == "hana2026"
        assert may_enter(PASSWORD, household.user)

    def test_that_somebody_has_is_refused(self, hanako_client: Client) -> None:
        register("鈴木 一子", "ichiko1")
        prove(hanako_client)

        page = hanako_client.post("/account/login-id/", {"login_id": "ICHIKO1"}).content.decode()

        assert "すでに使われています" in page
        assert 'value="ICHIKO1"' in page

    @pytest.mark.rule("REG-8")
    def test_says_only_so_often_which_ones_are_taken(self, hanako_client: Client) -> None:
        register("鈴木 一子", "ichiko1")
        prove(hanako_client)
        for _ in range(20):
            hanako_client.post("/account/login-id/", {"login_id": "ichiko1"})

        page = hanako_client.post("/account/login-id/", {"login_id": "ichiko1"}).content.decode()

        assert "入力の回数が多すぎます" in page


class TestTheft:
    def test_ends_everything_and_leads_back_by_mail(
        self, hanako_client: Client, household: Household, address: ContactAddress, mailbox: Mailbox
    ) -> None:
        thief = Client()
        let_in(thief, household.user)

        page = hanako_client.post("/account/theft/").content.decode()

        assert "すべてのログインを終了しました" in page
        assert [each.get("/").status_code for each in (thief, hanako_client)] == [302, 302]
        household.user.refresh_from_db()
        assert not household.user.has_usable_password()
        assert "/recover/" in mailed(mailbox, "パスワード")
        assert mailbox.recipients.count(address.value) == 2

    @pytest.mark.usefixtures("address")
    def test_asks_for_another_login_id_and_another_password(
        self, hanako_client: Client, household: Household, mailbox: Mailbox
    ) -> None:
        hanako_client.post("/account/theft/")
        link = link_in(mailbox)
        typed = {"password": NEW_PASSWORD, "again": NEW_PASSWORD}

        same = Client().post(link, typed | {"login_id": "hanako"}).content.decode()
        assert "ログインIDも新しいもの" in same
        household.user.refresh_from_db()
        assert household.user.stolen_at is not None

        own = Client()
        assert own.post(link, typed | {"login_id": "hana2026"})["Location"] == "/"
        assert own.get("/").status_code == 200

    def test_makes_passkeys_app_and_browsers_strangers(self, hanako_client: Client, household: Household) -> None:
        secret = authenticator.draw_secret()
        people.set_up_second_factor(user=household.user, secret=secret, code=authenticator.code_for(secret), at=NOW)

        hanako_client.post("/account/theft/")

        assert people_queries.find_second_factor(household.user) is None
        assert people_queries.list_known_devices(household.user, at=NOW) == []

    def test_of_somebody_without_an_address_leads_to_the_call_centre(self, hanako_client: Client) -> None:
        assert "お電話ください" in hanako_client.post("/account/theft/").content.decode()


class TestAuthenticatorApp:
    def test_is_set_up_by_a_code_that_it_shows(self, hanako_client: Client, household: Household) -> None:
        prove(hanako_client)
        hanako_client.get("/account/app/")
        secret = authenticator.unseal_secret(hanako_client.session["app_secret"])
        assert secret is not None

        page = hanako_client.post("/account/app/", {"code": authenticator.code_for(secret)}).content.decode()

        codes = page.split('class="codes num"', 1)[1].split("</ul>", 1)[0]
        assert codes.count("<li>") == 10
        assert people_queries.find_second_factor(household.user) is not None

    def test_is_not_waited_for_by_mail(self, hanako_client: Client) -> None:
        prove(hanako_client)
        hanako_client.get("/account/app/")

        page = hanako_client.post("/account/app/", {"code": "000000"}).content.decode()

        assert "いま表示されているコードを入力してください" in page
        assert "お受け取り" not in page

    def test_can_be_given_up(self, hanako_client: Client, household: Household) -> None:
        secret = authenticator.draw_secret()
        people.set_up_second_factor(user=household.user, secret=secret, code=authenticator.code_for(secret), at=NOW)
        prove(hanako_client)

        hanako_client.post("/account/app/off/")

        assert people_queries.find_second_factor(household.user) is None
