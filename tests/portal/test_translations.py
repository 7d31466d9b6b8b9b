"""What the portal and the office say in English they also say in Japanese."""

import ast
import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_python
from babel.messages.mofile import read_mo, write_mo
from babel.messages.pofile import read_po
from django.utils.translation.template import templatize

import pointclub.office
import pointclub.portal

ENTRANCES = [Path(package.__file__ or "").parent for package in (pointclub.portal, pointclub.office)]
MESSAGES = "locale/ja/LC_MESSAGES"
_KEYWORDS = {"gettext": (1,), "ngettext": (1, 2), "pgettext": (1, 2), "gettext_lazy": (1,), "_": (1,)}
_STRING = r"""u?(?:"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')"""
_CALL = re.compile(rf"\b(gettext|ngettext|pgettext)\(({_STRING}(?:,\s*{_STRING})*)")

# A message is known by its context, where it has one, and its English words.
Key = tuple[str | None, str]


def keys_in_templates(entrance: Path) -> Iterator[Key]:
    for template in entrance.glob("templates/**/*.html"):
        for name, arguments in _CALL.findall(templatize(template.read_text(encoding="utf-8"))):
            strings = [ast.literal_eval(string) for string in re.findall(_STRING, arguments)]
            yield (strings[0], strings[1]) if name == "pgettext" else (None, strings[0])


def keys_in_code(entrance: Path) -> Iterator[Key]:
    for module in entrance.glob("**/*.py"):
        found: Any  # One string comes alone, several together; the library's types know only several.
        for _, name, found, _ in extract_python(io.BytesIO(module.read_bytes()), _KEYWORDS, [], {}):
            strings = [found] if isinstance(found, str) else list(found)
            yield (strings[0], strings[1]) if name == "pgettext" else (None, strings[0])


def key_of(message: Message) -> Key:
    english = message.id if isinstance(message.id, str) else message.id[0]
    return message.context, english


def read_japanese(entrance: Path) -> Catalog:
    with (entrance / MESSAGES / "django.po").open("rb") as file:
        return read_po(file, locale="ja", domain="django")


def strings_of(message: Message) -> list[str]:
    return [message.string] if isinstance(message.string, str) else list(message.string or ())


@pytest.fixture(scope="module", params=ENTRANCES, ids=lambda entrance: entrance.name)
def entrance(request: pytest.FixtureRequest) -> Path:
    chosen: Path = request.param
    return chosen


@pytest.fixture(scope="module")
def said(entrance: Path) -> set[Key]:
    return {*keys_in_templates(entrance), *keys_in_code(entrance)}


@pytest.fixture(scope="module")
def in_japanese(entrance: Path) -> list[Message]:
    return [message for message in read_japanese(entrance) if message.id]


class TestJapaneseMessages:
    def test_lack_nothing_that_the_pages_say(self, in_japanese: list[Message], said: set[Key]) -> None:
        assert said - {key_of(message) for message in in_japanese} == set()

    def test_hold_nothing_that_no_page_says(self, in_japanese: list[Message], said: set[Key]) -> None:
        assert {key_of(message) for message in in_japanese} - said == set()

    def test_are_all_written(self, in_japanese: list[Message]) -> None:
        assert [message.id for message in in_japanese if not all(strings_of(message))] == []

    def test_wait_for_nobody_to_look_over_them(self, in_japanese: list[Message]) -> None:
        assert [message.id for message in in_japanese if message.fuzzy] == []

    def test_name_the_same_things_as_the_english(self, in_japanese: list[Message]) -> None:
        placeholder = re.compile(r"%\(\w+\)s")

        for message in in_japanese:
            english = message.id if isinstance(message.id, str) else message.id[-1]
            for string in strings_of(message):
                assert set(placeholder.findall(string)) == set(placeholder.findall(english)), message.id

    def test_are_compiled_as_they_are_written(self, entrance: Path) -> None:
        compiled = io.BytesIO()
        write_mo(compiled, read_japanese(entrance))
        committed = read_mo(io.BytesIO((entrance / MESSAGES / "django.mo").read_bytes()))

        expected = {
            key_of(message): message.string for message in read_mo(io.BytesIO(compiled.getvalue())) if message.id
        }
        found = {key_of(message): message.string for message in committed if message.id}

        assert found == expected, f"pybabel compile --domain django --directory {entrance / 'locale'}"


def test_no_english_is_said_in_two_ways_in_japanese() -> None:
    """All entrances' messages are merged into one catalogue, where the first would win everywhere."""
    said: dict[Key, set[str]] = {}
    for entrance in ENTRANCES:
        for message in read_japanese(entrance):
            said.setdefault(key_of(message), set()).add("|".join(strings_of(message)))
    said.pop((None, ""), None)

    assert {key: strings for key, strings in said.items() if len(strings) > 1} == {}
