"""Database addresses as PostgreSQL writes them, turned into Django's settings."""

import urllib.parse
from typing import Any

ENGINE = "pointclub.foundation.postgresql"


def connection_settings(url: str) -> dict[str, Any]:
    """Return Django's settings for `postgresql://user:password@host:port/name?option=value`.

    A socket folder stands percent-encoded where the host would, or as the option `host`, as in libpq.
    """
    parts = urllib.parse.urlsplit(url)
    name = urllib.parse.unquote(parts.path.removeprefix("/"))
    if parts.scheme not in {"postgres", "postgresql"} or not name:
        message = "A database address looks like postgresql://user:password@host:5432/name."
        raise ValueError(message)
    options = dict(urllib.parse.parse_qsl(parts.query))
    return {
        "ENGINE": ENGINE,
        "NAME": name,
        "USER": urllib.parse.unquote(parts.username or ""),
        "PASSWORD": urllib.parse.unquote(parts.password or ""),
        "HOST": options.pop("host", urllib.parse.unquote(parts.hostname or "")),
        "PORT": options.pop("port", str(parts.port or "")),
        "OPTIONS": options,
    }
