"""Which documents the form shows, in which versions, and what becomes of a tick whose document has changed."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Iterable, Mapping

from pointclub.portal.registration.drafts import Draft
from pointclub.terms import queries as terms
from pointclub.terms.rules.documents import Document, DocumentVersion

OF_TICK = {
    "membership_terms": Document.MEMBERSHIP_TERMS,
    "point_rules": Document.POINT_RULES,
    "is_no_part": Document.ANTISOCIAL_FORCES_DECLARATION,
    "does_no_harm": Document.ANTISOCIAL_FORCES_DECLARATION,
    "portal_terms": Document.PORTAL_TERMS,
    "privacy_notice": Document.PRIVACY_NOTICE,
}
OF_THE_CLUB = (Document.MEMBERSHIP_TERMS, Document.POINT_RULES)
TO_JOIN = (*OF_THE_CLUB, Document.ANTISOCIAL_FORCES_DECLARATION)
_BETWEEN = ":"


def versions_in_force(*, on: dt.date) -> dict[Document, DocumentVersion]:
    """Return every document of the form in the version that is in force that day."""
    return {document: terms.in_force(document, on=on) for document in dict.fromkeys(OF_TICK.values())}


def as_shown(versions: Mapping[Document, DocumentVersion]) -> list[str]:
    """Return document and version as they go with the form and come back with it."""
    return [f"{document}{_BETWEEN}{version.version}" for document, version in versions.items()]


def read_shown(texts: Iterable[str]) -> dict[str, str]:
    """Return which version of which document stood on the page; what names neither is left out."""
    pairs = (text.partition(_BETWEEN) for text in texts)
    return {document: version for document, _, version in pairs if document in set(Document)}


def without_superseded(draft: Draft, *, on: dt.date) -> Draft:
    """Take back the ticks whose documents are in force in another version by now than the page showed."""
    current = {document: version.version for document, version in versions_in_force(on=on).items()}
    changed = {tick for tick, document in OF_TICK.items() if draft.shown.get(document) != current[document]}
    taken_back = changed.intersection(draft.typed)
    if not taken_back:
        return draft
    typed = {name: texts for name, texts in draft.typed.items() if name not in taken_back}
    return dataclasses.replace(draft, typed=typed, said={"place": "documents", "code": "superseded"})


def accepted(draft: Draft, *, wants_club: bool) -> dict[Document, str]:
    """Return the versions that were on the page and are accepted with the form."""
    return {
        document: draft.shown[document]
        for document in dict.fromkeys(OF_TICK.values())
        if wants_club or document not in OF_THE_CLUB
    }


def accepted_to_join(draft: Draft) -> dict[Document, str]:
    """Return the versions that were on the page of somebody who joins later, and are accepted with the form."""
    return {document: draft.shown[document] for document in TO_JOIN}
