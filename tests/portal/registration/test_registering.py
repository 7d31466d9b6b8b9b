"""From the check page on: what is shown, what is registered, once, and the proof of the address."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from pointclub.membership.models import Member, Registration
from pointclub.notices.models import Notice
from pointclub.notices.rules.kinds import Kind
from pointclub.people import queries as people_queries
from pointclub.people.models import ContactAddress, Person, User
from pointclub.people.rules.personal_fields import PersonalField
from pointclub.terms import queries as terms
from pointclub.terms.rules.documents import Document
from tests.factories.contracts import CUSTOMER, SUPPLY_POINT, contract_on_file
from tests.portal.household import register as give_login_id
from tests.portal.registration.newcomer import (
    BASIC,
    FOR_THE_CLUB,
    PASSWORD,
    confirm,
    fill_in,
    open_form,
    path_of,
    proof_of_first_mail,
    register,
    send,
    shown_in,
    text_of,
    value_in,
)

DETAILS, CHECK, DONE = "/register/details/", "/register/check/", "/register/done/"
today = pytest.mark.usefixtures("today")


def newcomer() -> Person:
    return User.objects.select_related("person").get(login_id=BASIC["login_id"]).person


@today
@pytest.mark.rule("REG-3")
class TestTheCheckPage:
    def test_shows_what_was_typed_as_it_will_be_kept_and_marks_what_was_converted(self, client: Client) -> None:
        page = text_of(fill_in(client, name="ﾐﾎﾝ hanako", street="1-2-22", postal_code="５３０－０００５"))

        for text in ("ミホン　ｈａｎａｋｏ", "１－２－２２", "530-0005", "変換しました"):
            assert text in page

    def test_marks_nothing_that_was_typed_as_it_is_kept(self, client: Client) -> None:
        assert "変換しました" not in text_of(fill_in(client, name="見本　花子", postal_code="530-0005"))

    def test_shows_everything_but_the_password(self, client: Client) -> None:
        page = text_of(fill_in(client, **FOR_THE_CLUB, nickname="ひだまり", building="見本ビル３０１号"))

        for text in (
            "hidamari",
            "090-1234-5678",
            "1980年4月1日",
            "hanako@example.com",
            "みけのたま",
            "ミホン",
            "女性",
            "ひだまり",
            "家族・知人",
        ):
            assert text in page
        assert PASSWORD not in page

    def test_leads_back_to_each_field_with_everything_still_there(self, client: Client) -> None:
        page = fill_in(client)
        assert f'href="{DETAILS}#id_mail"' in page.content.decode()

        form = client.get(DETAILS)
        assert {name: value_in(form, name) for name in ("name", "mail", "mobile_1")} == {
            name: BASIC[name] for name in ("name", "mail", "mobile_1")
        }

    def test_registers_nothing_that_another_window_changed_unseen(self, client: Client) -> None:
        seen_first = fill_in(client)
        fill_in(client, name="別の　名前")

        response = confirm(client, seen_first)

        assert path_of(response) == CHECK
        assert "別の画面で入力内容が変更されました" in text_of(response)
        assert not Registration.objects.exists()


@today
@pytest.mark.rule("REG-4")
class TestRegistering:
    def test_keeps_all_of_it_and_lets_the_newcomer_in(self, client: Client) -> None:
        response = register(client, **FOR_THE_CLUB, advertising=["first"])

        assert path_of(response) == DONE
        assert "メールのリンクを開いてください" in text_of(response)
        kept = people_queries.personal_data_of([newcomer().id])[newcomer().id]
        assert kept[PersonalField.MOBILE] == "09012345678"
        assert Member.objects.filter(person=newcomer()).exists()
        assert client.get("/").status_code == 200

    @pytest.mark.rule("TRM-5")
    @pytest.mark.rule("REG-8")
    def test_is_proof_of_the_password_for_as_long_as_it_was_typed_of_late(
        self, client: Client, later: Callable[..., None]
    ) -> None:
        fill_in(client)
        page = client.get(CHECK)
        later(minutes=6)
        confirm(client, page)

        assert client.get("/account/password/")["Location"].startswith("/account/proof/")

    def test_is_shown_again_in_the_order_of_the_page(self, client: Client) -> None:
        page = text_of(fill_in(client))

        labels = ("何でお知りになりましたか", "利用規約に同意します", "個人情報の取扱いを読み", "現在該当せず")
        places = [page.index(label) for label in labels]
        assert places == sorted(places)

    def test_records_the_versions_that_stood_on_the_page(self, client: Client) -> None:
        register(client, **FOR_THE_CLUB)

        accepted = {row.document for row in terms.acceptances_of(newcomer().id)}
        assert accepted == set(Document)

    def test_asks_for_nothing_of_the_club_where_nobody_joins(self, client: Client) -> None:
        register(client)

        assert Registration.objects.get().state == Registration.State.PORTAL_ONLY
        assert not Member.objects.filter(person=newcomer()).exists()

    def test_happens_once_when_the_page_is_sent_again(self, client: Client) -> None:
        check_page = fill_in(client)
        session_before = client.cookies["pointclub_session"].value

        confirm(client, check_page)
        client.cookies["pointclub_session"] = session_before
        again = confirm(client, check_page)

        assert path_of(again) == DONE
        assert Registration.objects.count() == 1

    def test_shows_the_same_page_after_reload_and_by_the_back_button(self, client: Client) -> None:
        register(client)

        for page in (DONE, CHECK, DETAILS, "/register/"):
            assert path_of(client.get(page, follow=True)) == DONE

    def test_tells_of_a_login_id_that_was_taken_meanwhile_and_loses_nothing(self, client: Client) -> None:
        check_page = fill_in(client)
        give_login_id("見本 一郎", BASIC["login_id"])

        response = confirm(client, check_page)

        assert path_of(response) == DETAILS
        assert "すでに使われています" in text_of(response)
        assert value_in(response, "mail") == BASIC["mail"]
        changed = {**BASIC, "login_id": "hidama2", "password": "", "password_again": "", "shown": shown_in(response)}
        assert path_of(send(client, {**changed, "then": "check"})) == CHECK

    def test_shows_a_document_anew_that_changed_meanwhile(self, client: Client) -> None:
        page = open_form(client)
        old = [each.replace("2017-02-01", "2016-04-01") for each in shown_in(page)]

        response = send(client, {**BASIC, "shown": old, "then": "check"})

        assert path_of(response) == DETAILS
        assert "ご入力の間に規約などが改定されました" in text_of(response)
        assert value_in(response, "name") == BASIC["name"]
        assert 'name="privacy_notice" aria-describedby' not in response.content.decode()

    @pytest.mark.rule("SCR-1")
    def test_tells_who_is_held_that_it_is_looked_at_and_not_why(self, client: Client) -> None:
        register(client, **FOR_THE_CLUB)
        twin = Client()

        page = text_of(register(twin, **FOR_THE_CLUB, login_id="hidama2"))

        assert "お申し込みの内容を確認しています" in page
        assert Registration.objects.filter(state=Registration.State.HELD).count() == 1
        for reason in ("重複", "同じ", "すでに"):
            assert reason not in page


@pytest.mark.rule("REG-4")
@pytest.mark.usefixtures("fresh_database")
class TestADoubleClick:
    def test_registers_once_though_both_come_at_the_same_time(self, client: Client) -> None:
        check_page = fill_in(client)
        cookie = client.cookies["pointclub_session"].value
        answers: list[str] = []

        def click() -> None:
            browser = Client()
            browser.cookies["pointclub_session"] = cookie
            answers.append(path_of(confirm(browser, check_page)))
            connection.close()

        clicks = [threading.Thread(target=click) for _ in range(2)]
        for each in clicks:
            each.start()
        for each in clicks:
            each.join()

        assert answers == [DONE, DONE]
        assert Registration.objects.count() == 1


@today
@pytest.mark.rule("REG-1")
class TestAContract:
    def test_is_found_by_both_numbers_and_linked(self, client: Client) -> None:
        contract_on_file()

        response = self.try_numbers(client, CUSTOMER, SUPPLY_POINT)
        assert path_of(response) == DETAILS
        assert "ご契約を確認しました" in text_of(response)

        typed = {**BASIC, "shown": shown_in(response), "then": "check"}
        confirm(client, send(client, typed))
        assert Registration.objects.get().door == Registration.Door.CONTRACT

    def test_is_not_told_by_half(self, client: Client) -> None:
        contract_on_file()

        answers = {
            text_of(self.try_numbers(client, *pair)).split("<ul>")[1].split("</ul>")[0]
            for pair in (
                (CUSTOMER, "0600000000000000000009"),
                ("99999999999999", SUPPLY_POINT),
                ("99999999999999", "0600000000000000000009"),
            )
        }

        assert len(answers) == 1
        assert "2つの番号に一致するご契約が見つかりません" in answers.pop()

    def test_can_be_tried_only_so_often(self, client: Client) -> None:
        contract_on_file()
        for _ in range(5):
            self.try_numbers(client, CUSTOMER, "0600000000000000000009")

        response = self.try_numbers(client, CUSTOMER, SUPPLY_POINT)

        assert response.status_code == 429
        assert "しばらく" in text_of(response) or "以降" in text_of(response)

    def try_numbers(self, client: Client, customer_number: str, supply_point_number: str) -> Any:
        numbers = {"customer_number": customer_number, "supply_point_number": supply_point_number}
        return client.post("/register/contract/", numbers, follow=True)


@today
@pytest.mark.rule("REG-5")
class TestTheLinkInTheMail:
    def test_proves_nothing_until_the_button_is_pressed(self, client: Client) -> None:
        register(client)
        link = reverse("portal:prove_address", args=[proof_of_first_mail()])

        assert "お客さまのメールアドレスですか" in text_of(Client().get(link))
        assert ContactAddress.objects.get(kind="first_mail").verified_at is None

        assert "メールアドレスを確認しました" in text_of(Client().post(link))
        assert ContactAddress.objects.get(kind="first_mail").verified_at is not None

    def test_may_be_pressed_twice(self, client: Client) -> None:
        register(client)
        link = reverse("portal:prove_address", args=[proof_of_first_mail()])
        client.post(link)

        assert "メールアドレスは確認済みです" in text_of(client.post(link))

    def test_that_came_too_late_offers_another(self, client: Client, later: Callable[..., None]) -> None:
        register(client)
        link = reverse("portal:prove_address", args=[proof_of_first_mail()])
        later(hours=25)

        response = client.post(link)

        assert response.status_code == 410
        assert "リンクの有効期間が過ぎました" in text_of(response)
        assert reverse("portal:prove_address_again") in response.content.decode()

    def test_that_was_cut_off_says_so(self, client: Client) -> None:
        response = client.post(reverse("portal:prove_address", args=["x" * 60]))

        assert response.status_code == 410
        assert "このリンクは読み取れません" in text_of(response)
        assert "/sign-in/?next=/register/proof/again/" in response.content.decode()

    def test_is_sent_again_once_an_hour(self, client: Client) -> None:
        register(client)

        for _ in range(3):
            page = text_of(client.post("/register/proof/again/", follow=True))
            assert "メールをお送りしました" in page

        assert sent_links() == 2

    def test_is_sent_to_nobody_whose_addresses_are_proved(self, client: Client) -> None:
        register(client)
        client.post(reverse("portal:prove_address", args=[proof_of_first_mail()]))

        assert "すべてのメールアドレスを確認済みです" in text_of(client.post("/register/proof/again/", follow=True))
        assert sent_links() == 1


def sent_links() -> int:
    return Notice.objects.filter(kind=Kind.PROVE_ADDRESS).count()
