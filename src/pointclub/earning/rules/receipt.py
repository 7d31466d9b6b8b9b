"""Receipt numbers (ACC-4): the merchant's number, then random letters and digits that are hard to mistake.

The randomness of a receipt is also the end of its accrual's id, so that the one is found by the other.
"""

from __future__ import annotations

from uuid import UUID

RANDOM_BITS = 60
_RANDOMNESS = (1 << RANDOM_BITS) - 1

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's: no I, L, O, U
_PAIRS = tuple(first + second for first in _ALPHABET for second in _ALPHABET)
_MISTAKEN = str.maketrans("OIL", "011")


def receipt_number(merchant_number: str, randomness: int) -> str:
    """Return a number such as 000123-7K2M-9QXB-4TFC, from 60 random bits."""
    return (
        f"{merchant_number}-{_PAIRS[randomness >> 50]}{_PAIRS[randomness >> 40 & 1023]}"
        f"-{_PAIRS[randomness >> 30 & 1023]}{_PAIRS[randomness >> 20 & 1023]}"
        f"-{_PAIRS[randomness >> 10 & 1023]}{_PAIRS[randomness & 1023]}"
    )


def accrual_id(start: UUID, randomness: int) -> UUID:
    """Return the id of the accrual whose receipt has this randomness: a UUIDv7 that begins as ``start`` does."""
    return UUID(int=start.int & ~_RANDOMNESS | randomness)


def randomness_of(identifier: UUID) -> int:
    """Return the random bits that the receipt of this accrual's number is made of."""
    return identifier.int & _RANDOMNESS


def as_printed(typed: str) -> str:
    """Return the number as it stands on receipts, however it was typed: with O for 0, I or L for 1, or no hyphens."""
    plain = "".join(letter for letter in typed.upper() if letter not in "- ").translate(_MISTAKEN)
    return "-".join([plain[:6], *(plain[start : start + 4] for start in range(6, len(plain), 4))])
