"""How personal data looks to staff who do not need it: enough to tell two people apart, too little to use (STF-1)."""

from __future__ import annotations

import re

from pointclub.people.rules.personal_fields import MAILS, PHONES, PersonalField

HIDDEN = "＊"
_SHOWN_OF_A_PHONE = 4
_SHOWN_OF_A_POSTAL_CODE = 3
_NAMES = frozenset(
    {
        PersonalField.NAME,
        PersonalField.KANA,
        PersonalField.FAMILY_NAME,
        PersonalField.GIVEN_NAME,
        PersonalField.NICKNAME,
    }
)
_AS_A_WHOLE = {
    PersonalField.BIRTH_DATE: "****-**-**",
    PersonalField.SEX: HIDDEN,
    PersonalField.TOWN: HIDDEN,
    PersonalField.STREET: HIDDEN,
    PersonalField.BUILDING: HIDDEN,
}
_PREFECTURE = re.compile(r"東京都|北海道|(?:京都|大阪)府|[^\s0-9]{2,3}県")


def masked(field: PersonalField, value: str) -> str:
    """Return the value with all hidden but what tells it from another one; how long it is stays hidden too."""
    if field in _NAMES:
        return masked_name(value)
    if field in MAILS:
        return masked_mail(value)
    if field in PHONES:
        return masked_phone(value)
    if field is PersonalField.POSTAL_CODE:
        return f"{value[:_SHOWN_OF_A_POSTAL_CODE]}-****"
    if field is PersonalField.ADDRESS:
        prefecture = _PREFECTURE.match(value)
        return f"{prefecture[0] if prefecture else ''}{HIDDEN}"
    return value if field is PersonalField.PREFECTURE else _AS_A_WHOLE[field]


def masked_name(name: str) -> str:
    """Return the first letter of each part: 山田 花子 as 山＊ 花＊; a part of one letter is hidden whole."""
    return " ".join(part[0] + HIDDEN if len(part) > 1 else HIDDEN for part in name.split()) or HIDDEN


def masked_mail(address: str) -> str:
    """Return the first letter and the domain: h***@example.com."""
    name, _, domain = address.rpartition("@")
    return f"{name[0] if len(name) > 1 else ''}***@{domain}"


def masked_phone(number: str) -> str:
    """Return the last four digits: ***-****-1234."""
    return f"***-****-{number[-_SHOWN_OF_A_PHONE:]}"
