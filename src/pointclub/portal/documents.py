"""How documents look: their Markdown as HTML, their versions as a list, and who accepted what in words."""

from __future__ import annotations

import dataclasses
import datetime as dt
import functools
import itertools
from collections.abc import Sequence

from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt

from pointclub.terms import queries as terms
from pointclub.terms.rules.documents import Document, DocumentVersion, State, last_day_of, state_of

# Whatever a text holds that looks like HTML is shown as it stands.
_MARKDOWN = MarkdownIt("commonmark", {"html": False})


@dataclasses.dataclass(frozen=True)
class Heading:
    """An article in the contents."""

    anchor: str
    words: str


@dataclasses.dataclass(frozen=True)
class Rendered:
    """A text as HTML, and what is in it."""

    html: SafeString
    contents: tuple[Heading, ...]


@dataclasses.dataclass(frozen=True)
class ListedVersion:
    """One version among the others, on a day."""

    version: DocumentVersion
    title: str
    state: State
    last_day: dt.date | None


@dataclasses.dataclass(frozen=True)
class ShownDocument:
    """Everything on the page of one version, in one language."""

    listed: ListedVersion
    others: tuple[ListedVersion, ...]
    note: str
    text: Rendered


@functools.lru_cache(maxsize=64)
def render(text: str) -> Rendered:
    """Render a text; its articles get anchors in their order: article-1, article-2 and so on."""
    tokens = _MARKDOWN.parse(text)
    contents: list[Heading] = []
    for heading, words in itertools.pairwise(tokens):
        if heading.type == "heading_open" and heading.tag == "h2":
            contents.append(Heading(f"article-{len(contents) + 1}", words.content))
            heading.attrSet("id", contents[-1].anchor)
    html: str = _MARKDOWN.renderer.render(tokens, _MARKDOWN.options, {})
    return Rendered(mark_safe(html), tuple(contents))  # noqa: S308 -- Made by the renderer, which lets no HTML through.


def list_documents(*, on: dt.date, language: str) -> list[Sequence[ListedVersion]]:
    """Return the versions of each document, the latest first."""
    return [_list_versions(document, on=on, language=language) for document in Document]


def show_document(version: DocumentVersion, *, on: dt.date, language: str) -> ShownDocument:
    """Return the page of one version."""
    listed = _list_versions(version.document, on=on, language=language)
    (this,) = (each for each in listed if each.version == version)
    others = tuple(each for each in listed if each != this)
    return ShownDocument(this, others, version.note[language], render(version.text[language]))


def _list_versions(document: Document, *, on: dt.date, language: str) -> list[ListedVersion]:
    versions = terms.versions_of(document)
    return [
        ListedVersion(
            each, each.title[language], state_of(each, among=versions, on=on), last_day_of(each, among=versions)
        )
        for each in reversed(versions)
    ]
