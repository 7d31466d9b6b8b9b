"""Whatever is typed into the form: it is answered, never with a failure of ours, and what was typed is still there."""

from typing import Any
from urllib.parse import quote_from_bytes

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.harness.counts import count
from tests.portal.registration.newcomer import BASIC, FOR_THE_CLUB, open_form, path_of, send, shown_in, value_in

pytestmark = pytest.mark.usefixtures("today")
TEXT_FIELDS = sorted(
    set(BASIC | FOR_THE_CLUB)
    - {"password", "password_again", "prefecture", "sex", "questionnaire"}
    - {name for name, value in (BASIC | FOR_THE_CLUB).items() if value == "on"}
)
NASTY = (
    "ﾐﾎﾝ ﾊﾅｺ",
    "𠮷野家𩸽",
    "髙橋﨑㈱～－−",
    "a\u200bb\u200dc\ufeff",
    "nul\x00nul",
    "あ" * 10_000,
    "<script>alert(1)</script>",
    '" autofocus onfocus="alert(1)',
    "{{ 7*7 }}{% csrf_token %}",
    "%(field)s %s {0}",
    "葛\U000e0100飾",
    "か\u3099か\u3099",
    "\u202eabc",
    "👨‍👩‍👧",
    "１２３ー４５６７",
    "= 1 + 1",
    " ",
    "'; DROP TABLE people_user; --",
)
ANY_TEXT = st.one_of(st.sampled_from(NASTY), st.text(st.characters(exclude_categories=["Cs"]), max_size=40))
# One database and one browser for all examples, as one visitor who tries many things.
LIGHTLY = settings(
    max_examples=count(quick=8, deep=100),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


def sent(client: Client, changes: dict[str, Any], then: str = "check") -> Any:
    page = open_form(client)
    return send(client, {**BASIC, **FOR_THE_CLUB, "shown": shown_in(page), "then": then, **changes})


class TestAnyText:
    @given(name=st.sampled_from(TEXT_FIELDS), text=ANY_TEXT)
    @LIGHTLY
    def test_is_answered_and_still_there(self, client: Client, name: str, text: str) -> None:
        response = sent(client, {name: text})

        assert response.status_code == 200
        form = response if path_of(response) == "/register/details/" else client.get("/register/details/")
        assert value_in(form, name) == text
        assert "<script>alert" not in form.content.decode()

    @pytest.mark.parametrize("text", NASTY, ids=lambda text: text.encode("unicode_escape").decode()[:16])
    def test_is_answered_in_every_field_at_once(self, client: Client, text: str) -> None:
        everywhere = dict.fromkeys(TEXT_FIELDS, text) | {"password": text, "password_again": text, "prefecture": text}

        response = sent(client, everywhere)

        assert response.status_code == 200
        assert value_in(response, "name") == text[: 1_000 if len(text) > 5_000 else None]

    @given(
        then=st.one_of(ANY_TEXT, st.sampled_from(["town:0", "town:999999", "town:²", "try:mail", "try:x", "read:x"]))
    )
    @LIGHTLY
    def test_is_answered_as_the_name_of_a_button(self, client: Client, then: str) -> None:
        assert sent(client, {}, then).status_code == 200

    @given(
        names=st.lists(
            st.sampled_from([*TEXT_FIELDS, "shown", "sex", "questionnaire", "wants_club", "advertising"]), max_size=8
        ),
        texts=st.lists(ANY_TEXT, min_size=2, max_size=3),
    )
    @LIGHTLY
    def test_is_answered_with_fields_missing_or_doubled(
        self, client: Client, names: list[str], texts: list[str]
    ) -> None:
        typed: dict[str, Any] = {**BASIC, "shown": shown_in(open_form(client))}
        for number, name in enumerate(names):
            if number % 2:
                typed.pop(name, None)
            else:
                typed[name] = texts

        assert send(client, typed).status_code == 200

    @pytest.mark.parametrize("raw", [b"\xff\xfe", b"\xed\xa0\x80", b"%ud800", b"\xf0\x28\x8c\x28"])
    def test_is_answered_though_it_is_no_text(self, client: Client, raw: bytes) -> None:
        open_form(client)

        body = f"name={quote_from_bytes(raw)}&then=check"
        response = client.post(
            "/register/details/", body, content_type="application/x-www-form-urlencoded", follow=True
        )

        assert response.status_code == 200


class TestTheSession:
    def test_does_not_grow_with_what_no_person_types(self, client: Client) -> None:
        sent(client, dict.fromkeys(TEXT_FIELDS, "あ" * 30_000))

        assert max(len(session.session_data) for session in Session.objects.all()) < 300_000

    @pytest.mark.parametrize("draft", ["", "!", "AAAA", "////", "é"])
    def test_with_a_draft_that_cannot_be_read_begins_anew(self, client: Client, draft: str) -> None:
        open_form(client)
        session = client.session
        session["registration_draft"] = draft
        session.save()

        assert path_of(client.get("/register/details/", follow=True)) == "/register/"


@pytest.mark.parametrize("token", ["x" * 20, ":" * 40, "a:b:c" * 10, "=" * 400])
def test_any_link_is_answered(client: Client, token: str) -> None:
    assert client.get(f"/register/proof/{token}/").status_code == 200
    assert client.post(f"/register/proof/{token}/").status_code == 410
