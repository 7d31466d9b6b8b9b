"""Receipt numbers: the merchant's number, then random letters and digits that are hard to mistake."""

from __future__ import annotations

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's: no I, L, O, U


def receipt_number(merchant_number: str, randomness: int) -> str:
    """Return a number such as 000123-7K2M-9QXB-4TFC, from 60 random bits."""
    letters = "".join(_ALPHABET[randomness >> shift & 31] for shift in range(55, -1, -5))
    return f"{merchant_number}-{letters[:4]}-{letters[4:8]}-{letters[8:]}"
