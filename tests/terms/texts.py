"""A document taken apart: what its articles say, and how many paragraphs and items they have."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from pointclub.terms import queries as terms
from pointclub.terms.rules.documents import Document, DocumentVersion

_HEADING = re.compile(r"## (?:第(?P<ja>\d+)条（.+）|Article (?P<en>\d+) \(.+\)|(?P<plain>\d+)\. .+)")
_PARAGRAPH = re.compile(r"(\d+)\. ")
_ITEM = re.compile(r" {3}(\d+)\. ")


@dataclass(frozen=True)
class Article:
    """The words of one article, its head left out."""

    text: str

    @property
    def paragraphs(self) -> list[int]:
        return [int(found[1]) for line in self.text.splitlines() if (found := _PARAGRAPH.match(line))]

    @property
    def items(self) -> list[int]:
        return [int(found[1]) for line in self.text.splitlines() if (found := _ITEM.match(line))]


def all_versions() -> Iterator[DocumentVersion]:
    for document in Document:
        yield from terms.versions_of(document)


def articles_of(document: Document, version: str, language: str) -> Mapping[int, Article]:
    """Return the articles by number; a head that is written otherwise fails the test."""
    _, *parts = re.split(r"^(?=## )", terms.get_version(document, version).text[language], flags=re.MULTILINE)
    found: dict[int, Article] = {}
    for part in parts:
        head, _, text = part.partition("\n")
        heading = _HEADING.fullmatch(head)
        assert heading is not None, head
        number = int(next(filter(None, heading.groups())))
        assert number == len(found) + 1, head
        found[number] = Article(text)
    return found
