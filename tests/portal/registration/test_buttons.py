"""What the form does besides going on: it fills in the address and sends test messages, and loses nothing."""

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from pointclub.notices.models import Trial
from tests.portal.registration.newcomer import BASIC, MAIL, fill_in, open_form, path_of, text_of, value_in

pytestmark = pytest.mark.usefixtures("today")
DETAILS = "/register/details/"


@pytest.mark.rule("REG-2")
class TestThePostalCode:
    def test_fills_in_prefecture_and_town_and_leaves_the_rest(self, client: Client) -> None:
        response = fill_in(client, then="find_town", postal_code="５３０－０００５", prefecture="", town="")

        assert response.redirect_chain[-1][0] == f"{DETAILS}#address"
        assert value_in(response, "town") == "大阪市北区中之島"
        assert '<option value="大阪府" selected' in response.content.decode()
        assert {name: value_in(response, name) for name in ("name", "mail")} == {"name": BASIC["name"], "mail": MAIL}
        assert "エラー" not in text_of(response)

    def test_offers_several_towns_to_choose_from(self, client: Client) -> None:
        response = fill_in(client, then="find_town", postal_code="4980000")
        assert "愛知県 弥富市" in text_of(response)

        chosen = fill_in(client, then="town:1", postal_code="4980000")
        assert value_in(chosen, "town") == "桑名郡木曽岬町"

    @pytest.mark.parametrize(("code", "told"), [("9999999", "見つかりませんでした"), ("530", "7桁で入力してください")])
    def test_that_leads_nowhere_says_so_and_leaves_what_was_typed(self, client: Client, code: str, told: str) -> None:
        response = fill_in(client, then="find_town", postal_code=code, town="新しい町")

        assert told in text_of(response)
        assert value_in(response, "town") == "新しい町"

    def test_need_not_fit_the_town(self, client: Client) -> None:
        assert path_of(fill_in(client, postal_code="5370001")) == "/register/check/"


@pytest.mark.rule("NTC-4")
class TestATestMessage:
    def test_goes_to_the_address_typed_and_loses_nothing(self, client: Client) -> None:
        response = fill_in(client, then="try:mail", mail="Ｈanako@example.com")

        assert response.redirect_chain[-1][0] == f"{DETAILS}#mail"
        assert "Hanako@example.com にお試しのメールを送信しました" in text_of(response)
        assert value_in(response, "keyword") == BASIC["keyword"]
        assert Trial.objects.count() == 1

    def test_goes_to_the_second_address_by_its_own_button(self, client: Client) -> None:
        response = fill_in(client, then="try:second_mail", second_mail="taro@example.com")

        assert "taro@example.com にお試しのメールを送信しました" in text_of(response)

    def test_asks_for_a_whole_address(self, client: Client) -> None:
        response = fill_in(client, then="try:mail", mail="hanako@")

        assert "のような形でメールアドレスを入力してください" in text_of(response)
        assert not Trial.objects.exists()

    def test_warns_of_an_address_that_some_servers_refuse(self, client: Client) -> None:
        response = fill_in(client, then="try:mail", mail="hana..ko.@docomo.example.jp")

        assert "別のアドレスを入力してください" in text_of(response)
        assert Trial.objects.count() == 1

    def test_is_sent_only_so_often(self, client: Client) -> None:
        pages = [text_of(fill_in(client, then="try:mail")) for _ in range(30)]

        assert "お試し送信の回数が多くなっています" in pages[-1]
        assert 0 < Trial.objects.count() < 30


class TestTheQuestionsToTheDatabase:
    def test_are_few_when_the_form_is_shown(
        self, client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
    ) -> None:
        fill_in(client, login_id="1")

        # The session, and whether there was an old club whose members could be asked for their numbers.
        with django_assert_max_num_queries(2):
            client.get(DETAILS)

    def test_are_few_when_it_is_sent(
        self, client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
    ) -> None:
        page = open_form(client)
        assert page.status_code == 200

        with django_assert_max_num_queries(30):
            fill_in(client)
