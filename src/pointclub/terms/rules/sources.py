"""How a document is written down: a Markdown file for each version and language, with a head of a few lines.

The head stands between two lines ``---`` and has a line ``key: value`` for each of ``KEYS``; ``note`` may be missing.
Names that an operator chooses are written as ``{club}``, ``{portal}`` and ``{operator}``.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass

from pointclub.terms.rules.documents import Document, DocumentVersion, Language

KEYS = frozenset({"title", "version", "effective_from", "language"})
NOTE = "note"
_FENCE = "---"
_FILE_NAME = re.compile(r"(?P<version>[0-9]{4}-[0-9]{2}-[0-9]{2})\.(?P<language>ja|en)\.md")
_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")


class MalformedDocumentError(ValueError):
    """A file of the repository is not written as documents are."""


@dataclass(frozen=True, slots=True)
class Names:
    """What the operator calls the club, the portal and itself, in one language."""

    club: str
    portal: str
    operator: str


@dataclass(frozen=True, slots=True)
class Source:
    """One file, read; its names are not filled in yet."""

    document: Document
    version: str
    effective_from: dt.date
    language: Language
    title: str
    note: str
    text: str


def read_source(document: Document, file_name: str, content: str) -> Source:
    """Read a file.

    Raises:
        MalformedDocumentError: its name, its head or its placeholders are not as they must be.
    """
    named = _FILE_NAME.fullmatch(file_name)
    if named is None:
        message = f"{document}/{file_name}: the name is version, language and md, such as 2022-04-01.ja.md."
        raise MalformedDocumentError(message)
    head, text = _taken_apart(content, where=f"{document}/{file_name}")
    version, language = named["version"], named["language"]
    if (head["version"], head["language"]) != (version, language) or head["effective_from"] != version:
        message = f"{document}/{file_name}: version, first day and language are those of the file's name."
        raise MalformedDocumentError(message)
    effective_from = dt.date.fromisoformat(version)
    return Source(document, version, effective_from, Language(language), head["title"], head.get(NOTE, ""), text)


def put_together(sources: Mapping[Language, Source], names: Mapping[Language, Names]) -> DocumentVersion:
    """Return a version of its files, one for each language, with the names filled in.

    Raises:
        MalformedDocumentError: a language is missing.
    """
    any_source = next(iter(sources.values()))
    if set(sources) != set(Language):
        message = f"{any_source.document} {any_source.version} is not there in each language."
        raise MalformedDocumentError(message)
    return DocumentVersion(
        document=any_source.document,
        version=any_source.version,
        effective_from=any_source.effective_from,
        title={each: _filled(sources[each].title, names[each]) for each in Language},
        text={each: _filled(sources[each].text, names[each]) for each in Language},
        note={each: _filled(sources[each].note, names[each]) for each in Language},
    )


def _taken_apart(content: str, *, where: str) -> tuple[dict[str, str], str]:
    first, *lines = content.split("\n")
    if first != _FENCE or _FENCE not in lines:
        message = f"{where}: the head stands between two lines of three hyphens."
        raise MalformedDocumentError(message)
    end = lines.index(_FENCE)
    head = {key.strip(): value.strip() for key, _, value in (line.partition(":") for line in lines[:end])}
    if set(head) - {NOTE} != KEYS or not all(head.values()):
        message = f"{where}: the head says {', '.join(sorted(KEYS))}, and perhaps {NOTE}."
        raise MalformedDocumentError(message)
    return head, "\n".join(lines[end + 1 :]).strip() + "\n"


def _filled(words: str, names: Names) -> str:
    def name(found: re.Match[str]) -> str:
        placeholder = found[1]
        if placeholder not in Names.__slots__:
            message = f"{found[0]} stands for nothing."
            raise MalformedDocumentError(message)
        chosen: str = getattr(names, placeholder)
        return chosen

    return _PLACEHOLDER.sub(name, words)
