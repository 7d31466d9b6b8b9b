"""What each kind of notice says, in both languages."""

from __future__ import annotations

import re
from collections.abc import Mapping

import pytest
from django.utils.translation import gettext, override

from pointclub.notices.queries import Text
from pointclub.notices.queries.texts import TRIAL, compose
from pointclub.notices.rules.kinds import FACTS, Change, Kind
from tests.factories.readers import AT

_LINK = "https://club.example.jp/go/0123456789/"
VALUES: Mapping[Kind, Mapping[str, str | int]] = {
    Kind.PROVE_ADDRESS: {"link": _LINK, "valid_minutes": 61},
    Kind.REGISTERED: {},
    Kind.APPLICATION_HELD: {},
    Kind.APPLICATION_ADMITTED: {"member_number": "8480-3724-6362"},
    Kind.APPLICATION_DECLINED: {},
    Kind.SIGN_IN_CODE: {"code": "314159", "valid_minutes": 61},
    Kind.NEW_SIGN_IN: {"when": AT.isoformat(), "device": "Pixel-9001"},
    Kind.LOGIN_ID_REMINDER: {"login_id": "hanako77"},
    Kind.PASSWORD_RESET: {"link": _LINK, "valid_minutes": 61},
    Kind.SECURITY_CHANGE: {"what": Change.TOTP_ON.value, "when": AT.isoformat()},
    Kind.PASSWORD_OLD: {},
    Kind.POINTS_LAPSING: {"points": 1_200, "usable_through": "2026-04-30", "days": 41},
    Kind.ADVERTISING: {"subject": "春の催し 2026", "text": "一行目\n\n二行目 2026"},
}
_JAPANESE = re.compile(r"[ぁ-んァ-ヶ一-龠]")
_IN_WORDS = {
    "ja": {"1200": "1,200", AT.isoformat(): "2026年4月1日 12:00（日本時間）", "2026-04-30": "2026年4月30日"},
    "en": {"1200": "1,200", AT.isoformat(): "1 April 2026, 12:00 (Japan time)", "2026-04-30": "30 April 2026"},
}
_BOTH = pytest.mark.parametrize("language", ["ja", "en"])


def whole(text: Text) -> str:
    return "\n\n".join([text.subject, *(paragraph.text for paragraph in text.paragraphs)])


def test_every_kind_is_tried() -> None:
    assert set(VALUES) == set(Kind)
    assert {kind: set(values) for kind, values in VALUES.items()} == {
        kind: set(facts.values) for kind, facts in FACTS.items()
    }


@_BOTH
@pytest.mark.parametrize("kind", list(Kind))
class TestEachKind:
    def test_says_all_that_it_is_given(self, kind: Kind, language: str) -> None:
        said = whole(compose(kind, VALUES[kind], language=language))

        for name, value in VALUES[kind].items():
            if name != "what":
                assert _IN_WORDS[language].get(str(value), str(value)) in said
        assert "{" not in said
        assert "%" not in said

    def test_has_no_personal_figures_in_its_subject(self, kind: Kind, language: str) -> None:
        if kind is not Kind.ADVERTISING:
            assert not re.search(r"\d", compose(kind, VALUES[kind], language=language).subject)

    def test_speaks_one_language(self, kind: Kind, language: str) -> None:
        text = compose(kind, VALUES[kind], language=language)

        if kind is not Kind.ADVERTISING:
            assert bool(_JAPANESE.search(whole(text))) == (language == "ja")
            assert bool(_JAPANESE.search(text.subject)) == (language == "ja")


@pytest.mark.parametrize(
    ("minutes", "language", "said"),
    [
        (1_440, "ja", "リンクは24時間有効です。"),
        (1_440, "en", "The link is valid for 24 hours."),
        (60, "en", "The link is valid for 1 hour."),
        (90, "ja", "リンクは90分間有効です。"),
    ],
)
def test_whole_hours_are_said_as_hours(minutes: int, language: str, said: str) -> None:
    values: dict[str, str | int] = {"link": _LINK, "valid_minutes": minutes}

    assert said in whole(compose(Kind.PROVE_ADDRESS, values, language=language))


@pytest.mark.parametrize(("language", "quotes"), [("ja", "「(.+?)」"), ("en", "“(.+?)”")])
def test_a_trial_names_the_buttons_as_they_are_called(language: str, quotes: str) -> None:
    with override(language):
        buttons = [
            gettext("Send a test message to the first address"),
            gettext("Send a test message to the second address"),
        ]

    assert re.findall(quotes, whole(compose(TRIAL, {}, language=language))) == buttons


@_BOTH
@pytest.mark.parametrize("change", list(Change))
def test_every_change_has_its_words(change: Change, language: str) -> None:
    values = {"what": change.value, "when": AT.isoformat()}

    said = whole(compose(Kind.SECURITY_CHANGE, values, language=language))

    assert change.value not in said
    assert bool(_JAPANESE.search(said)) == (language == "ja")


@_BOTH
def test_a_trial_speaks_one_language(language: str) -> None:
    assert bool(_JAPANESE.search(whole(compose(TRIAL, {}, language=language)))) == (language == "ja")


class TestParagraphs:
    def test_know_the_link_that_was_given_and_no_other(self) -> None:
        text = compose(Kind.PROVE_ADDRESS, VALUES[Kind.PROVE_ADDRESS], language="ja")

        assert [paragraph.text for paragraph in text.paragraphs if paragraph.is_link] == [_LINK]

    def test_know_the_code(self) -> None:
        text = compose(Kind.SIGN_IN_CODE, VALUES[Kind.SIGN_IN_CODE], language="ja")

        assert [paragraph.text for paragraph in text.paragraphs if paragraph.is_code] == ["314159"]

    def test_of_one_day_are_said_in_the_singular(self) -> None:
        values: dict[str, str | int] = {"points": 1, "usable_through": "2026-04-30", "days": 1}

        assert "(1 day left)" in whole(compose(Kind.POINTS_LAPSING, values, language="en"))

    def test_show_nothing_in_a_traceback(self) -> None:
        assert "314159" not in repr(compose(Kind.SIGN_IN_CODE, VALUES[Kind.SIGN_IN_CODE], language="ja"))
