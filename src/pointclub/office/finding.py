"""What was last looked for, kept sealed in the session: never in an address, which browsers and proxies keep."""

from __future__ import annotations

import json

from django.contrib.sessions.backends.base import SessionBase

from pointclub.people.personal_data import UnreadablePersonalDataError, decrypt, encrypt

_KEY = "search"
_COLUMN = b"office_session.search"


def keep(session: SessionBase, *, by: str, term: str) -> None:
    """Keep it until something else is looked for."""
    session[_KEY] = encrypt(json.dumps([by, term]), bound_to=_COLUMN).hex()


def last(session: SessionBase) -> tuple[str, str] | None:
    """Return what was looked for, and by what it was."""
    kept = session.get(_KEY)
    if kept is None:
        return None
    try:
        by, term = json.loads(decrypt(bytes.fromhex(kept), bound_to=_COLUMN))
    except (UnreadablePersonalDataError, ValueError):
        return None
    return by, term


def forget(session: SessionBase) -> None:
    """Forget it."""
    session.pop(_KEY, None)
