"""Recording who accepted which text (TRM-1, TRM-5)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from pointclub.audit import services as audit
from pointclub.foundation.actors import Actor
from pointclub.foundation.acts import act
from pointclub.foundation.periods import tokyo_day
from pointclub.foundation.refusals import Refusal
from pointclub.people.models import Person
from pointclub.terms import queries
from pointclub.terms.models import TermsAcceptance
from pointclub.terms.rules.documents import Document, DocumentVersion


class DocumentSupersededError(Refusal):
    """What was shown is not in force any more, so it is to be shown anew and accepted anew."""

    code = "document_superseded"


@act
def accept_documents(
    *, person: Person, shown: Mapping[Document, str], language: str, how: str, at: dt.datetime, actor: Actor
) -> None:
    """Record that somebody said yes to the versions that were shown; said again of the same words, it adds nothing.

    ``how`` is a short code for the occasion, such as ``registration``.

    Raises:
        DocumentSupersededError: a version shown is not the one in force on that day; nothing is recorded.
    """
    versions = _require_in_force(shown, on=tokyo_day(at))
    rows = [
        TermsAcceptance(
            person=person,
            document=version.document,
            version=version.version,
            digest=version.digest,
            language=language,
            manner=TermsAcceptance.Manner.EXPLICIT,
            how=how,
            accepted_at=at,
            recorded_by=str(actor),
        )
        for version in versions
    ]
    TermsAcceptance.objects.bulk_create(rows, ignore_conflicts=True)
    new = TermsAcceptance.objects.filter(id__in=[row.id for row in rows])
    if accepted := {row.document: row.version for row in new}:
        audit.record_act(
            act="terms.accept_documents",
            actor=actor,
            subject=audit.Subject("person", person.id),
            at=at,
            details={"versions": accepted, "language": language, "how": how},
        )


def _require_in_force(shown: Mapping[Document, str], *, on: dt.date) -> list[DocumentVersion]:
    versions = [queries.in_force(document, on=on) for document in shown]
    superseded = [str(each.document) for each in versions if shown[each.document] != each.version]
    if superseded:
        message = "There is a newer version of what was shown; please read and accept that one."
        raise DocumentSupersededError(message, documents=superseded)
    return versions
