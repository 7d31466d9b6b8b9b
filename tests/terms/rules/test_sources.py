"""How the files of documents are read."""

from __future__ import annotations

import datetime as dt

import pytest

from pointclub.terms.rules.documents import Document, Language
from pointclub.terms.rules.sources import MalformedDocumentError, Names, put_together, read_source

HEAD = "---\ntitle: {club} の規約\nversion: 2027-04-01\neffective_from: 2027-04-01\nlanguage: ja\n---\n"
ENGLISH_HEAD = HEAD.replace("language: ja", "language: en").replace("の規約", "Terms")
NAMES = {
    Language.JAPANESE: Names("あかり会", "あかり帳", "あかり電力"),
    Language.ENGLISH: Names("Akari", "Book", "Co."),
}


class TestReading:
    def test_takes_head_and_text_apart(self) -> None:
        source = read_source(
            Document.POINT_RULES, "2027-04-01.ja.md", f"{HEAD}\n## 第1条（目的）\n\n1. 目的\n\n---\n\n2. 線\n\n"
        )

        assert source.effective_from == dt.date(2027, 4, 1)
        assert (source.title, source.note) == ("{club} の規約", "")
        assert source.text == "## 第1条（目的）\n\n1. 目的\n\n---\n\n2. 線\n"

    @pytest.mark.parametrize(
        ("name", "content"),
        [
            ("2027-04-01.md", HEAD),
            ("2027-04-01.fr.md", HEAD),
            ("2027-04-01.ja.md.bak", HEAD),
            ("2027-04-01.en.md", HEAD),
            ("2027-04-02.ja.md", HEAD),
            ("2027-04-01.ja.md", "## 第1条（目的）\n"),
            ("2027-04-01.ja.md", HEAD.removesuffix("---\n")),
            ("2027-04-01.ja.md", HEAD.replace("title: {club} の規約\n", "")),
            ("2027-04-01.ja.md", HEAD.replace("の規約", "の規約\nauthor: 山田")),
            ("2027-04-01.ja.md", HEAD.replace("effective_from: 2027-04-01", "effective_from: 2027-05-01")),
        ],
        ids=[
            "no language",
            "no such language",
            "no document",
            "language",
            "version",
            "no head",
            "open",
            "key",
            "x",
            "day",
        ],
    )
    def test_refuses_what_is_not_written_as_documents_are(self, name: str, content: str) -> None:
        with pytest.raises(MalformedDocumentError):
            read_source(Document.POINT_RULES, name, content)


class TestPuttingTogether:
    def test_fills_in_the_names_of_each_language(self) -> None:
        sources = {
            Language.JAPANESE: read_source(
                Document.POINT_RULES, "2027-04-01.ja.md", f"{HEAD}{{operator}}の「{{portal}}」です。\n"
            ),
            Language.ENGLISH: read_source(
                Document.POINT_RULES, "2027-04-01.en.md", f"{ENGLISH_HEAD}{{portal}} by {{operator}}\n"
            ),
        }

        version = put_together(sources, NAMES)

        assert version.title == {"ja": "あかり会 の規約", "en": "Akari Terms"}
        assert version.text == {"ja": "あかり電力の「あかり帳」です。\n", "en": "Book by Co.\n"}

    def test_refuses_a_version_that_lacks_a_language(self) -> None:
        source = read_source(Document.POINT_RULES, "2027-04-01.ja.md", f"{HEAD}本文\n")

        with pytest.raises(MalformedDocumentError, match="not there in each language"):
            put_together({Language.JAPANESE: source}, NAMES)

    @pytest.mark.parametrize("placeholder", ["{company}", "{}", "{__class__}"])
    def test_refuses_a_name_that_nobody_has(self, placeholder: str) -> None:
        sources = {
            Language.JAPANESE: read_source(Document.POINT_RULES, "2027-04-01.ja.md", f"{HEAD}{placeholder}\n"),
            Language.ENGLISH: read_source(Document.POINT_RULES, "2027-04-01.en.md", f"{ENGLISH_HEAD}text\n"),
        }

        with pytest.raises(MalformedDocumentError, match="stands for nothing"):
            put_together(sources, NAMES)
