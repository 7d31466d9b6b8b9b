"""The form: its rules before its errors, and everything typed still there after them."""

from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from tests.portal.household import Household
from tests.portal.registration.newcomer import (
    BASIC,
    FOR_THE_CLUB,
    MAIL,
    PASSWORD,
    fill_in,
    open_form,
    path_of,
    send,
    shown_in,
    text_of,
    value_in,
)

pytestmark = pytest.mark.usefixtures("today")
DETAILS = "/register/details/"
CHECK = "/register/check/"


@pytest.mark.rule("REG-2")
class TestTheForm:
    def test_says_each_rule_before_any_error(self, client: Client) -> None:
        page = text_of(open_form(client))

        for rule in ("全角20文字以内", "半角英数字6～8文字", "半角英数字6～14文字", "半角数字7桁", "全角10文字以内"):
            assert rule in page
        assert "エラー" not in page

    def test_says_the_strict_rule_of_passwords_where_that_is_in_force(self, client: Client, settings: Settings) -> None:
        settings.ENVIRONMENT = settings.ENVIRONMENT.__class__(
            **{**vars(settings.ENVIRONMENT), "password_policy": "strict"}
        )

        assert "8～128文字" in text_of(open_form(client))

    def test_has_its_fields_in_the_order_of_the_source(self, client: Client) -> None:
        page = open_form(client).content.decode()

        order = [
            page.index(f'name="{name}"')
            for name in (
                "name",
                *list(BASIC)[1:18],
                "wants_club",
                *list(FOR_THE_CLUB)[:6],
                "questionnaire",
                *list(BASIC)[-4:],
            )
        ]
        assert order == sorted(order)

    def test_ticks_the_club_and_no_advertising(self, client: Client) -> None:
        page = open_form(client).content.decode()

        boxes = {name: page[page.index(f'name="{name}"') :].split(">", 1)[0] for name in ("wants_club", "advertising")}
        assert "checked" in boxes["wants_club"]
        assert "checked" not in boxes["advertising"]

    def test_leads_to_the_check_page_when_all_is_right(self, client: Client) -> None:
        assert path_of(fill_in(client)) == CHECK

    @pytest.mark.parametrize(
        "missing",
        sorted(set(BASIC) - {"building", "second_mail", "second_mail_again", "nickname", "mobile_0", "mobile_1"}),
    )
    def test_asks_for_what_is_missing(self, client: Client, missing: str) -> None:
        nothing: dict[str, Any] = {missing: []}

        response = fill_in(client, **nothing)

        assert path_of(response) == DETAILS
        assert "エラー：" in text_of(response)

    @pytest.mark.parametrize("missing", sorted(FOR_THE_CLUB))
    def test_asks_who_joins_the_club_for_all_that_the_club_needs(self, client: Client, missing: str) -> None:
        response = fill_in(client, **{**FOR_THE_CLUB, missing: []})

        assert path_of(response) == (CHECK if missing == "wants_club" else DETAILS)

    def test_does_not_judge_what_the_club_asks_where_nobody_joins(self, client: Client) -> None:
        assert path_of(fill_in(client, family_kana="漢字", birth_date="昨日")) == CHECK

    def test_takes_either_phone_number_and_says_of_both_that_one_is_needed(self, client: Client) -> None:
        neither = fill_in(client, mobile_0="", mobile_1="", mobile_2="")
        assert "固定電話か携帯電話のどちらかを入力してください。" in text_of(neither)
        assert neither.content.decode().count('phones_hint phones_error"') == 7

        at_home = {"land_line_0": "06", "land_line_1": "1234", "land_line_2": "5678"}
        assert path_of(fill_in(client, mobile_0="", mobile_1="", mobile_2="", **at_home)) == CHECK

    def test_takes_a_whole_number_in_the_first_part(self, client: Client) -> None:
        assert path_of(fill_in(client, mobile_0="０９０ー１２３４ー５６７８", mobile_1="", mobile_2="")) == CHECK

    def test_refuses_an_answer_together_with_none(self, client: Client) -> None:
        response = fill_in(client, questionnaire=["bill", "no_answer"])

        assert "どちらかだけを選択してください" in text_of(response)

    def test_sends_offers_to_no_address_that_is_not_there(self, client: Client) -> None:
        assert path_of(fill_in(client, advertising=["second"])) == DETAILS


