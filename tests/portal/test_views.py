"""Signing in and out, and who may see my page."""

import contextlib
import dataclasses
import re
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from pytest_django import Settings

from pointclub.membership import services as membership
from pointclub.people import passwords
from tests.factories.club import STAFF
from tests.factories.sign_ins import know, let_in
from tests.portal.household import JOINED_AT, PASSWORD, Household, give_login, register


@pytest.fixture
def client(household: Household, client: Client) -> Client:
    """Take a browser in which Hanako came in before."""
    know(client, household.user)
    return client


def text_of(response: Any) -> str:
    page: str = response.content.decode()
    return page


def try_to_sign_in(client: Client, *, login_id: str = "hanako", password: str = PASSWORD, **more: str) -> Any:
    return client.post("/sign-in/", {"login_id": login_id, "password": password, **more})


@pytest.mark.usefixtures("household")
class TestSignIn:
    def test_leads_to_my_page(self, client: Client) -> None:
        response = try_to_sign_in(client)

        assert response.status_code == 302
        assert response["Location"] == "/"

    def test_stays_in_english_where_it_began_in_english(self, client: Client) -> None:
        response = client.post("/en/sign-in/", {"login_id": "hanako", "password": PASSWORD})

        assert response["Location"] == "/en/"

    def test_takes_capitals_full_width_letters_and_spaces_around(self, client: Client) -> None:
        response = try_to_sign_in(client, login_id=" Ｈａｎａｋｏ ")

        assert response.status_code == 302

    def test_gives_unknown_and_wrong_the_same_answer(self, client: Client) -> None:
        unknown = try_to_sign_in(client, login_id="nobody", password="some password")
        wrong = try_to_sign_in(client, login_id="hanako", password="some password")

        answers = [text_of(response).split("<form", 1)[1] for response in (unknown, wrong)]
        cleaned = [re.sub('(name="csrfmiddlewaretoken" value=)"[^"]*"', r"\1", answer) for answer in answers]
        assert cleaned[0].replace("nobody", "hanako") == cleaned[1]
        assert "ログインIDまたはパスワードが正しくありません。" in cleaned[0]

    def test_hashes_once_for_an_unknown_login_id_as_for_a_wrong_password(
        self, client: Client, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """The hash is what takes time; counted, it tells the same on any machine."""
        hashed: list[str] = []

        def note(password: str) -> str:
            hashed.append(password)
            return password

        monkeypatch.setattr(passwords, "_pepper", note)

        try_to_sign_in(client, login_id="nobody", password="some password")
        for_unknown = len(hashed)
        try_to_sign_in(client, password="some password")

        assert (for_unknown, len(hashed) - for_unknown) == (1, 1)

    def test_keeps_the_login_id_and_forgets_the_password(self, client: Client) -> None:
        page = text_of(try_to_sign_in(client, login_id="hanakko", password="do-not-show-me"))

        assert 'value="hanakko"' in page
        assert "do-not-show-me" not in page

    def test_says_error_before_the_title(self, client: Client) -> None:
        japanese = text_of(try_to_sign_in(client, password=""))
        english = text_of(client.post("/en/sign-in/", {"login_id": "", "password": ""}))

        assert "<title>エラー：ログイン｜はぴeポイントクラブ</title>" in japanese
        assert "<title>Error: Sign in | Hapi e-Point Club</title>" in english

    def test_links_each_error_to_its_field(self, client: Client) -> None:
        page = text_of(client.post("/sign-in/", {"login_id": "", "password": ""}))

        assert '<a href="#id_login_id">ログインIDを入力してください。</a>' in page
        assert '<a href="#id_password">パスワードを入力してください。</a>' in page
        assert 'id="id_login_id_error"' in page
        assert 'aria-describedby="id_login_id_error"' in page

    def test_tells_password_managers_which_field_is_which(self, client: Client) -> None:
        page = text_of(client.get("/sign-in/"))

        assert 'autocomplete="username"' in page
        assert 'autocomplete="current-password"' in page

    def test_gives_the_session_a_new_key(self, client: Client) -> None:
        session = client.session
        session["planted"] = "by somebody else"
        session.save()
        planted = session.session_key
        client.cookies[settings.SESSION_COOKIE_NAME] = str(planted)

        try_to_sign_in(client)

        assert client.cookies[settings.SESSION_COOKIE_NAME].value != planted
        assert Client(headers={"cookie": f"{settings.SESSION_COOKIE_NAME}={planted}"}).get("/").status_code == 302

    def test_is_skipped_by_those_who_are_in(self, hanako_client: Client) -> None:
        assert hanako_client.get("/sign-in/")["Location"] == "/"

    def test_refuses_a_form_from_another_site(self) -> None:
        client = Client(enforce_csrf_checks=True)

        assert try_to_sign_in(client).status_code == 403

    def test_speaks_the_name_of_the_club_that_the_settings_give(self, client: Client, settings: Settings) -> None:
        settings.ENVIRONMENT = dataclasses.replace(settings.ENVIRONMENT, club_name_ja="あかりポイントクラブ")

        page = text_of(client.get("/sign-in/"))

        assert "あかりポイントクラブ" in page
        assert "はぴe" not in page


@pytest.mark.usefixtures("household")
class TestWayOnAfterSignIn:
    def test_is_the_page_that_was_asked_for(self, client: Client) -> None:
        assert client.get("/en/")["Location"] == "/en/sign-in/?next=/en/"
        assert try_to_sign_in(client, next="/en/")["Location"] == "/en/"

    @pytest.mark.parametrize(
        "elsewhere",
        [
            "https://evil.example/",
            "//evil.example/",
            "https:evil.example",
            "http:///evil.example",
            "/\\evil.example",
            "\\\\evil.example",
            "javascript:alert(1)",
            "https://testserver@evil.example/",
            " //evil.example",
            "/\t/evil.example",
            "elsewhere",
            "my_page",
            "％",
        ],
    )
    def test_is_never_on_another_site(self, client: Client, elsewhere: str) -> None:
        assert try_to_sign_in(client, next=elsewhere)["Location"] == "/"

    def test_is_never_on_another_site_for_those_who_are_in(self, hanako_client: Client) -> None:
        assert hanako_client.get("/sign-in/?next=https://evil.example/")["Location"] == "/"


class TestSignOut:
    def test_ends_the_session_when_posted(self, hanako_client: Client) -> None:
        response = hanako_client.post("/sign-out/", follow=True)

        assert "ログアウトしました。" in text_of(response)
        assert hanako_client.get("/").status_code == 302

    def test_does_nothing_when_only_visited(self, hanako_client: Client) -> None:
        hanako_client.get("/sign-out/")

        assert hanako_client.get("/").status_code == 200


@pytest.mark.usefixtures("household")
class TestMyPage:
    def test_asks_strangers_to_sign_in(self, client: Client) -> None:
        assert client.get("/")["Location"] == "/sign-in/?next=/"

    def test_is_kept_by_no_cache(self, hanako_client: Client) -> None:
        assert "no-store" in hanako_client.get("/")["Cache-Control"]

    def test_turns_away_somebody_who_never_was_a_primary_member(self, client: Client) -> None:
        let_in(client, register("係員 一郎", "kakari", is_staff=True))

        response = client.get("/")

        assert response.status_code == 403
        assert "マイページは本会員の方専用です" in text_of(response)

    def test_turns_away_a_family_member(self, household: Household, client: Client) -> None:
        let_in(client, give_login(household.taro.person, "taro"))

        assert client.get("/").status_code == 403

    @pytest.mark.rule("BAL-2")
    def test_shows_nobody_the_figures_of_somebody_else(self, household: Household, client: Client) -> None:
        household.open_balance({"2027-03-31": 7_654_321})
        other = register("鈴木 一子", "ichiko")
        membership.admit(person=other.person, at=JOINED_AT, actor=STAFF)
        let_in(client, other)

        page = text_of(client.get("/"))

        assert "鈴木 一子" in page
        assert "7,654,321" not in page

    def test_allows_nothing_inline(self, hanako_client: Client) -> None:
        response = hanako_client.get("/")

        page = text_of(response)
        assert "'unsafe-inline'" not in response["Content-Security-Policy"]
        assert "<script" not in page
        assert "<style" not in page
        assert " style=" not in page

    def test_brings_its_stylesheet_from_the_same_site(self, client: Client) -> None:
        with contextlib.closing(client.get("/static/portal/app.css")) as response:
            assert response.status_code == 200
            assert response["Content-Type"].startswith("text/css")

    def test_links_to_the_same_page_in_the_other_language(self, hanako_client: Client) -> None:
        assert '<a class="lang" href="/en/" lang="en" hreflang="en">English</a>' in text_of(hanako_client.get("/"))
        assert '<a class="lang" href="/" lang="ja" hreflang="ja">日本語</a>' in text_of(hanako_client.get("/en/"))
