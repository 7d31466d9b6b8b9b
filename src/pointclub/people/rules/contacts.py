"""How personal data is written: one way each, so that what is the same is found as the same."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Callable, Mapping

from pointclub.foundation.texts import is_line
from pointclub.people.rules import wide_fields
from pointclub.people.rules.field_errors import FieldError
from pointclub.people.rules.personal_fields import MAILS, PHONES, PersonalField

_LONGEST_MAIL = 254
_LONGEST_KANA = 100
_LONGEST_ADDRESS = 200
_MAIL = re.compile(r"[^@\s]{1,64}@(?:[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?\.)+[A-Za-z0-9-]{2,}")
# Hyphens, dashes, minus signs and the long vowel mark, all of which stand between the groups of a number on paper.
_BETWEEN_DIGITS = re.compile(r"[\s().\-‐‑‒–—―−ｰー〜~/]")
_AT_HOME = re.compile(r"0[0-9]{9,10}")
_ABROAD = re.compile(r"\+[1-9][0-9]{7,14}")
_MOBILE = re.compile(r"0[6-9]0[0-9]{8}")
_POSTAL_CODE = re.compile(r"[0-9]{7}")
_KANA = re.compile(r"(?=.*[ァ-ヺ])[ァ-ヺー・ ]+")
_FIRST_YEAR = 1900
_OF_THE_FORM: Mapping[PersonalField, Callable[[str], str]] = {
    PersonalField.FAMILY_NAME: wide_fields.family_name,
    PersonalField.GIVEN_NAME: wide_fields.given_name,
    PersonalField.SEX: wide_fields.sex,
    PersonalField.NICKNAME: wide_fields.nickname,
    PersonalField.PREFECTURE: wide_fields.prefecture,
    PersonalField.TOWN: wide_fields.town,
    PersonalField.STREET: wide_fields.street,
    PersonalField.BUILDING: wide_fields.building,
}


class UnreadableValueError(ValueError):
    """The text is none of the kind; the message says what one looks like, never what was written."""


def normalised(field: PersonalField, text: str, *, on: dt.date) -> str:
    """Return the value as it is kept and looked for.

    Raises:
        UnreadableValueError: it is none.
    """
    if field in MAILS:
        return mail_address(text)
    if field in PHONES:
        return phone_number(text, is_mobile=field is PersonalField.MOBILE)
    if field is PersonalField.BIRTH_DATE:
        return birth_date(text, on=on)
    if field is PersonalField.NAME:
        message = "A name is recorded with its person."
        raise UnreadableValueError(message)
    return _as_on_the_form(field, text) if field in _OF_THE_FORM else _AS_WRITTEN[field](text)


def _as_on_the_form(field: PersonalField, text: str) -> str:
    try:
        kept = _OF_THE_FORM[field](text)
    except FieldError:
        kept = ""
    if not kept:
        message = f"This is not a {field.words} as the registration form takes it."
        raise UnreadableValueError(message)
    return kept


def mail_address(text: str) -> str:
    """Return the address with half-width signs and its domain in lower case; before the @, case is the owner's."""
    plain = unicodedata.normalize("NFKC", text).strip()
    if len(plain) > _LONGEST_MAIL or not plain.isprintable() or not _MAIL.fullmatch(plain):
        message = "An e-mail address looks like hanako@example.com."
        raise UnreadableValueError(message)
    name, _, domain = plain.rpartition("@")
    return f"{name}@{domain.lower()}"


def phone_number(text: str, *, is_mobile: bool = False) -> str:
    """Return the digits alone, as they are dialled in Japan; a number abroad keeps its plus.

    +81 and 0081 lead home, with or without the zero that is left out after them.
    """
    digits = _BETWEEN_DIGITS.sub("", unicodedata.normalize("NFKC", text))
    for country in ("+81", "0081", "01081"):
        if digits.startswith(country):
            digits = "0" + digits.removeprefix(country).removeprefix("0")
            break
    if not digits.isascii() or not (_AT_HOME.fullmatch(digits) or _ABROAD.fullmatch(digits)):
        message = "A phone number has ten or eleven digits and begins with 0, or with + and its country."
        raise UnreadableValueError(message)
    if is_mobile and digits.startswith("0") and not _MOBILE.fullmatch(digits):
        message = "A mobile number has eleven digits and begins with 060, 070, 080 or 090."
        raise UnreadableValueError(message)
    return digits


def postal_code(text: str) -> str:
    """Return the seven digits."""
    digits = _BETWEEN_DIGITS.sub("", unicodedata.normalize("NFKC", text).replace("〒", ""))
    if not digits.isascii() or not _POSTAL_CODE.fullmatch(digits):
        message = "A postal code has seven digits, such as 530-0001."
        raise UnreadableValueError(message)
    return digits


def kana(text: str) -> str:
    """Return the reading of a name in full-width katakana, its parts one space apart."""
    wide = unicodedata.normalize("NFKC", text)
    katakana = "".join(chr(ord(letter) + 0x60) if "ぁ" <= letter <= "ゖ" else letter for letter in wide)
    plain = " ".join(katakana.split())
    if not 0 < len(plain) <= _LONGEST_KANA or not _KANA.fullmatch(plain):
        message = "The reading of a name is written in katakana or hiragana."
        raise UnreadableValueError(message)
    return plain


def birth_date(text: str, *, on: dt.date) -> str:
    """Return the day as 1980-04-01; it lies after 1899 and not after the day it is recorded on."""
    plain = unicodedata.normalize("NFKC", text).strip()
    found = re.fullmatch(r"([0-9]{4})[-/.年]?([0-9]{1,2})[-/.月]?([0-9]{1,2})日?", plain, re.ASCII)
    try:
        day = dt.date(int(found[1]), int(found[2]), int(found[3])) if found else None
    except ValueError:
        day = None
    if day is None or not day.year >= _FIRST_YEAR or day > on:
        message = f"A birth date looks like 1980-04-01, from {_FIRST_YEAR} to today."
        raise UnreadableValueError(message)
    return day.isoformat()


def postal_address(text: str) -> str:
    """Return the address on one line, with its own widths: 丁目 are written in many ways, and all are right."""
    plain = " ".join(unicodedata.normalize("NFC", text).split())
    if not is_line(plain, longest=_LONGEST_ADDRESS):
        message = f"An address is one line of up to {_LONGEST_ADDRESS} characters."
        raise UnreadableValueError(message)
    return plain


_AS_WRITTEN: Mapping[PersonalField, Callable[[str], str]] = {
    PersonalField.POSTAL_CODE: postal_code,
    PersonalField.KANA: kana,
    PersonalField.ADDRESS: postal_address,
}
