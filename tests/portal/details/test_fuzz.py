"""Whatever is typed into whatever form: never an error of ours, never a lost input, never a value of no kind kept."""

import html
from typing import Any

import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pointclub.people import queries as people_queries
from pointclub.people.models import Person
from pointclub.people.rules.personal_fields import PersonalField as Field
from pointclub.portal.details.forms import FORMS
from tests.harness.counts import count
from tests.portal.details.test_details import path_of

pytestmark = [pytest.mark.django_db, pytest.mark.rule("MEM-7")]

NASTY = (
    "髙﨑",
    "𠮷野家",
    "ﾔﾏﾀﾞ ﾊﾅｺ",
    "\N{ZERO WIDTH JOINER}",
    "\0",
    "\ud83d",
    "が" + "\N{COMBINING KATAKANA-HIRAGANA VOICED SOUND MARK}" * 50,
    "<script>alert(1)</script>",
    "'; DROP TABLE people_user; --",
    "あ" * 10_000,
    "\N{RIGHT-TO-LEFT OVERRIDE}example.com@a",
    "06-1234-5678",
    "０９０ー１２３４ー５６７８",
    "hanako@example.com",
    "x@" + "a" * 300,
    "-" * 50,
    " ",
    "",
    "1e9",
    "first_mail",
    "en",
)
TEXTS = st.one_of(st.sampled_from(NASTY), st.text(max_size=40))
BUTTONS = st.sampled_from(
    ("save", "find_town", "town:0", "town:99", "town:x", "try:mail", "try:second_mail", "try:", "read:x", "\0")
)


@pytest.mark.parametrize("group", sorted(FORMS))
class TestEveryForm:
    @given(st.data())
    @settings(
        suppress_health_check=[HealthCheck.function_scoped_fixture],
        max_examples=count(quick=6, deep=100),
        deadline=None,
    )
    def test_answers_whatever_is_typed(self, proved: Client, group: str, data: st.DataObject) -> None:
        names = FORMS[group].input_names()
        texts = st.lists(TEXTS, max_size=3)
        typed: dict[str, Any] = data.draw(st.dictionaries(st.sampled_from(names), texts))
        safe = {name: [text.encode(errors="replace").decode() for text in said] for name, said in typed.items()}

        response = proved.post(path_of(group), {**safe, "then": data.draw(BUTTONS)})

        assert response.status_code in {200, 302}
        assert b"<script>alert" not in response.content

    def test_takes_half_a_sign_as_it_comes_over_the_wire(self, proved: Client, group: str) -> None:
        name = FORMS[group].input_names()[0]
        content = f"{name}=%ED%A0%BD&{name}=%00%FF".encode()

        response = proved.post(path_of(group), content, content_type="application/x-www-form-urlencoded")

        assert response.status_code in {200, 302}


@pytest.mark.parametrize("text", [text for text in NASTY if text.strip() and "\ud83d" not in text], ids=range(18))
def test_what_is_refused_is_still_there_and_what_is_kept_is_fit(proved: Client, hanako: Person, text: str) -> None:
    response = proved.post(path_of("nickname"), {"nickname": text})

    if response.status_code == 200:
        assert text.replace("\0", "") in html.unescape(response.content.decode()).replace("\0", "")
        return
    kept = people_queries.personal_data_of([hanako.id])[hanako.id].get(Field.NICKNAME, "")
    assert len(kept) <= 60
    assert kept.replace("\N{IDEOGRAPHIC SPACE}", "").isprintable()
