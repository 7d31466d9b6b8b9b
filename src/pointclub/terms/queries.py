"""Which documents there are, which version is in force, and who accepted what (TRM-1)."""

from __future__ import annotations

import datetime as dt
import functools
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from django.conf import settings

from pointclub.foundation.refusals import NotFoundError
from pointclub.terms.models import TermsAcceptance
from pointclub.terms.rules.documents import Document, DocumentVersion, Language, find_in_force
from pointclub.terms.rules.sources import Names, Source, put_together, read_source

FOLDER = Path(__file__).parent / "documents"


class UnknownDocumentVersionError(NotFoundError):
    """The document has no such version."""

    code = "unknown_document_version"


class NoDocumentInForceError(NotFoundError):
    """No version of the document has begun by that day."""

    code = "no_document_in_force"


@dataclass(frozen=True, slots=True)
class RecordedAcceptance:
    """What somebody accepted, with the version as it reads today."""

    acceptance: TermsAcceptance
    version: DocumentVersion
    # False where names in the text were changed since: the words accepted were others.
    is_same_text: bool


def in_force(document: Document, *, on: dt.date) -> DocumentVersion:
    """Return the version in force that day.

    Raises:
        NoDocumentInForceError: the day is before the first version.
    """
    found = find_in_force(versions_of(document), on=on)
    if found is None:
        message = f"No version of {document} is in force on {on}."
        raise NoDocumentInForceError(message, document=str(document), on=str(on))
    return found


def versions_of(document: Document) -> tuple[DocumentVersion, ...]:
    """Return all versions, the earliest first, those included that are still to come."""
    environment = settings.ENVIRONMENT
    japanese = Names(environment.club_name_ja, environment.portal_name_ja, environment.operator_name_ja)
    english = Names(environment.club_name_en, environment.portal_name_en, environment.operator_name_en)
    return _read_versions(document, japanese, english)


def get_version(document: Document, version: str) -> DocumentVersion:
    """Return that version, in force or not.

    Raises:
        UnknownDocumentVersionError: there is none.
    """
    for each in versions_of(document):
        if each.version == version:
            return each
    message = f"{document} has no version {version}."
    raise UnknownDocumentVersionError(message, document=str(document), version=version)


def acceptances_of(person_id: UUID) -> list[TermsAcceptance]:
    """Return what a person accepted, the latest first."""
    return list(TermsAcceptance.objects.filter(person_id=person_id).order_by("-accepted_at", "document", "-id"))


def record_of(person_id: UUID) -> list[RecordedAcceptance]:
    """Return what a person accepted, the latest first, each with its version."""
    record = []
    for acceptance in acceptances_of(person_id):
        version = get_version(Document(acceptance.document), acceptance.version)
        record.append(RecordedAcceptance(acceptance, version, bytes(acceptance.digest) == version.digest))
    return record


@functools.cache
def _read_versions(document: Document, japanese: Names, english: Names) -> tuple[DocumentVersion, ...]:
    names = {Language.JAPANESE: japanese, Language.ENGLISH: english}
    return tuple(put_together(sources, names) for _, sources in sorted(_read_sources(document).items()))


def _read_sources(document: Document) -> Mapping[str, Mapping[Language, Source]]:
    found: dict[str, dict[Language, Source]] = {}
    for path in (FOLDER / document).iterdir():
        source = read_source(document, path.name, path.read_text(encoding="utf-8"))
        found.setdefault(source.version, {})[source.language] = source
    return found
