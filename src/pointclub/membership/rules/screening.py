"""What holds an application for staff: who may be known already, or cannot be where the address says (SCR-1, MEM-1)."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum

from pointclub.people.rules.widths import DASHES

_BLOCK = re.compile(r"丁目|番地の|番地|番|号|の(?=[0-9])")
_ANY_DASH = re.compile(f"(?<=[0-9])[{re.escape(DASHES)}]+(?=[0-9])")


class HoldReason(StrEnum):
    """Why somebody of the staff looks at an application before it is decided; the applicant is not told which."""

    DOUBLE = "double"
    REVOKED_BEFORE = "revoked_before"
    ADDRESS_NOT_FOUND = "address_not_found"
    EXCLUDED = "excluded"


@dataclass(frozen=True, slots=True)
class Likeness:
    """In what an applicant is like somebody on file; ``same_birth_date`` is None where one of the two is unknown."""

    same_name: bool
    same_birth_date: bool | None
    same_address: bool
    same_contact: bool


def is_double(likeness: Likeness) -> bool:
    """Return whether the two are likely one person (MEM-1).

    With the same birth date, name and address suffice, or an e-mail address or phone number. Without the club nobody
    is asked for a birth date, and of old members it may be unknown: then the name has to be the same and, besides,
    the address or a contact, since a family shares those and not the name. Another birth date is another person.
    """
    if likeness.same_birth_date is None:
        return likeness.same_name and (likeness.same_address or likeness.same_contact)
    return likeness.same_birth_date and ((likeness.same_name and likeness.same_address) or likeness.same_contact)


def is_like_a_former(likeness: Likeness) -> bool:
    """Return whether the two may be one person, for whom a revoked membership is reason to look (END-4).

    Less is asked than of doubles, for who was thrown out has moved or changed the number by now.
    """
    return is_double(likeness) or bool(likeness.same_name and likeness.same_birth_date)


def is_same_address(one: str, other: str) -> bool:
    """Return whether two addresses on one line name the same house, however block and number are written.

    A building that only one of them names makes no difference, and so the end of the shorter one must not fall within
    a number.
    """
    short, long = sorted((_canonical(one), _canonical(other)), key=len)
    if not short or not long.startswith(short):
        return False
    rest = long[len(short) :]
    return not rest or not (rest[0].isdigit() or rest[0] == "-")


def _canonical(address: str) -> str:
    plain = "".join(unicodedata.normalize("NFKC", address).casefold().split())
    dashed = _BLOCK.sub("-", _ANY_DASH.sub("-", plain))
    return re.sub("-+(?![-0-9])|-(?=-)", "", dashed)
