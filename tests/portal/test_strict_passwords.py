"""The strict rule for passwords, on every form that takes a new one (REG-2)."""

from __future__ import annotations

import dataclasses
import html
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from pytest_django import Settings

from pointclub.people import services as people
from tests.factories.sign_ins import let_in
from tests.portal.details.conftest import show_proof
from tests.portal.household import NOW, Household
from tests.portal.registration import newcomer

pytestmark = [pytest.mark.django_db, pytest.mark.rule("REG-2", "REG-8")]

GOOD = {
    "eight letters": "sumireno",
    "digits alone": "8093124756",
    "words with spaces": "correct horse battery staple",
    "Japanese": "すみれの花さくころ",
    "spaces around": "  mado no soto  ",
    "signs": "!\"#$%&'()<b>*+,-./",
    "beyond the first plane": "𠮷野家で待ち合わせ",
    "the longest": "あ1" * 64,
}
BAD = {
    "too short": ("sumiren", "8～128文字", "8 to 128 characters"),
    "too long": ("x1" * 64 + "y", "8～128文字", "8 to 128 characters"),
    "common": ("password1", "多くの方", "used by many people"),
    "common in capitals": ("PassWord1", "多くの方", "used by many people"),
    "the login ID": ("hidamari", "ログインID", "the login ID"),
}
Send = Callable[[Household, str, str], Any]


def change_it(household: Household, start: str, password: str) -> Any:
    client = Client()
    let_in(client, household.user)
    show_proof(client)
    return client.post(f"{start}account/password/", {"password": password, "again": password}, follow=True)


def renew_it(household: Household, start: str, password: str) -> Any:
    secret = people.draw_recovery_link(user=household.user, at=NOW)
    return Client().post(f"{start}recover/{secret}/", {"password": password, "again": password}, follow=True)


def register_with_it(_household: Household, start: str, password: str) -> Any:
    client = Client()
    client.post(f"{start}register/", {"door": "open"})
    typed = {**newcomer.BASIC, "password": password, "password_again": password, "then": "check"}
    typed["shown"] = newcomer.shown_in(client.get(f"{start}register/details/"))
    return client.post(f"{start}register/details/", typed, follow=True)


@pytest.fixture
def strict(household: Household, settings: Settings) -> Household:
    settings.ENVIRONMENT = dataclasses.replace(settings.ENVIRONMENT, password_policy="strict")
    return household


def be_called(household: Household, send: Send) -> None:
    """Have the login ID of the newcomer's form, where nobody is to register with it."""
    if send is not register_with_it:
        household.user.login_id = "hidamari"
        household.user.save()


class TestAGoodOne:
    @pytest.mark.parametrize("send", [change_it, renew_it], ids=lambda send: send.__name__)
    def test_is_taken_as_it_was_typed_and_opens(self, strict: Household, send: Send) -> None:
        be_called(strict, send)
        for kind, password in GOOD.items():
            answer = send(strict, "/", password)

            assert "エラー：" not in answer.content.decode(), kind
            strict.user.refresh_from_db()
            opened = Client().post("/sign-in/", {"login_id": "hidamari", "password": password})
            assert opened.status_code == 302, kind

    def test_is_taken_by_the_form_of_registering(self, strict: Household) -> None:
        for kind, password in GOOD.items():
            assert newcomer.path_of(register_with_it(strict, "/", password)) == "/register/check/", kind


@pytest.mark.parametrize("send", [change_it, renew_it, register_with_it], ids=lambda send: send.__name__)
class TestABadOne:
    def test_is_refused_in_both_languages(self, strict: Household, send: Send) -> None:
        be_called(strict, send)
        for kind, (password, in_japanese, in_english) in BAD.items():
            for start, words in (("/", in_japanese), ("/en/", in_english)):
                page = newcomer.text_of(send(strict, start, password))

                assert words in "".join(re.findall(r'class="wrong"[^>]*>(.*?)</p>', page, re.DOTALL)), kind
                assert password not in html.unescape(page) or password == "hidamari"


class TestTheField:
    @pytest.mark.parametrize("start", ["/", "/en/"])
    def test_says_the_rule_and_lets_long_ones_be_pasted(self, strict: Household, start: str) -> None:
        answers = [change_it(strict, start, ""), renew_it(strict, start, ""), register_with_it(strict, start, "")]

        for answer in answers:
            page = newcomer.text_of(answer)
            fields = re.findall(r'<input[^>]*type="password"[^>]*>', page)
            assert len(fields) == 2
            assert not any("onpaste" in field for field in fields)
            assert all('autocomplete="new-password"' in field for field in fields)
            lengths = [int(length) for field in fields for length in re.findall(r'maxlength="(\d+)"', field)]
            assert all(length >= 128 for length in lengths)
            assert ("8～128文字" if start == "/" else "8 to 128 characters") in page
