"""What a member's password may be (REG-2, REG-8). It is judged as it was typed: never converted, never trimmed."""

from __future__ import annotations

import re
from enum import StrEnum

from pointclub.people.rules.field_errors import FieldError

_LETTERS_AND_DIGITS = re.compile(r"[0-9A-Za-z]+")


class Policy(StrEnum):
    """What the operator asks for: the documents' rule, or a stricter one."""

    DOCUMENTED = "documented"
    STRICT = "strict"


# From how many characters to how many.
LENGTHS = {Policy.DOCUMENTED: (6, 14), Policy.STRICT: (8, 128)}
DESCRIBED = {
    Policy.DOCUMENTED: "A member's password has 6 to 14 half-width letters and digits, at least one of each, "
    "and is not the login ID.",
    Policy.STRICT: "A member's password has 8 to 128 characters, and is neither a common one nor the login ID.",
}


def refuse_unfit(password: str, *, login_id: str, policy: Policy, is_common: bool) -> None:
    """Do nothing where the password may be used with that login ID.

    The strict rule asks for no mixture of letters and digits: length and rarity are what makes guessing long.

    Raises:
        FieldError: `required`, `cannot_be_used` (half of a surrogate pair), `wrong_length` with `shortest` and
            `longest`, `same_as_login_id`; when documented `letters_and_digits_only` or `letter_and_digit_needed`, and
            when strict `too_common`.
    """
    if not password:
        raise FieldError("required")
    if any("\ud800" <= letter <= "\udfff" for letter in password):
        raise FieldError("cannot_be_used", characters="")
    shortest, longest = LENGTHS[policy]
    if not shortest <= len(password) <= longest:
        raise FieldError("wrong_length", shortest=shortest, longest=longest)
    if policy is Policy.DOCUMENTED:
        _refuse_composition(password)
    if password.casefold() == login_id.casefold():
        raise FieldError("same_as_login_id")
    if policy is Policy.STRICT and is_common:
        raise FieldError("too_common")


def _refuse_composition(password: str) -> None:
    if not _LETTERS_AND_DIGITS.fullmatch(password):
        raise FieldError("letters_and_digits_only")
    if password.isdecimal() or password.isalpha():
        raise FieldError("letter_and_digit_needed")
