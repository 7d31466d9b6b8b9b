"""How long a link that proves an address can be opened (REG-5)."""

from __future__ import annotations

import datetime as dt

VALID_FOR = dt.timedelta(hours=24)


def is_in_time(issued_at: dt.datetime, *, at: dt.datetime) -> bool:
    """Return whether a link issued then still proves anything."""
    return at < issued_at + VALID_FOR
