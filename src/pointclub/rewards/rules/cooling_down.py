"""For how long after a change of the e-mail address rewards wait that are worth something elsewhere.

Whoever has stolen a sign-in changes the address first, so that the owner hears nothing, and takes the points then.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from pointclub.people.rules.signing_in import ADDRESS_COOLDOWN

COOLDOWN = ADDRESS_COOLDOWN
# The payment of one's own bill and a gift to a cause are worth nothing to a thief.
HELD_KINDS = frozenset({"miles", "gift"})


def is_cooling_down(kinds: Iterable[str], *, changed_at: dt.datetime, at: dt.datetime) -> bool:
    """Tell whether one of the kinds has to wait; exactly 72 hours later none has."""
    return at < changed_at + COOLDOWN and not HELD_KINDS.isdisjoint(str(kind) for kind in kinds)
