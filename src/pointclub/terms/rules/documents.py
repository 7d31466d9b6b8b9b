"""Documents, their versions, and which version is in force on a day (TRM-1)."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum


class Document(StrEnum):
    """What people accept or are told; the value stands in addresses and in the books."""

    MEMBERSHIP_TERMS = "membership-terms"
    POINT_RULES = "point-rules"
    PORTAL_TERMS = "portal-terms"
    PRIVACY_NOTICE = "privacy-notice"
    ANTISOCIAL_FORCES_DECLARATION = "antisocial-forces-declaration"


class Language(StrEnum):
    """The language of a text. The Japanese one counts; the English one is a courtesy."""

    JAPANESE = "ja"
    ENGLISH = "en"


class State(StrEnum):
    """Where a version stands on a day."""

    IN_FORCE = "in_force"
    SUPERSEDED = "superseded"
    NOT_YET = "not_yet"


@dataclass(frozen=True, slots=True)
class DocumentVersion:
    """One version of a document: its words by language, with the names of club, portal and operator filled in."""

    document: Document
    version: str
    effective_from: dt.date
    title: Mapping[str, str] = field(repr=False)
    text: Mapping[str, str] = field(repr=False)
    # What stands above the text, such as that it is a sample; nothing where there is nothing to say.
    note: Mapping[str, str] = field(repr=False)

    @property
    def digest(self) -> bytes:
        """Return the SHA-256 of all its words: of what was shown, and of the Japanese text that counts."""
        hashed = hashlib.sha256()
        for language in Language:
            for words in (self.title[language], self.note[language], self.text[language]):
                content = words.encode()
                hashed.update(len(content).to_bytes(8, "big") + content)
        return hashed.digest()


def find_in_force(versions: Sequence[DocumentVersion], *, on: dt.date) -> DocumentVersion | None:
    """Return the version in force that day: the latest that has begun."""
    begun = [version for version in versions if version.effective_from <= on]
    return max(begun, key=lambda version: version.effective_from, default=None)


def state_of(version: DocumentVersion, *, among: Sequence[DocumentVersion], on: dt.date) -> State:
    """Return where the version stands that day among all versions of its document."""
    if version.effective_from > on:
        return State.NOT_YET
    return State.IN_FORCE if version == find_in_force(among, on=on) else State.SUPERSEDED


def last_day_of(version: DocumentVersion, *, among: Sequence[DocumentVersion]) -> dt.date | None:
    """Return the last day on which the version is in force, or nothing where no other follows it yet."""
    later = [each.effective_from for each in among if each.effective_from > version.effective_from]
    return min(later) - dt.timedelta(days=1) if later else None
