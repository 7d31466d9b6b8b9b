"""Recording persons and sign-ins."""

from __future__ import annotations

import datetime as dt
import re

from django.db import IntegrityError, transaction

from pointclub.audit import services as audit
from pointclub.foundation.actors import Actor
from pointclub.foundation.acts import act
from pointclub.foundation.refusals import Refusal
from pointclub.foundation.texts import is_line
from pointclub.people.models import Person, PersonalDetail, SignIn, User
from pointclub.people.passwords import password_policy, refuse_unfit_password
from pointclub.people.personal_data import blind_index
from pointclub.people.rules.field_errors import FieldError
from pointclub.people.rules.passwords import DESCRIBED
from pointclub.people.rules.widths import composed
from pointclub.people.services.open_links import end_open_links
from pointclub.people.services.stays import hold_stay

_LONGEST_NAME = 100
_LOGIN_ID = re.compile(r"[0-9a-z][0-9a-z._-]{0,31}")


class LoginIdTakenError(Refusal):
    """Somebody signs in with that login ID already."""

    code = "login_id_taken"


class InvalidLoginIdError(Refusal):
    """A login ID has up to 32 half-width letters, digits, dots, hyphens and underscores."""

    code = "invalid_login_id"


class LoginIdIsPasswordError(Refusal):
    """Whoever reads the login ID would know the password."""

    code = "login_id_is_password"


class UnfitPasswordError(Refusal):
    """The rule in force for members' passwords forbids it; `problem` names the part of the rule."""

    code = "unfit_password"


class HasLoginIdError(Refusal):
    """A person has one login ID at most."""

    code = "has_login_id"


class EmptyNameError(Refusal):
    """A person has a name."""

    code = "empty_name"


@act
def record_person(*, name: str, at: dt.datetime, actor: Actor) -> Person:
    """Keep a person's name, encrypted, to be found again by exact name only."""
    name = _fit(name)
    person = Person.objects.create(name=name, name_index=blind_index(name), recorded_at=at)
    audit.record_act(act="people.record_person", actor=actor, subject=audit.Subject("person", person.id), at=at)
    return person


@act
def change_name(*, person: Person, name: str, at: dt.datetime, actor: Actor) -> bool:
    """Let the person be called so from now on, and keep the former name; return whether it is another one.

    Raises:
        EmptyNameError: it is no name.
    """
    name = _fit(name)
    kept = Person.objects.select_for_update(no_key=True).get(id=person.id)
    if kept.name == name:
        return False
    former = PersonalDetail.objects.filter(person=kept, kind=PersonalDetail.Kind.NAME).order_by("replaced_at").last()
    since = kept.recorded_at if former is None or former.replaced_at is None else former.replaced_at
    by = "" if former is None else former.replaced_by
    ended = PersonalDetail.of(kept.id, PersonalDetail.Kind.NAME, kept.name, recorded_by=by, at=since)
    ended.replaced_at, ended.replaced_by = at, str(actor)
    ended.save(force_insert=True)
    kept.name, kept.name_index = name, blind_index(name)
    kept.save(update_fields=["name", "name_index"])
    audit.record_act(act="people.change_name", actor=actor, subject=audit.Subject("person", kept.id), at=at)
    return True


@act
def register_user(
    *,
    person: Person,
    login_id: str,
    password: str | None,
    at: dt.datetime,
    actor: Actor,
    is_staff: bool = False,
    language: User.Language = User.Language.JAPANESE,
) -> User:
    """Give a person a login ID; without a password nobody can sign in with it.

    A member's password follows the rule in force; staff are held to theirs where it is asked for.

    Raises:
        UnfitPasswordError: a member may not have that password.
        LoginIdTakenError: somebody has that login ID, in whatever case.
        HasLoginIdError: the person has one already.
        InvalidLoginIdError: it has other characters, or too many.
    """
    wanted = _fit_login_id(login_id)
    if password is not None and not is_staff:
        _refuse_unfit(password, login_id=login_id)
    if User.objects.filter(person=person).exists():
        message = "This person has a login ID already."
        raise HasLoginIdError(message)
    user = User(person=person, login_id=wanted, is_staff=is_staff, language=language, registered_at=at)
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


@act
def change_password(*, user: User, password: str, at: dt.datetime, actor: Actor) -> None:
    """Give a member another password, which ends all sessions begun with the one before, and all links to a new one.

    Raises:
        UnfitPasswordError: a member may not have that password.
    """
    _refuse_unfit(password, login_id=user.login_id)
    user.set_password(password)
    user.password_changed_at = at
    user.save(update_fields=["password", "password_changed_at"])
    end_open_links(user.person_id, at=at)
    audit.record_act(act="people.change_password", actor=actor, subject=audit.Subject("user", user.id), at=at)


@act
def change_login_id(*, user: User, login_id: str, at: dt.datetime, actor: Actor) -> None:
    """Let a member sign in with another login ID; the former one is free for others.

    Raises:
        LoginIdTakenError: somebody has that login ID.
        InvalidLoginIdError: it has other characters, or too many.
        LoginIdIsPasswordError: it is the password, in small letters, in capitals, or with the first one.
    """
    wanted = _fit_login_id(login_id)
    if wanted == user.login_id:
        return
    if any(user.check_password(each) for each in (wanted, wanted.upper(), wanted.capitalize())):
        message = "The login ID must not be the same as the password."
        raise LoginIdIsPasswordError(message)
    before, user.login_id = user.login_id, wanted
    try:
        with transaction.atomic():
            user.save(update_fields=["login_id"])
    except IntegrityError as taken:
        user.login_id = before
        message = f"The login ID {login_id!r} is taken."
        raise LoginIdTakenError(message, login_id=login_id) from taken
    audit.record_act(act="people.change_login_id", actor=actor, subject=audit.Subject("user", user.id), at=at)


@act
def choose_display(
    *,
    user: User,
    language: User.Language,
    scheme: User.Scheme,
    stay: SignIn | None = None,
    at: dt.datetime,
    actor: Actor,
) -> bool:
    """Keep in which language somebody is written to, and in which colours the site appears; return if that is news.

    Raises:
        StayEndedError: the stay in which it was asked for has ended.
    """
    if stay is not None:
        hold_stay(stay=stay)
    if (user.language, user.scheme) == (language, scheme):
        return False
    user.language, user.scheme = language, scheme
    user.save(update_fields=["language", "scheme"])
    audit.record_act(
        act="people.choose_display",
        actor=actor,
        subject=audit.Subject("user", user.id),
        at=at,
        details={"language": str(language), "scheme": str(scheme)},
    )
    return True


def _fit_login_id(login_id: str) -> str:
    wanted = login_id.casefold()
    if not _LOGIN_ID.fullmatch(wanted):
        message = "A login ID has up to 32 half-width letters, digits, dots, hyphens and underscores."
        raise InvalidLoginIdError(message)
    return wanted


def _fit(name: str) -> str:
    name = composed(name).strip()
    # The wide space between the parts of a Japanese name is none that a line may hold elsewhere, in keys and codes.
    if not is_line(name.replace("\u3000", " "), longest=_LONGEST_NAME):
        message = f"A name of up to {_LONGEST_NAME} characters is needed, none of them a control character."
        raise EmptyNameError(message)
    return name


def _refuse_unfit(password: str, *, login_id: str) -> None:
    try:
        refuse_unfit_password(password, login_id=login_id)
    except FieldError as unfit:
        message = DESCRIBED[password_policy()]
        raise UnfitPasswordError(message, problem=unfit.code, **unfit.values) from None
