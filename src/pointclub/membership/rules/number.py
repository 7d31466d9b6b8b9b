"""Member numbers: eleven digits and a check digit, so that a mistyped one is told from an unknown one."""

from __future__ import annotations

DIGITS = 12


def with_check_digit(eleven: str) -> str:
    """Return the number with its check digit (the Luhn sum, as on payment cards)."""
    return eleven + str(-_luhn_sum(eleven + "0") % 10)


def is_member_number(number: str) -> bool:
    """Return whether it is twelve digits of which the last checks the others."""
    return len(number) == DIGITS and number.isascii() and number.isdigit() and _luhn_sum(number) % 10 == 0


def grouped(number: str) -> str:
    """Return the number as members read it: 1234-5678-9012."""
    return "-".join(number[start : start + 4] for start in range(0, DIGITS, 4))


def ungrouped(typed: str) -> str:
    """Return what was typed without hyphens and spaces."""
    return typed.replace("-", "").replace(" ", "")


def _luhn_sum(number: str) -> int:
    total = 0
    for place, digit in enumerate(reversed(number)):
        value = int(digit) * (1 + place % 2)
        total += sum(divmod(value, 10))
    return total
