"""Whatever a page names by a code has words in both languages, those that are added later too (NTC-1)."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest
from django.utils.translation import override

import pointclub
from pointclub.notices.models import Channel
from pointclub.notices.queries.texts import names
from pointclub.notices.rules.kinds import FACTS, Kind
from pointclub.portal.templatetags.documents import occasion_words
from pointclub.portal.templatetags.portal import channel_words

pytestmark = pytest.mark.rule("NTC-1")

_JAPANESE = re.compile("[ぁ-んァ-ヶ一-龯]")
_BOTH = pytest.mark.parametrize("language", ["ja", "en"])
_SOURCES = Path(pointclub.__file__).parent


def occasions() -> list[str]:
    """Return every code that documents are accepted under, wherever the program says it."""
    found: set[str] = set()
    for file in _SOURCES.glob("**/*.py"):
        if "accept_documents(" in (source := file.read_text(encoding="utf-8")):
            tree = ast.parse(source)
            named = {
                target.id: node.value.value
                for node in tree.body
                if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant)
                for target in node.targets
                if isinstance(target, ast.Name)
            }
            for call in (each for each in ast.walk(tree) if isinstance(each, ast.Call)):
                if getattr(call.func, "attr", getattr(call.func, "id", "")) != "accept_documents":
                    continue
                for how in (each.value for each in call.keywords if each.arg == "how"):
                    found.add(str(how.value if isinstance(how, ast.Constant) else named[getattr(how, "id", "")]))
    return sorted(found)


@_BOTH
@pytest.mark.parametrize("how", occasions())
def test_every_occasion_of_an_acceptance_has_its_words(how: str, language: str) -> None:
    with override(language):
        said = occasion_words(how)

    assert said != how
    assert bool(_JAPANESE.search(said)) == (language == "ja")


@_BOTH
@pytest.mark.parametrize("channel", list(Channel))
def test_every_way_of_a_notice_has_its_words(channel: Channel, language: str) -> None:
    with override(language):
        said = channel_words(channel.value)

    assert bool(_JAPANESE.search(said)) == (language == "ja")


@_BOTH
@pytest.mark.parametrize("kind", [kind for kind in Kind if FACTS[kind].page is not None])
def test_every_notice_of_my_page_is_listed_by_a_subject_of_its_own(kind: Kind, language: str) -> None:
    folder = _SOURCES / "notices" / "templates" / "notices" / language
    subjects = {file.stem: file.read_text(encoding="utf-8").strip().split("\n")[0] for file in folder.glob("*.txt")}

    subject = subjects[kind.value]

    assert list(subjects.values()).count(subject) == 1
    assert bool(_JAPANESE.search(subject)) == (language == "ja")
    assert set(re.findall(r"{{ (\w+) }}", subject)) <= set(names(language))
