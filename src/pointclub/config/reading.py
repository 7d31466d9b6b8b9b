"""How the values of environment variables are read; what cannot be read is a ValueError in words."""

import base64
import datetime as dt
import re
import urllib.parse
from collections.abc import Callable

_KEY_BYTES = 32


def one_of(*choices: str) -> Callable[[str], str]:
    """Return a reader that takes one of these words."""

    def read(text: str) -> str:
        if text not in choices:
            message = f"must be one of {', '.join(choices)}"
            raise ValueError(message)
        return text

    return read


def names(text: str) -> tuple[str, ...]:
    """Read names with commas between."""
    return tuple(name.strip() for name in text.split(",") if name.strip())


def key_bytes(text: str) -> bytes:
    """Read a key of 32 bytes in Base64."""
    key = base64.b64decode(text, validate=True)
    if len(key) != _KEY_BYTES:
        message = f"must be {_KEY_BYTES} bytes in Base64, not {len(key)}"
        raise ValueError(message)
    return key


def key_ring(text: str) -> dict[str, bytes]:
    """Read keys by their ids, `id:key,id:key`; the first is the one that encrypts."""
    ring: dict[str, bytes] = {}
    for entry in names(text):
        name, colon, key = entry.partition(":")
        if not colon or not name or name in ring:
            message = "must read id:key,id:key with each id once"
            raise ValueError(message)
        ring[name] = key_bytes(key)
    return ring


def database(text: str) -> str:
    """Read the address of a PostgreSQL database."""
    if urllib.parse.urlsplit(text).scheme not in {"postgres", "postgresql"}:
        message = "must begin with postgresql://"
        raise ValueError(message)
    return text


_FIRST_YEAR, _LAST_YEAR = 2000, 2199


def instant(text: str) -> dt.datetime:
    """Read an instant with its zone."""
    read = dt.datetime.fromisoformat(text)
    if read.tzinfo is None:
        message = "must say its zone, as in 2026-04-01T09:00:00+09:00"
        raise ValueError(message)
    if not _FIRST_YEAR <= read.year <= _LAST_YEAR:
        message = f"must lie in the years {_FIRST_YEAR} to {_LAST_YEAR}"
        raise ValueError(message)
    return read


def at_least(least: int) -> Callable[[str], int]:
    """Return a reader that takes whole numbers from there on."""

    def read(text: str) -> int:
        number = int(text)
        if number < least:
            message = f"must be {least} or more"
            raise ValueError(message)
        return number

    return read


def phone(text: str) -> str:
    """Read a phone number as it is dialled in Japan."""
    if not re.fullmatch(r"0[0-9]{1,4}(-[0-9]{2,4}){1,3}", text):
        message = "must be a number as it is dialled in Japan, with hyphens, such as 0120-000-000"
        raise ValueError(message)
    return text


def issuer(text: str) -> str:
    """Read the issuer of an OpenID provider, without a slash at its end."""
    parts = urllib.parse.urlsplit(text)
    if parts.scheme not in {"https", "http"} or not parts.hostname or parts.query or parts.fragment:
        message = "must be an address such as https://id.example.jp"
        raise ValueError(message)
    return text.rstrip("/")


def development_key(purpose: str) -> str:
    """Return a key that nobody should use in production, and that production refuses."""
    return base64.b64encode(f"development {purpose}".encode().ljust(_KEY_BYTES, b".")).decode()
