"""How long is waited, and by which clock."""

from __future__ import annotations

import datetime as dt
import random
import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """How long is waited for the interface, how long all tries may take, and how the pauses between them grow.

    `try_seconds` bounds each step of a try by itself: getting a connection, sending, and every wait for a further piece
    of the answer. An answer whose body is not complete so long after the try began is left. Who sends the head of an
    answer byte by byte can make a try last longer. After `total_seconds` no further try begins.
    """

    try_seconds: float = 5.0
    total_seconds: float = 30.0
    first_pause_seconds: float = 0.1
    longest_pause_seconds: float = 5.0

    def longest_pause(self, tries: int) -> float:
        """Return how long the pause after so many tries may be: doubled from one to the next, up to the longest."""
        # Bounded, since a float cannot be doubled for ever.
        doubled: float = self.first_pause_seconds * 2.0 ** min(tries - 1, 30)
        return min(self.longest_pause_seconds, doubled)


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """Clock, sleep and chance; tests bring their own.

    `clock` only ever counts on and measures the time that is left. `now` is the time of day, asked only where an
    answer names a day to come back and not the day on which it says so. `up_to` draws the pause: all tills that were
    cut off together would come back together, if each waited for the whole of it.
    """

    clock: Callable[[], float] = time.monotonic
    now: Callable[[], dt.datetime] = _now
    sleep: Callable[[float], None] = time.sleep
    up_to: Callable[[float], float] = lambda longest: random.uniform(0, longest)  # noqa: S311 -- No secret.
