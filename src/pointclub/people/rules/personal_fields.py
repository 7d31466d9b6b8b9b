"""What we keep of a person, each with one current value at most."""

from __future__ import annotations

from enum import StrEnum


class PersonalField(StrEnum):
    """A piece of personal data; the name says no more than that it is kept."""

    NAME = "name"
    KANA = "kana"
    BIRTH_DATE = "birth_date"
    POSTAL_CODE = "postal_code"
    ADDRESS = "address"
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
