"""What people read is spelt in one way, wherever it stands."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import pointclub

_SOURCES = Path(pointclub.__file__).parent
# Each with what is written in its place.
_JAPANESE = {
    "フォルダ(?!ー)": "フォルダー",
    "プロバイダ(?!ー)": "プロバイダー",
    "ブラウザ(?!ー)": "ブラウザー",
    "サーバ(?!ー)": "サーバー",
    "ユーザ(?!ー)": "ユーザー",
    "(?<!再)試行": "入力の回数, アクセス",
    "おたずね": "お尋ね",
    "初めて": "はじめて",
}
# The documents keep to the spelling of the terms as they were published.
_OUTSIDE_DOCUMENTS = {"申込(?=み|ん|ま)": "申し込"}
_ENGLISH = {
    r"\bopens? nothing\b": "no longer works",
    r"\bcounts? from now on\b": "has been changed",
    r"\btext counts\b": "prevails",
    r"\bholds for\b": "is valid for",
    r"\bBy it you\b": "with which you",
    r"\bone of the list\b": "one from the list",
    r"\bgladly\b": "can",
    r"\bemail\b": "e-mail",
    r"\blog ?in (?:page|again)\b": "sign in",
    r"\bknow nothing of\b": "know nothing about",
}


def written(*, documents: bool) -> Iterator[tuple[str, str]]:
    """Yield every line of messages and mails, and of the documents where those are wanted, with where it stands."""
    catalogues = [*_SOURCES.glob("*/locale/ja/LC_MESSAGES/django.po")]
    mails = [*_SOURCES.glob("notices/templates/notices/**/*.txt"), *_SOURCES.glob("notices/templates/**/*.html")]
    code = [_SOURCES / "notices" / "rules" / "wording.py"]
    assert len(catalogues) == 2
    accepted = [*_SOURCES.glob("terms/documents/**/*.md")] if documents else []
    for file in [*catalogues, *mails, *code, *accepted]:
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), start=1):
            if not line.startswith("#"):
                yield f"{file.relative_to(_SOURCES)}:{number}", line


@pytest.mark.parametrize(("banned", "instead"), [*_JAPANESE.items(), *_OUTSIDE_DOCUMENTS.items(), *_ENGLISH.items()])
def test_one_word_is_spelt_in_one_way(banned: str, instead: str) -> None:
    lines = written(documents=banned not in _OUTSIDE_DOCUMENTS)
    found = [f"{place}: {line}" for place, line in lines if re.search(banned, line)]

    assert found == [], f"Write {instead}."
