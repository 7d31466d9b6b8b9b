"""Filled-in registration forms for tests."""

from __future__ import annotations

import dataclasses
import datetime as dt
from typing import Any
from uuid import UUID, uuid4

from pointclub.foundation import actors
from pointclub.foundation.periods import tokyo_day
from pointclub.membership import services as membership
from pointclub.membership.rules.registration import ClubPart, EnrolmentForm, Heard, RegistrationForm
from pointclub.people.models import User
from pointclub.people.rules.widths import wide
from pointclub.terms import queries as terms
from pointclub.terms.rules.documents import Document
from tests.factories.club import jst
from tests.factories.sign_ins import begin

PORTAL = actors.system("registration")
REGISTERED_AT = jst("2026-04-10 12:00")

OF_THE_CLUB = (Document.MEMBERSHIP_TERMS, Document.POINT_RULES)
CLUB = ClubPart(
    family_name="関西",
    given_name="花子",
    family_reading="カンサイ",
    given_reading="ハナコ",
    birth_date="1980-04-01",
    sex="f",
)
_FORM = RegistrationForm(
    full_name="関西　花子",
    login_id="abcd1234",
    password="hidamari7",
    postal_code="5300005",
    prefecture="大阪府",
    town="大阪市北区中之島",
    street="１－２－２２",
    building="関電ビル３０１号",
    mobile="09012345678",
    first_mail="hanako@example.com",
    identity_keyword="かんでん太郎",
    heard=frozenset({Heard.BILL, Heard.WEB}),
    documents={},
    is_not_antisocial=True,
    acts_with_no_antisocial_forces=True,
    language="ja",
    club=CLUB,
)


def filled_in(*, club: dict[str, Any] | None = None, **fields: Any) -> RegistrationForm:
    """Return a whole form of somebody who wants the club; `club` changes fields of that part."""
    documents = {document: terms.in_force(document, on=tokyo_day(REGISTERED_AT)).version for document in Document}
    own: dict[str, Any] = {"documents": documents, "club": dataclasses.replace(CLUB, **(club or {}))}
    return dataclasses.replace(_FORM, **(own | fields))


def another(number: int, **fields: Any) -> RegistrationForm:
    """Return the form of another person, who shares nothing with the first."""
    own: dict[str, Any] = {
        "full_name": wide(f"別人 {number}号"),
        "login_id": f"betsu{number:03d}",
        "street": wide(f"9-{number}"),
        "mobile": f"0801111{number:04d}",
        "first_mail": f"betsu{number}@example.com",
        "club": {"family_name": "別人", "given_name": wide(f"{number}号"), "birth_date": "1990-01-01"},
    }
    return filled_in(**(own | fields))


def link_to(token: str) -> str:
    """Return the address of a page that proves an e-mail address."""
    return f"https://club.example.jp/prove/{token}"


def register(
    form: RegistrationForm | None = None, *, once: UUID | None = None, at: dt.datetime = REGISTERED_AT
) -> membership.Registered:
    """Send a form off."""
    return membership.register(form=form or filled_in(), once=once or uuid4(), link_to=link_to, at=at, actor=PORTAL)


def joining(*, club: dict[str, Any] | None = None, **fields: Any) -> EnrolmentForm:
    """Return a whole form of somebody who joins the club later; `club` changes fields of that part."""
    asked = (*OF_THE_CLUB, Document.ANTISOCIAL_FORCES_DECLARATION)
    own: dict[str, Any] = {
        "club": dataclasses.replace(CLUB, **(club or {})),
        "documents": {each: terms.in_force(each, on=tokyo_day(REGISTERED_AT)).version for each in asked},
        "is_not_antisocial": True,
        "acts_with_no_antisocial_forces": True,
        "language": "ja",
    }
    return EnrolmentForm(**(own | fields))


def enrol(
    user: User, form: EnrolmentForm | None = None, *, once: UUID | None = None, at: dt.datetime = REGISTERED_AT
) -> membership.Registered:
    """Send it off, in a stay of its own."""
    return membership.enrol(
        stay=begin(user, at=at).sign_in,
        form=form or joining(),
        once=once or uuid4(),
        at=at,
        actor=membership.as_actor(user),
    )


def portal_user(form: RegistrationForm | None = None) -> User:
    """Register somebody without the club."""
    form = form or filled_in()
    shown = {each: form.documents[each] for each in form.documents if each not in OF_THE_CLUB}
    registered = register(dataclasses.replace(form, club=None, documents=shown))
    return User.objects.select_related("person").get(id=registered.user_id)
