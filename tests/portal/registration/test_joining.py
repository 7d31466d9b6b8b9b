"""Joining the club later: from my page to the form, the check and the last page."""

import threading
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from pointclub.membership.models import Member, Registration
from tests.factories.sign_ins import let_in
from tests.portal.registration.newcomer import (
    BASIC,
    FOR_THE_CLUB,
    path_of,
    register,
    shown_in,
    text_of,
    value_in,
)

JOIN, CHECK, DONE = "/join/", "/join/check/", "/join/done/"
TO_JOIN: dict[str, Any] = {**FOR_THE_CLUB, "is_no_part": "on", "does_no_harm": "on"}
today = pytest.mark.usefixtures("today")


def fill_in(client: Client, then: str = "check", **changes: Any) -> Any:
    typed = {**TO_JOIN, "shown": shown_in(client.get(JOIN)), "then": then, **changes}
    return client.post(JOIN, {name: text for name, text in typed.items() if text is not None}, follow=True)


def is_member() -> bool:
    return Member.objects.filter(person__user__login_id=BASIC["login_id"]).exists()


def press(client: Client, check_page: Any) -> Any:
    return client.post(CHECK, {"seen": value_in(check_page, "seen")}, follow=True)


@pytest.fixture
def newcomer(client: Client) -> Client:
    """Register somebody without the club, who is in since a moment ago."""
    register(client)
    return client


@today
@pytest.mark.rule("MEM-1", "REG-3")
class TestJoiningLater:
    def test_leads_from_my_page_to_a_member_number(self, newcomer: Client) -> None:
        assert f'href="{JOIN}"' in newcomer.get("/").content.decode()

        check_page = fill_in(newcomer, family_kana="みほん")
        assert path_of(check_page) == CHECK
        for text in ("ミホン", "変換しました", "1980年4月1日", "女性"):
            assert text in text_of(check_page)

        page = press(newcomer, check_page)
        assert path_of(page) == DONE
        number = Member.objects.get(person__user__login_id=BASIC["login_id"]).number
        assert f"{number[:4]}-{number[4:8]}-{number[8:]}" in text_of(page)
        assert "ご利用可能ポイント" in text_of(newcomer.get("/"))

    def test_asks_for_no_more_than_the_club_does(self, newcomer: Client) -> None:
        page = newcomer.get(JOIN).content.decode()

        assert 'name="family_kana"' in page
        for name in ("login_id", "password", "mail", "portal_terms", "privacy_notice", "wants_club"):
            assert f'name="{name}"' not in page

    @pytest.mark.parametrize("missing", ["family_name", "birth_date", "sex", "point_rules", "does_no_harm"])
    def test_says_what_is_missing_and_keeps_the_rest(self, newcomer: Client, missing: str) -> None:
        without: dict[str, Any] = {missing: None}

        page = fill_in(newcomer, **without)

        assert path_of(page) == JOIN
        assert "入力内容をご確認ください" in text_of(page)
        assert value_in(page, "given_name") == "花子"

    def test_takes_a_tick_back_whose_document_changed_meanwhile(self, newcomer: Client) -> None:
        old = [each.replace(":20", ":19") for each in shown_in(newcomer.get(JOIN))]

        page = fill_in(newcomer, shown=old)

        assert path_of(page) == JOIN
        assert "規約などが改定されました" in text_of(page)

    def test_shows_a_document_and_keeps_what_was_typed(self, newcomer: Client) -> None:
        page = fill_in(newcomer, then="read:point-rules")

        assert path_of(page) == "/documents/point-rules/"
        assert value_in(newcomer.get(JOIN), "family_kana") == "ミホン"

    def test_joins_nobody_by_a_page_that_another_window_changed(self, newcomer: Client) -> None:
        seen_first = fill_in(newcomer)
        fill_in(newcomer, given_name="桜子")

        page = press(newcomer, seen_first)

        assert "別の画面で入力内容が変更されました" in text_of(page)
        assert not is_member()

    def test_keeps_nothing_in_the_session_in_the_clear(self, newcomer: Client) -> None:
        fill_in(newcomer)

        assert "ミホン" not in str(dict(newcomer.session))

    @pytest.mark.rule("REG-8")
    def test_asks_for_the_password_before_the_check_and_loses_nothing(self, newcomer: Client, later: Any) -> None:
        later(minutes=6)
        page = fill_in(newcomer)
        assert path_of(page) == "/account/proof/"

        page = newcomer.post("/account/proof/", {"password": BASIC["password"], "next": CHECK}, follow=True)

        assert path_of(page) == CHECK
        assert path_of(press(newcomer, page)) == DONE

    def test_shows_the_last_page_after_reload_and_by_the_back_button(self, newcomer: Client) -> None:
        check_page = fill_in(newcomer)
        press(newcomer, check_page)

        assert path_of(press(newcomer, check_page)) == DONE
        assert [path_of(newcomer.get(page, follow=True)) for page in (JOIN, CHECK, DONE)] == [DONE] * 3
        assert Registration.objects.filter(door="account").count() == 1

    def test_is_there_in_english(self, newcomer: Client) -> None:
        assert "Continue to check" in text_of(newcomer.get("/en/join/"))


@today
class TestWhoCannotJoin:
    def test_goes_to_my_page_as_a_member(self, today: Any, client: Client) -> None:
        let_in(client, today.user)

        assert path_of(client.get(JOIN, follow=True)) == "/"

    @pytest.mark.rule("SCR-1")
    def test_reads_that_the_application_is_looked_at_or_was_declined_and_not_why(self, newcomer: Client) -> None:
        twin = Client()
        other = {"login_id": "hidama2", "name": "見本 桜子", "mail": "t@example.com", "mail_again": "t@example.com"}
        register(twin, **FOR_THE_CLUB, **other)

        page = text_of(press(newcomer, fill_in(newcomer)))

        assert "お申し込みの内容を確認しています" in page
        assert "重複" not in page
        assert "お申し込みの内容を確認しています" in text_of(newcomer.get("/"))
        waiting = Registration.objects.filter(door="account")
        waiting.update(state="declined", decided_by="staff:x", decided_at="2026-11-21T00:00Z")
        assert "お申し込みを承ることができませんでした" in text_of(newcomer.get(JOIN, follow=True))
        assert f'href="{JOIN}"' not in newcomer.get("/").content.decode()


@pytest.mark.rule("REG-4")
@pytest.mark.usefixtures("fresh_database")
class TestADoubleClick:
    def test_joins_once_though_both_come_at_the_same_time(self, client: Client) -> None:
        register(client)
        check_page = fill_in(client)
        cookie, answers = client.cookies["pointclub_session"].value, list[str]()

        def click() -> None:
            browser = Client()
            browser.cookies["pointclub_session"] = cookie
            answers.append(path_of(press(browser, check_page)))
            connection.close()

        clicks = [threading.Thread(target=click) for _ in range(2)]
        for each in clicks:
            each.start()
        for each in clicks:
            each.join()

        assert answers == [DONE, DONE]
        assert Member.objects.filter(person__user__login_id=BASIC["login_id"]).count() == 1