class TestWhatWasTyped:
    @pytest.mark.rule("REG-4")
    def test_is_all_there_after_an_error(self, client: Client) -> None:
        response = fill_in(client, login_id="1", nickname="<b>花</b>", land_line_1="ａｂｃ", town="髙﨑市𠮷野町㈱～－")

        assert value_in(response, "login_id") == "1"
        assert value_in(response, "nickname") == "<b>花</b>"
        assert value_in(response, "land_line_1") == "ａｂｃ"
        assert value_in(response, "town") == "髙﨑市𠮷野町㈱～－"
        assert "<b>花" not in response.content.decode()

    def test_is_there_after_looking_at_a_document_and_coming_back(self, client: Client) -> None:
        page = open_form(client)
        typed = {**BASIC, "shown": shown_in(page), "then": "read:portal-terms"}

        response = client.post(DETAILS, typed)

        assert response["Location"] == "/documents/portal-terms/"
        assert value_in(client.get(DETAILS), "name") == "見本 花子"

    def test_stands_nowhere_in_the_clear_in_the_session(self, client: Client) -> None:
        fill_in(client)

        kept = repr([session.get_decoded() for session in Session.objects.all()])
        for text in ("見本", "hidamari", PASSWORD, MAIL, "1234", "みけのたま"):
            assert text not in kept

    def test_is_read_by_no_other_session(self, client: Client) -> None:
        fill_in(client)
        stolen = client.session["registration_draft"]
        other = Client()
        session = other.session
        session["registration_draft"] = stolen
        session.save()
        other.cookies["pointclub_session"] = str(session.session_key)

        assert path_of(other.get(DETAILS, follow=True)) == "/register/"

    def test_moves_to_a_new_session_key_that_nobody_can_have_planted(self, client: Client) -> None:
        session = client.session
        session["seen"] = 1
        session.save()
        planted = str(session.session_key)
        client.cookies["pointclub_session"] = planted

        fill_in(client)

        assert client.session.session_key != planted
        assert not Session.objects.filter(session_key=planted).exists()

    def test_is_kept_for_an_hour_and_no_longer(self, client: Client, later: Any) -> None:
        fill_in(client)
        later(minutes=59)
        assert path_of(client.get(CHECK, follow=True)) == CHECK
        later(minutes=61)
        assert path_of(client.get(CHECK, follow=True)) == "/register/"

    def test_is_not_lost_with_the_session(self, client: Client) -> None:
        page = open_form(client)
        client.cookies.pop("pointclub_session")

        response = send(client, {**BASIC, "shown": shown_in(page), "then": "check"})

        assert path_of(response) == "/register/"
        assert "いま入力された内容は残っています" in text_of(response)
        assert value_in(open_form(client), "name") == "見本 花子"


class TestThePassword:
    def test_is_never_put_back_into_a_page(self, client: Client) -> None:
        response = fill_in(client, login_id="1")

        assert PASSWORD not in response.content.decode()
        assert value_in(response, "password") == ""

    def test_need_not_be_typed_again_once_it_fits(self, client: Client) -> None:
        first = fill_in(client, login_id="1")
        assert "パスワードは入力済みです" in text_of(first)

        again = {**BASIC, "shown": shown_in(first), "password": "", "password_again": "", "then": "check"}
        assert path_of(send(client, again)) == CHECK

    @pytest.mark.parametrize(
        ("password", "again", "told"),
        [
            ("short", "short", "6～14文字"),
            ("onlyletters", "onlyletters", "英字と数字をそれぞれ1文字以上"),
            ("umi77kazeno", "umi77kazeni", "一致しません"),
            (" umi77kazeno", " umi77kazeno", "半角英数字で入力してください"),
        ],
    )
    def test_that_does_not_fit_is_told_why_and_typed_anew(
        self, client: Client, password: str, again: str, told: str
    ) -> None:
        response = fill_in(client, password=password, password_again=again)

        assert told in text_of(response)
        assert f'"{password}"' not in response.content.decode()

    def test_may_not_be_the_login_id(self, client: Client) -> None:
        response = fill_in(client, login_id="abcd1234", password="ABCD1234", password_again="ABCD1234")

        assert "ログインIDとは別のもの" in text_of(response)


class TestALoginId:
    def test_that_is_taken_is_told_and_nothing_else_is_lost(self, client: Client) -> None:
        response = fill_in(client, login_id="Hanako")

        assert "このログインIDはすでに使われています" in text_of(response)
        assert value_in(response, "mail") == MAIL

    def test_is_looked_up_only_so_often_where_it_is_taken(self, client: Client, takers: Any) -> None:
        for login_id in takers(20):
            assert "すでに使われています" in text_of(fill_in(client, login_id=login_id))

        response = fill_in(client, login_id="hanako")
        assert "すでに使われています。別の" not in text_of(response)
        assert "いまは確認できません" in text_of(response)
        assert path_of(response) == DETAILS
        assert path_of(client.get(CHECK, follow=True)) == DETAILS


@pytest.mark.rule("REG-1")
class TestTheDoors:
    @pytest.mark.rule("TRM-6", "MEM-8")
    def test_say_what_is_free_and_what_is_not(self, client: Client) -> None:
        page = text_of(client.get("/register/"))

        assert "無料" in page
        assert "お客さまのご負担" in page

    def test_come_before_the_form(self, client: Client) -> None:
        for page in (DETAILS, CHECK, "/register/done/"):
            assert path_of(client.get(page, follow=True)) == "/register/"

    def test_are_closed_to_who_is_in(self, client: Client, household: Household) -> None:
        client.force_login(household.user)

        assert client.get("/register/")["Location"] == reverse("portal:my_page")
