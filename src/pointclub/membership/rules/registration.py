"""What a registration consists of, once every field of the form was converted (REG-2)."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from enum import StrEnum
from uuid import UUID

from pointclub.people.rules.personal_fields import PersonalField
from pointclub.people.rules.wide_fields import whole_reading
from pointclub.terms.rules.documents import Document

_FOR_ALL = (Document.PORTAL_TERMS, Document.ANTISOCIAL_FORCES_DECLARATION)
_FOR_THE_CLUB = (Document.MEMBERSHIP_TERMS, Document.POINT_RULES)


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
    which both statements have to be confirmed. ``contract_id`` comes from ``energy.services.try_contract``, and
    ``advertising`` names the addresses that advertising may go to.
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
    if form.club is not None:
        said |= {
            PersonalField.FAMILY_NAME: form.club.family_name,
            PersonalField.GIVEN_NAME: form.club.given_name,
            PersonalField.KANA: whole_reading(form.club.family_reading, form.club.given_reading),
            PersonalField.BIRTH_DATE: form.club.birth_date,
            PersonalField.SEX: form.club.sex,
        }
    return {field: value for field, value in said.items() if value}


def said_in(form: RegistrationForm) -> list[object]:
    """Return what makes two forms the same: all of it but the password and the keyword, of which no digest is kept."""
    secret = {"password", "identity_keyword"}
    return [
        (field.name, _comparable(getattr(form, field.name)))
        for field in dataclasses.fields(form)
        if field.name not in secret
    ]


def missing_documents(form: RegistrationForm) -> list[Document]:
    """Return what has to be accepted and was not; the privacy notice is shown, and asks for no acceptance."""
    needed = _FOR_ALL if form.club is None else (*_FOR_ALL, *_FOR_THE_CLUB)
    return [document for document in needed if document not in form.documents]


def is_declared(form: RegistrationForm) -> bool:
    """Return whether both statements of TRM-5 were confirmed, each by itself."""
    return form.is_not_antisocial and form.acts_with_no_antisocial_forces


def is_answered(heard: frozenset[Heard]) -> bool:
    """Return whether something was answered, and not both something and nothing."""
    return bool(heard) and (Heard.NO_ANSWER not in heard or len(heard) == 1)


def _comparable(value: object) -> object:
    if isinstance(value, frozenset):
        return sorted(str(each) for each in value)
    if isinstance(value, Mapping):
        return sorted((str(key), str(each)) for key, each in value.items())
    return repr(dataclasses.astuple(value)) if isinstance(value, ClubPart) else str(value)
