"""The numbers of an energy contract: the customer's, and the supply point's.

Neither has a check digit that anybody publishes, so only digits and their count are looked at. A customer number is
shown as it stands on the bill, 99-99-9999-999999.
"""

from __future__ import annotations

import re

from pointclub.people.rules import widths
from pointclub.people.rules.field_errors import FieldError

_BETWEEN_DIGITS = re.compile(rf"[\s{re.escape(widths.DASHES)}]")
_CUSTOMER = re.compile(r"[0-9]{14}")
# Electricity: the area, the class of voltage and nineteen digits more. Gas: seventeen digits.
_SUPPLY_POINT = re.compile(r"(?:0[1-9]|10)[01][0-9]{19}|[0-9]{17}")


def customer_number(text: str) -> str:
    """Return the fourteen digits.

    Raises:
        FieldError: `required`, or `not_customer_number`.
    """
    return _digits(text, _CUSTOMER, "not_customer_number")


def supply_point_number(text: str) -> str:
    """Return the digits: 22 of a place that takes or gives electricity, 17 of one that takes gas.

    Raises:
        FieldError: `required`, or `not_supply_point_number`.
    """
    return _digits(text, _SUPPLY_POINT, "not_supply_point_number")


def grouped_customer_number(digits: str) -> str:
    """Return the number as it stands on the bill."""
    return f"{digits[:2]}-{digits[2:4]}-{digits[4:8]}-{digits[8:]}"


def _digits(text: str, pattern: re.Pattern[str], code: str) -> str:
    plain = _BETWEEN_DIGITS.sub("", widths.narrow(text))
    if not plain:
        raise FieldError("required")
    if not pattern.fullmatch(plain):
        raise FieldError(code)
    return plain
