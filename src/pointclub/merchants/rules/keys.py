"""Terminal keys: what a secret looks like, what is kept of it, and what a key can be allowed to do."""

from __future__ import annotations

import base64
import hashlib
import re
from enum import StrEnum

SECRET_BYTES = 32
DIGEST_BYTES = 32
HINT_CHARACTERS = 4
DEFAULT_PER_MINUTE = 6_000
MOST_PER_MINUTE = 1_000_000

# The sign that programs look for which search code and logs for secrets that leaked.
_PREFIX = "pct_"
_SECRET = re.compile(r"pct_[A-Za-z0-9_-]{43}", re.ASCII)


class KeyAct(StrEnum):
    """One thing that a key can be allowed to do."""

    ACCRUE = "accrue"
    CORRECT = "correct"
    REVERSE = "reverse"
    READ = "read"


def new_secret(randomness: bytes) -> str:
    """Write 32 random bytes as the secret that a terminal keeps.

    Raises:
        ValueError: there are more or fewer.
    """
    if len(randomness) != SECRET_BYTES:
        message = f"A secret is made of {SECRET_BYTES} random bytes."
        raise ValueError(message)
    return _PREFIX + base64.urlsafe_b64encode(randomness).decode().rstrip("=")


def is_secret(text: str) -> bool:
    """Return whether the text has the shape of a secret; whether it opens anything is another question."""
    return _SECRET.fullmatch(text) is not None


def digest_of(secret: str) -> bytes:
    """Return what is kept of a secret.

    SHA-256, and nothing slower: nobody finds 256 random bits by trying, and every sale asks for it.
    """
    return hashlib.sha256(secret.encode()).digest()


def hint_of(secret: str) -> str:
    """Return the end of a secret, by which people tell one key from another."""
    return secret[-HINT_CHARACTERS:]
