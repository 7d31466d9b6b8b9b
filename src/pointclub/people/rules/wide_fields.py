"""The fields of the registration form that ask for full-width letters (REG-2), forgiving where that is clear (REG-3).

Each returns the value as it is kept, and shows on the page on which it is checked. Each raises a FieldError:
`required`, `too_long` with `longest`, `not_full_width` or `cannot_be_used` with the `characters`, or what it says.
"""

from __future__ import annotations

import re
import unicodedata
from enum import StrEnum

from pointclub.people.rules import widths
from pointclub.people.rules.field_errors import FieldError
from pointclub.people.rules.prefectures import PREFECTURES

LONGEST_NAME = 20
LONGEST_NICKNAME = 20
LONGEST_KEYWORD = 10
# The documents give no limit for an address: what fits on an envelope.
LONGEST_ADDRESS_PART = 50
_KATAKANA = re.compile(r"(?=.*[ァ-ヺ])[ァ-ヺー・]+")
_IN_NAMES = frozenset("　・＝－＆＇’．，（）ー～〜‐‑‒–—―−")
_ENCLOSED = ("㈀", "㏿")


class Sex(StrEnum):
    """What is asked for the club; one may decline."""

    FEMALE = "f"
    MALE = "m"
    DECLINED = "x"


def full_name(text: str) -> str:
    """Return the name that somebody registers under: letters, digits, kana and kanji."""
    return _name(text, longest=LONGEST_NAME)


def family_name(text: str) -> str:
    """Return the family name."""
    return _name(text, longest=LONGEST_NAME)


def given_name(text: str) -> str:
    """Return the given name."""
    return _name(text, longest=LONGEST_NAME)


def reading(text: str) -> str:
    """Return how one part of a name is read, in katakana; spaces within it become ・.

    Raises:
        FieldError: `not_katakana`, and what all fields say.
    """
    plain = widths.katakana(_required(widths.wide(text), longest=LONGEST_NAME)).replace("　", "・")
    if not _KATAKANA.fullmatch(plain):
        raise FieldError("not_katakana")
    return plain


def whole_reading(family: str, given: str) -> str:
    """Return both readings as a person's one reading is kept."""
    return f"{family} {given}"


def nickname(text: str) -> str:
    """Return the name that the site shows, whatever can be drawn wide; or nothing."""
    return _any_letters(text, longest=LONGEST_NICKNAME) if widths.wide(text) else ""


def identity_keyword(text: str) -> str:
    """Return the secret word that is asked for who forgot ID or password."""
    return _any_letters(text, longest=LONGEST_KEYWORD)


def prefecture(text: str) -> str:
    """Return the prefecture.

    Raises:
        FieldError: `required`, or `unknown_prefecture`.
    """
    plain = widths.wide(text)
    if not plain:
        raise FieldError("required")
    if plain not in PREFECTURES:
        raise FieldError("unknown_prefecture")
    return plain


def town(text: str) -> str:
    """Return city and part of the city; whether they fit the postal code is not asked."""
    return _any_letters(text, longest=LONGEST_ADDRESS_PART)


def street(text: str) -> str:
    """Return the block and the number of the house, its dashes as they were typed."""
    return _any_letters(text, longest=LONGEST_ADDRESS_PART)


def building(text: str) -> str:
    """Return building and room, or nothing."""
    return _any_letters(text, longest=LONGEST_ADDRESS_PART) if widths.wide(text) else ""


def sex(text: str) -> str:
    """Return the choice.

    Raises:
        FieldError: `required`, or `unknown_choice`.
    """
    if not text:
        raise FieldError("required")
    if text not in set(Sex):
        raise FieldError("unknown_choice")
    return text


def _name(text: str, *, longest: int) -> str:
    plain = _any_letters(text, longest=longest)
    widths.refuse_letters(plain, "cannot_be_used", {letter for letter in plain if not _is_in_names(letter)})
    return plain


def _any_letters(text: str, *, longest: int) -> str:
    plain = _required(widths.wide(text), longest=longest)
    widths.refuse_letters(plain, "not_full_width", {letter for letter in plain if not widths.is_wide(letter)})
    return plain


def _required(plain: str, *, longest: int) -> str:
    if not plain:
        raise FieldError("required")
    if widths.length(plain) > longest:
        raise FieldError("too_long", longest=longest)
    return plain


def _is_in_names(letter: str) -> bool:
    is_enclosed = _ENCLOSED[0] <= letter <= _ENCLOSED[1]
    return is_enclosed or letter in _IN_NAMES or unicodedata.category(letter)[0] in "LMN"
