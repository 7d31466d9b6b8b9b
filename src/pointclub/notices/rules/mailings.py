"""How the notices of one mailing are found among all."""

from __future__ import annotations

import re
from uuid import UUID

_KEY = re.compile(r"mailing:([0-9a-f-]{36}):[0-9a-f-]{36}")


def prefix_of(mailing_id: UUID) -> str:
    """Return what the keys of all its notices begin with."""
    return f"mailing:{mailing_id}:"


def key_of(mailing_id: UUID, person_id: UUID) -> str:
    """Return the key under which one person is told once."""
    return f"{prefix_of(mailing_id)}{person_id}"


def mailing_in(key: str) -> UUID | None:
    """Return the mailing that a notice belongs to, if it belongs to one."""
    found = _KEY.fullmatch(key)
    return None if found is None else UUID(found[1])
