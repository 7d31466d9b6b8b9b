"""What a registration consists of, once every field of the form was converted (REG-2)."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Callable, Mapping
from enum import StrEnum
from uuid import UUID

from pointclub.people.rules import narrow_fields, wide_fields
from pointclub.people.rules.field_errors import FieldError
from pointclub.people.rules.personal_fields import PersonalField
from pointclub.people.rules.wide_fields import whole_reading
from pointclub.terms.rules.documents import Document

_FOR_ALL = (Document.PORTAL_TERMS, Document.ANTISOCIAL_FORCES_DECLARATION)
_FOR_THE_CLUB = (Document.MEMBERSHIP_TERMS, Document.POINT_RULES)
_TO_JOIN_LATER = (*_FOR_THE_CLUB, Document.ANTISOCIAL_FORCES_DECLARATION)


class Heard(StrEnum):
    """What may be answered where the form asks how somebody came to know the portal; several, or no answer."""

    BILL = "bill"
    LEAFLET = "leaflet"
    WEB = "web"
    CALL_CENTRE = "call_centre"
    SHOP = "shop"
    FRIENDS = "friends"
    PRESS = "press"
    OTHER = "other"
    NO_ANSWER = "no_answer"


@dataclasses.dataclass(frozen=True, slots=True)
class ClubPart:
    """What the club asks for besides; in a log it shows nothing."""

    family_name: str = dataclasses.field(repr=False)
    given_name: str = dataclasses.field(repr=False)
    family_reading: str = dataclasses.field(repr=False)
    given_reading: str = dataclasses.field(repr=False)
    birth_date: str = dataclasses.field(repr=False)
    sex: str = dataclasses.field(repr=False)


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class RegistrationForm:
    """The whole form, every value as the function of its field returned it; in a log it shows none of them.

    ``documents`` has the version shown of each document that was accepted, the declaration of TRM-5 among them, of
    which both statements have to be confirmed. ``contract_id`` comes from ``energy.services.try_contract``,
    ``old_member_id`` from ``queries.find_old_member``, and ``advertising`` names the addresses that advertising may
    go to.
    """

    full_name: str = dataclasses.field(repr=False)
    login_id: str = dataclasses.field(repr=False)
    password: str = dataclasses.field(repr=False)
    postal_code: str = dataclasses.field(repr=False)
    prefecture: str = dataclasses.field(repr=False)
    town: str = dataclasses.field(repr=False)
    street: str = dataclasses.field(repr=False)
    first_mail: str = dataclasses.field(repr=False)
    identity_keyword: str = dataclasses.field(repr=False)
    heard: frozenset[Heard]
    documents: Mapping[Document, str]
    is_not_antisocial: bool
    acts_with_no_antisocial_forces: bool
    language: str
    building: str = dataclasses.field(default="", repr=False)
    land_line: str = dataclasses.field(default="", repr=False)
    mobile: str = dataclasses.field(default="", repr=False)
    second_mail: str = dataclasses.field(default="", repr=False)
    nickname: str = dataclasses.field(default="", repr=False)
    advertising: frozenset[PersonalField] = frozenset()
    contract_id: UUID | None = None
    club: ClubPart | None = None
    old_member_id: UUID | None = None


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class EnrolmentForm:
    """What is asked of somebody who registered without the club and joins it now; the rest is known already."""

    club: ClubPart
    documents: Mapping[Document, str]
    is_not_antisocial: bool
    acts_with_no_antisocial_forces: bool
    language: str
    old_member_id: UUID | None = None


AnyForm = RegistrationForm | EnrolmentForm

_FIELDS: Mapping[str, Callable[[str], str]] = {
    "full_name": wide_fields.full_name,
    "login_id": narrow_fields.login_id,
    "postal_code": narrow_fields.postal_code,
    "prefecture": wide_fields.prefecture,
    "town": wide_fields.town,
    "street": wide_fields.street,
    "building": wide_fields.building,
    "land_line": narrow_fields.land_line,
    "mobile": narrow_fields.mobile,
    "first_mail": narrow_fields.mail,
    "nickname": wide_fields.nickname,
    "identity_keyword": wide_fields.identity_keyword,
}
_FIELDS_OF_THE_CLUB: Mapping[str, Callable[[str], str]] = {
    "family_name": wide_fields.family_name,
    "given_name": wide_fields.given_name,
    "family_reading": wide_fields.reading,
    "given_reading": wide_fields.reading,
    "sex": wide_fields.sex,
}


def misfits(form: AnyForm, *, on: dt.date) -> dict[str, str]:
    """Return the fields whose values are not what their functions return, each with what the function says of it.

    No page sends any: it is by this that no other way in leads round the rules of the fields.
    """
    asked: list[tuple[str, Callable[[str], str], str]] = []
    if isinstance(form, RegistrationForm):
        first = form.first_mail
        asked = [(name, read, getattr(form, name)) for name, read in _FIELDS.items()]
        asked.append(("second_mail", lambda text: narrow_fields.second_mail(text, first=first), form.second_mail))
    if form.club is not None:
        asked += [(name, read, getattr(form.club, name)) for name, read in _FIELDS_OF_THE_CLUB.items()]
        asked.append(("birth_date", lambda text: narrow_fields.birth_date(text, on=on), form.club.birth_date))
    found = ((name, _misfit(read, value)) for name, read, value in asked)
    return {name: code for name, code in found if code}


def details_of(form: RegistrationForm) -> dict[PersonalField, str]:
    """Return what is to be kept of the person beside the name; what was left empty is not among it."""
    said = {
        PersonalField.NICKNAME: form.nickname,
        PersonalField.POSTAL_CODE: form.postal_code,
        PersonalField.PREFECTURE: form.prefecture,
        PersonalField.TOWN: form.town,
        PersonalField.STREET: form.street,
        PersonalField.BUILDING: form.building,
        PersonalField.FIRST_MAIL: form.first_mail,
        PersonalField.SECOND_MAIL: form.second_mail,
        PersonalField.MOBILE: form.mobile,
        PersonalField.LAND_LINE: form.land_line,
    }
    kept = {field: value for field, value in said.items() if value}
    return kept if form.club is None else kept | details_of_club(form.club)


def details_of_club(club: ClubPart) -> dict[PersonalField, str]:
    """Return what is to be kept of what the club asks for."""
    return {
        PersonalField.FAMILY_NAME: club.family_name,
        PersonalField.GIVEN_NAME: club.given_name,
        PersonalField.KANA: whole_reading(club.family_reading, club.given_reading),
        PersonalField.BIRTH_DATE: club.birth_date,
        PersonalField.SEX: club.sex,
    }


def said_in(form: AnyForm) -> list[object]:
    """Return what makes two forms the same: all of it but the password and the keyword, of which no digest is kept."""
    secret = {"password", "identity_keyword"}
    return [
        (field.name, _comparable(getattr(form, field.name)))
        for field in dataclasses.fields(form)
        if field.name not in secret
    ]


def missing_documents(form: AnyForm) -> list[Document]:
    """Return what has to be accepted and was not; the privacy notice is shown, and asks for no acceptance."""
    if isinstance(form, EnrolmentForm):
        needed: tuple[Document, ...] = _TO_JOIN_LATER
    else:
        needed = _FOR_ALL if form.club is None else (*_FOR_ALL, *_FOR_THE_CLUB)
    return [document for document in needed if document not in form.documents]


def is_declared(form: AnyForm) -> bool:
    """Return whether both statements of TRM-5 were confirmed, each by itself."""
    return form.is_not_antisocial and form.acts_with_no_antisocial_forces


def is_answered(heard: frozenset[Heard]) -> bool:
    """Return whether something was answered, and not both something and nothing."""
    return bool(heard) and (Heard.NO_ANSWER not in heard or len(heard) == 1)


def _misfit(read: Callable[[str], str], value: str) -> str:
    try:
        return "" if read(value) == value else "not_converted"
    except FieldError as unfit:
        return unfit.code


def _comparable(value: object) -> object:
    if isinstance(value, frozenset):
        return sorted(str(each) for each in value)
    if isinstance(value, Mapping):
        return sorted((str(key), str(each)) for key, each in value.items())
    return repr(dataclasses.astuple(value)) if isinstance(value, ClubPart) else str(value)
