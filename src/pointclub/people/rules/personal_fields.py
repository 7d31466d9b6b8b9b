"""What we keep of a person, each with one current value at most."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum


class PersonalField(StrEnum):
    """A piece of personal data; the name says no more than that it is kept."""

    NAME = "name"
    FAMILY_NAME = "family_name"
    GIVEN_NAME = "given_name"
    KANA = "kana"
    BIRTH_DATE = "birth_date"
    SEX = "sex"
    NICKNAME = "nickname"
    POSTAL_CODE = "postal_code"
    ADDRESS = "address"
    PREFECTURE = "prefecture"
    TOWN = "town"
    STREET = "street"
    BUILDING = "building"
    FIRST_MAIL = "first_mail"
    SECOND_MAIL = "second_mail"
    MOBILE = "mobile"
    LAND_LINE = "land_line"

    @property
    def words(self) -> str:
        """Return the field as it is written in a sentence."""
        return self.value.replace("_", " ")


MAILS = (PersonalField.FIRST_MAIL, PersonalField.SECOND_MAIL)
PHONES = (PersonalField.MOBILE, PersonalField.LAND_LINE)
# An address is kept on one line, as it was brought over, or in parts, as it was registered; never both.
ADDRESS_PARTS = (PersonalField.PREFECTURE, PersonalField.TOWN, PersonalField.STREET, PersonalField.BUILDING)


def composed_address(values: Mapping[PersonalField, str]) -> str:
    """Return the parts of an address on one line, the building apart; nothing where there are none."""
    place = "".join(values.get(part, "") for part in ADDRESS_PARTS if part is not PersonalField.BUILDING)
    return " ".join(part for part in (place, values.get(PersonalField.BUILDING, "")) if part)
