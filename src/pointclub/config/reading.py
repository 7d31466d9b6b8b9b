"""How the values of environment variables are read; what cannot be read is a ValueError in words."""

import base64
import dataclasses
import datetime as dt
import re
import urllib.parse
from collections.abc import Callable

_KEY_BYTES = 32
_HOST = re.compile(r"[a-z0-9-]+(\.[a-z0-9-]+)*")
_MOST_DAYS = 365


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


def days(text: str) -> tuple[int, ...]:
    """Read numbers of days with commas between, none of them twice, the most first."""
    read = sorted({int(each) for each in names(text)}, reverse=True)
    if any(not 0 < each <= _MOST_DAYS for each in read):
        message = f"must be whole numbers from 1 to {_MOST_DAYS}"
        raise ValueError(message)
    return tuple(read)


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


@dataclasses.dataclass(frozen=True)
class MailServer:
    """Where mail is handed over, and how."""

    host: str
    port: int
    user: str
    password: str = dataclasses.field(repr=False)
    is_tls: bool
    starts_tls: bool


_MAIL_PORTS = {"smtp": 25, "smtp+starttls": 587, "smtps": 465}


def mail_server(text: str) -> MailServer:
    """Read the address of a mail server."""
    parts = urllib.parse.urlsplit(text)
    if parts.scheme not in _MAIL_PORTS or not parts.hostname or parts.path.strip("/") or parts.query:
        message = (
            "must read smtps://user:password@host:port, with smtp+starttls:// or smtp:// where the server has less"
        )
        raise ValueError(message)
    return MailServer(
        host=parts.hostname,
        port=parts.port or _MAIL_PORTS[parts.scheme],
        user=urllib.parse.unquote(parts.username or ""),
        password=urllib.parse.unquote(parts.password or ""),
        is_tls=parts.scheme == "smtps",
        starts_tls=parts.scheme == "smtp+starttls",
    )


def mail_address(text: str) -> str:
    """Read an e-mail address of ours; before the @ there is room for what a bounce is told by."""
    if not re.fullmatch(r"[A-Za-z0-9._-]{1,20}@([A-Za-z0-9-]+\.)+[A-Za-z0-9-]{2,}", text):
        message = "must be an address such as club@example.jp, with up to 20 letters before the @"
        raise ValueError(message)
    return text


def site_address(text: str) -> str:
    """Read the address of a site, without what comes after its host."""
    parts = urllib.parse.urlsplit(text)
    if parts.scheme not in {"http", "https"} or not parts.netloc or parts.path.strip("/") or parts.query:
        message = "must be an address such as https://club.example.jp"
        raise ValueError(message)
    return f"{parts.scheme}://{parts.netloc}"


def host(text: str) -> str:
    """Read the name of a host, or of a domain that hosts are in."""
    if not _HOST.fullmatch(text):
        message = "must be a name such as club.example.jp"
        raise ValueError(message)
    return text


def host_of(site: str) -> str:
    """Return the name in a site's address, without its port."""
    return urllib.parse.urlsplit(site).hostname or ""


def development_key(purpose: str) -> str:
    """Return a key that nobody should use in production, and that production refuses."""
    return base64.b64encode(f"development {purpose}".encode().ljust(_KEY_BYTES, b".")).decode()
