"""The identity keyword: set by its owner, never shown (REG-2, REG-7)."""

from __future__ import annotations

import datetime as dt

from django.contrib.auth.hashers import make_password

from pointclub.audit import services as audit
from pointclub.foundation.actors import Actor
from pointclub.foundation.acts import act
from pointclub.foundation.refusals import Refusal
from pointclub.people.models import IdentityKeyword, Person
from pointclub.people.rules import wide_fields
from pointclub.people.rules.field_errors import FieldError
from pointclub.people.rules.identity_keywords import comparable


class InvalidKeywordError(Refusal):
    """A keyword has up to ten characters that can be written in full width."""

    code = "invalid_keyword"


@act
def set_identity_keyword(*, person: Person, keyword: str, at: dt.datetime, actor: Actor) -> None:
    """Keep the keyword from now on, in place of the one before, of which no hash stays.

    Raises:
        InvalidKeywordError: it is none.
    """
    try:
        hashed = make_password(comparable(wide_fields.identity_keyword(keyword)))
    except FieldError as unfit:
        message = "A keyword has up to ten characters that can be written in full width."
        raise InvalidKeywordError(message, problem=unfit.code) from None
    Person.objects.select_for_update(no_key=True).get(id=person.id)
    IdentityKeyword.objects.filter(person=person, replaced_at__isnull=True).update(
        hashed="", replaced_at=at, replaced_by=str(actor)
    )
    IdentityKeyword.objects.create(person=person, hashed=hashed, recorded_by=str(actor), recorded_at=at)
    audit.record_act(act="people.set_identity_keyword", actor=actor, subject=audit.Subject("person", person.id), at=at)
