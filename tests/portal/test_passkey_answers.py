"""What a browser answers about passkeys is anybody's text (REG-8)."""

import json
from typing import Any

import pytest
from django.test import Client

from tests.portal.household import PASSWORD, Household

pytestmark = [pytest.mark.django_db, pytest.mark.rule("REG-8")]

ANSWERS: list[Any] = [
    "",
    "null",
    "[]",
    "{}",
    "[" * 5_000,
    "x" * 30_000,
    json.dumps({"id": "AAAA", "rawId": "AAAA", "response": {}}),
    json.dumps({"id": "AAAA", "rawId": "AAAA", "type": "public-key", "response": {"userHandle": "!"}}),
    json.dumps({"id": "AAAA", "rawId": "BBBB", "response": {"userHandle": "AAAAAAAAAAAAAAAAAAAAAA"}}),
    json.dumps({"id": 7, "rawId": None, "response": []}),
]


@pytest.mark.parametrize("answer", ANSWERS, ids=range(len(ANSWERS)))
class TestAnswer:
    def test_to_come_in_with_opens_nothing(self, household: Household, client: Client, answer: str) -> None:
        client.get("/sign-in/passkey/asked/")

        response = client.post("/sign-in/passkey/", {"answer": answer}, follow=True)

        assert "パスキーを確認できませんでした。" in response.content.decode()
        assert client.get("/account/").status_code == 302
        assert household.user.is_active

    def test_to_be_added_adds_nothing(self, hanako_client: Client, answer: str) -> None:
        hanako_client.post("/account/proof/", {"password": PASSWORD})
        hanako_client.get("/account/passkeys/asked/")

        response = hanako_client.post("/account/passkeys/", {"answer": answer}, follow=True)

        assert "パスキーを確認できませんでした。" in response.content.decode()

    def test_to_prove_oneself_with_proves_nothing(self, hanako_client: Client, answer: str) -> None:
        hanako_client.get("/sign-in/passkey/asked/")

        response = hanako_client.post(
            "/account/proof/passkey/", {"answer": answer, "next": "/account/password/"}, follow=True
        )

        assert "パスキーを確認できませんでした。" in response.content.decode()
        assert hanako_client.get("/account/password/").status_code == 302


def test_an_answer_to_nothing_that_was_asked_opens_nothing(household: Household, client: Client) -> None:
    response = client.post("/sign-in/passkey/", {"answer": ANSWERS[6]})

    assert response["Location"] == "/sign-in/"
    assert household.user.is_active


def test_after_an_answer_that_proves_nothing_the_whole_way_on_is_still_known(hanako_client: Client) -> None:
    asked = {"answer": "{}", "next": "/points/history/?kind=used&page=2"}

    response = hanako_client.post("/account/proof/passkey/", asked, follow=True)

    assert response.context["next"] == "/points/history/?kind=used&page=2"
