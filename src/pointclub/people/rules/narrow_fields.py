"""The fields of the registration form that ask for half-width letters and digits (REG-2), forgiving as well (REG-3).

Each returns the value as it is kept and raises a FieldError with the code that its docstring names.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable

from pointclub.people.rules import contacts, widths
from pointclub.people.rules.field_errors import FieldError

SHORTEST_LOGIN_ID = 6
LONGEST_LOGIN_ID = 8
LONGEST_MAIL = 50
_LAND_LINE = re.compile(r"0[1-9][0-9]{8}|050[0-9]{8}")
_MOBILE = re.compile(r"0[6-9]0[0-9]{8}")
_BETWEEN_DIGITS = re.compile(rf"[\s(){re.escape(widths.DASHES)}]")


def login_id(text: str) -> str:
    """Return the login ID in lower case, in whatever case it was typed.

    Raises:
        FieldError: `required`, `letters_and_digits_only`, `wrong_length` with `shortest` and `longest`, or
            `letter_needed`.
    """
    typed = _required(text)
    # Before it is put in lower case, for there are letters abroad, such as the sign of the kelvin, that become a k.
    if not re.fullmatch(r"[0-9A-Za-z]+", typed):
        raise FieldError("letters_and_digits_only")
    plain = typed.lower()
    if not SHORTEST_LOGIN_ID <= len(plain) <= LONGEST_LOGIN_ID:
        raise FieldError("wrong_length", shortest=SHORTEST_LOGIN_ID, longest=LONGEST_LOGIN_ID)
    if plain.isdecimal():
        raise FieldError("letter_needed")
    return plain


def postal_code(text: str) -> str:
    """Return the seven digits.

    Raises:
        FieldError: `required`, or `not_postal_code`.
    """
    return _read(contacts.postal_code, _required(text), "not_postal_code")


def land_line(*parts: str) -> str:
    """Return the digits of a number at home, typed in three parts or in one; nothing where nothing was typed.

    Raises:
        FieldError: `not_land_line`.
    """
    return _phone(parts, _LAND_LINE, "not_land_line")


def mobile(*parts: str) -> str:
    """Return the digits of a mobile number, typed in three parts or in one; nothing where nothing was typed.

    Raises:
        FieldError: `not_mobile`.
    """
    return _phone(parts, _MOBILE, "not_mobile")


def phones(land_line_number: str, mobile_number: str) -> None:
    """Do nothing where there is one number at least.

    Raises:
        FieldError: `phone_needed`, which belongs to both fields together.
    """
    if not land_line_number and not mobile_number:
        raise FieldError("phone_needed")


def mail(text: str) -> str:
    """Return the address; the case before the @ is its owner's.

    Addresses that mobile carriers once gave out against the standard are taken (`is_irregular_mail`).

    Raises:
        FieldError: `required`, `too_long` with `longest`, or `not_mail`.
    """
    plain = _required(text)
    if len(plain) > LONGEST_MAIL:
        raise FieldError("too_long", longest=LONGEST_MAIL)
    if not plain.isascii():
        raise FieldError("not_mail")
    return _read(contacts.mail_address, plain, "not_mail")


def second_mail(text: str, *, first: str) -> str:
    """Return the second address, or nothing.

    Raises:
        FieldError: `too_long`, `not_mail`, or `same_as_first`.
    """
    if not widths.narrow(text):
        return ""
    plain = mail(text)
    if plain.casefold() == first.casefold():
        raise FieldError("same_as_first")
    return plain


def is_irregular_mail(address: str) -> bool:
    """Return whether mail to the address may fail, because of where its dots stand."""
    name = address.rpartition("@")[0]
    return ".." in name or name.startswith(".") or name.endswith(".")


def birth_date(text: str, *, on: dt.date) -> str:
    """Return the day as 1980-04-01.

    Raises:
        FieldError: `required`, or `not_birth_date`, which days to come and before 1900 are too.
    """
    return _read(lambda plain: contacts.birth_date(plain, on=on), _required(text), "not_birth_date")


def refuse_unequal(typed: str, again: str) -> None:
    """Do nothing where a value was typed twice and is the same.

    Raises:
        FieldError: `not_the_same`.
    """
    if typed != again:
        raise FieldError("not_the_same")


def _required(text: str) -> str:
    plain = widths.narrow(text)
    if not plain:
        raise FieldError("required")
    return plain


def _phone(parts: tuple[str, ...], pattern: re.Pattern[str], code: str) -> str:
    typed = [widths.narrow(part) for part in parts]
    if not any(typed):
        return ""
    digits = _BETWEEN_DIGITS.sub("", "-".join(typed))
    try:
        plain = contacts.phone_number(digits)
    except contacts.UnreadableValueError:
        raise FieldError(code) from None
    if not pattern.fullmatch(plain):
        raise FieldError(code)
    return plain


def _read(read: Callable[[str], str], text: str, code: str) -> str:
    try:
        return read(text)
    except contacts.UnreadableValueError:
        raise FieldError(code) from None
