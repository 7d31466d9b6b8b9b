"""Accepting documents as somebody does who registers."""

from __future__ import annotations

import datetime as dt

from pointclub.foundation import actors
from pointclub.foundation.periods import tokyo_day
from pointclub.people.models import Person
from pointclub.terms import queries as terms
from pointclub.terms import services
from pointclub.terms.rules.documents import Document
from tests.factories.club import jst

REGISTERED_AT = jst("2024-04-01 10:00")


def accept(person: Person, *documents: Document, at: dt.datetime = REGISTERED_AT, language: str = "ja") -> None:
    """Let the person accept the versions in force on that day."""
    shown = {document: terms.in_force(document, on=tokyo_day(at)).version for document in documents}
    actor = actors.system("registration")
    services.accept_documents(person=person, shown=shown, language=language, how="registration", at=at, actor=actor)
