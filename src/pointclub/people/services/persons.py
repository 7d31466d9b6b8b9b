"""Recording persons and sign-ins."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata

from django.db import IntegrityError, transaction

from pointclub.audit import services as audit
from pointclub.foundation.actors import Actor
from pointclub.foundation.acts import act
from pointclub.foundation.refusals import Refusal
from pointclub.foundation.texts import is_line
from pointclub.people.models import Person, User
from pointclub.people.personal_data import blind_index

_LONGEST_NAME = 100
_LOGIN_ID = re.compile(r"[0-9a-z][0-9a-z._-]{0,31}")


class LoginIdTakenError(Refusal):
    """Somebody signs in with that login ID already."""

    code = "login_id_taken"


class InvalidLoginIdError(Refusal):
    """A login ID has up to 32 half-width letters, digits, dots, hyphens and underscores."""

    code = "invalid_login_id"


class HasLoginIdError(Refusal):
    """A person has one login ID at most."""

    code = "has_login_id"


class EmptyNameError(Refusal):
    """A person has a name."""

    code = "empty_name"


@act
def record_person(*, name: str, at: dt.datetime, actor: Actor) -> Person:
    """Keep a person's name, encrypted, to be found again by exact name only."""
    name = unicodedata.normalize("NFC", name).strip()
    if not is_line(name, longest=_LONGEST_NAME):
        message = f"A name of up to {_LONGEST_NAME} characters is needed, none of them a control character."
        raise EmptyNameError(message)
    person = Person.objects.create(name=name, name_index=blind_index(name), recorded_at=at)
    audit.record_act(act="people.record_person", actor=actor, subject=audit.Subject("person", person.id), at=at)
    return person


@act
def register_user(
    *,
    person: Person,
    login_id: str,
    password: str | None,
    at: dt.datetime,
    actor: Actor,
    is_staff: bool = False,
) -> User:
    """Give a person a login ID; without a password nobody can sign in with it.

    Raises:
        LoginIdTakenError: somebody has that login ID, in whatever case.
        HasLoginIdError: the person has one already.
        InvalidLoginIdError: it has other characters, or too many.
    """
    if not _LOGIN_ID.fullmatch(login_id.casefold()):
        message = "A login ID has up to 32 half-width letters, digits, dots, hyphens and underscores."
        raise InvalidLoginIdError(message)
    if User.objects.filter(person=person).exists():
        message = "This person has a login ID already."
        raise HasLoginIdError(message)
    user = User(person=person, login_id=login_id.casefold(), is_staff=is_staff, registered_at=at)
    if password is None:
        user.set_unusable_password()
    else:
        user.set_password(password)
    try:
        with transaction.atomic():
            user.save(force_insert=True)
    except IntegrityError as taken:
        message = f"The login ID {login_id!r} is taken."
        raise LoginIdTakenError(message, login_id=login_id) from taken
    audit.record_act(
        act="people.register_user",
        actor=actor,
        subject=audit.Subject("user", user.id),
        at=at,
        details={"person": str(person.id), "is_staff": is_staff, "has_password": password is not None},
    )
    return user
