"""How often a key may call, and how often an address may try keys that nobody has.

Counted in this process alone: whoever fills a bucket knows how many processes there are.
"""

from __future__ import annotations

from collections.abc import Hashable
from typing import Generic, TypeVar

_Name = TypeVar("_Name", bound=Hashable)


class TokenBucket:
    """Fills at a steady rate up to its burst; what is taken must have been filled in.

    Whoever asks for more than the burst at once is let in when the bucket is full, and leaves it in debt: a batch of
    1,000 rows can be sent with any key, and costs its 1,000 all the same.
    """

    __slots__ = ("_at", "_burst", "_level", "_per_second")

    def __init__(self, *, per_second: float, burst: float, now: float) -> None:
        self._per_second = per_second
        self._burst = burst
        self._level = burst
        self._at = now

    def take(self, cost: float, *, now: float) -> float:
        """Take so much and return 0, or take nothing and return in how many seconds it can be had."""
        self._fill(now)
        wait = self.wait_for(cost)
        if not wait:
            self._level -= cost
        return wait

    def wait_for(self, cost: float) -> float:
        """Return in how many seconds, from when it was last asked, so much can be had."""
        return max(0.0, (min(cost, self._burst) - self._level) / self._per_second)

    def give_back(self, cost: float) -> None:
        """Put back what was taken in vain."""
        self._level = min(self._burst, self._level + cost)

    def is_full(self, *, now: float) -> bool:
        """Tell whether it is as it was when new, so that nothing is lost with it."""
        self._fill(now)
        return self._level >= self._burst

    def _fill(self, now: float) -> None:
        self._level = min(self._burst, self._level + (now - self._at) * self._per_second)
        self._at = now


class Buckets(Generic[_Name]):
    """A bucket for each name, never more than so many at once."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._buckets: dict[_Name, TokenBucket] = {}

    def find(self, name: _Name) -> TokenBucket | None:
        """Return the bucket of that name, if there is one."""
        return self._buckets.get(name)

    def get(self, name: _Name, *, per_second: float, burst: float, now: float) -> TokenBucket:
        """Return the bucket of that name, a full one where there was none."""
        bucket = self._buckets.get(name)
        if bucket is None:
            if len(self._buckets) >= self._most:
                self._make_room(now)
            bucket = self._buckets[name] = TokenBucket(per_second=per_second, burst=burst, now=now)
        return bucket

    def _make_room(self, now: float) -> None:
        """Forget the buckets that are full, and where none is, the oldest."""
        self._buckets = {name: bucket for name, bucket in self._buckets.items() if not bucket.is_full(now=now)}
        while len(self._buckets) >= self._most:
            del self._buckets[next(iter(self._buckets))]
