"""Who calls: terminal keys, known for a minute, and the limits that stand before everything else."""

from __future__ import annotations

import asyncio
import ipaddress
import time
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from pointclub.merchant_api.desk import Desk
from pointclub.merchant_api.limits import Buckets, TokenBucket
from pointclub.merchant_api.problems import ProblemError
from pointclub.merchants.queries import KeyStanding
from pointclub.merchants.rules.keys import digest_of, is_secret

# What is known here decides early only; the desk asks the database again with every batch.
KNOWN_FOR_SECONDS = 60.0
_MOST_KNOWN = 10_000
_MOST_LIMITED = 20_000

# A shop's tills share an address: after a restart of ours all of them are unknown at once, and none is refused.
UNKNOWN_PER_SECOND = 5.0
UNKNOWN_BURST = 100.0

_SECONDS_A_MINUTE = 60.0
_SHARE_OF_MINUTE = 10
_LEAST_BURST = 10
_BEARER = b"bearer "


class Gate:
    """Lets keys in, and remembers them for a while."""

    def __init__(self, desk: Desk, *, proxies: int, processes: int) -> None:
        self._desk = desk
        self._proxies = proxies
        self._processes = processes
        self._known: dict[bytes, tuple[KeyStanding, float]] = {}
        self._asked: dict[bytes, asyncio.Task[KeyStanding | None]] = {}
        self._keys: Buckets[UUID] = Buckets(_MOST_LIMITED)
        self._addresses: Buckets[str] = Buckets(_MOST_LIMITED)

    async def admit(self, authorization: bytes | None, scope: Any) -> tuple[bytes, KeyStanding]:
        """Return the digest of the caller's secret, and what the key opens.

        Raises:
            ProblemError: there is no secret, nobody has it, or too many were tried from there.
        """
        secret = _secret_in(authorization)
        digest = digest_of(secret)
        # First, since whoever is known has a secret, and what it looks like need not be asked with every sale.
        known = self._known.get(digest)
        if known is not None and known[1] > time.monotonic():
            return digest, known[0]
        if not is_secret(secret):
            raise ProblemError("key_missing")
        return digest, await self._look_up(digest, scope)

    def spend(self, key: KeyStanding) -> None:
        """Count a call against the key's limit.

        The burst is a tenth of a minute's calls: tills that all ring at noon are served at once, and a key gone wild
        is slowed down within seconds. Of both, each process lets its share through: together they stay within the
        limit, however the key's connections fall on them.

        Raises:
            ProblemError: it has had enough for now.
        """
        now = time.monotonic()
        wait = self._bucket(key, now).take(1, now=now)
        if wait:
            raise ProblemError("too_many_requests", retry_after=wait)

    def spend_on_rows(self, key: KeyStanding, rows: int) -> None:
        """Count the rows of a batch, in place of the one call that was counted when it came in.

        Raises:
            ProblemError: that is more than it has now; the call counts all the same, since its body was read.
        """
        now = time.monotonic()
        bucket = self._bucket(key, now)
        bucket.give_back(1)
        if bucket.take(rows, now=now):
            bucket.take(1, now=now)
            raise ProblemError("too_many_requests", retry_after=bucket.wait_for(rows))

    def _bucket(self, key: KeyStanding, now: float) -> TokenBucket:
        return self._keys.find(key.id) or self._keys.get(
            key.id,
            per_second=key.per_minute / _SECONDS_A_MINUTE / self._processes,
            burst=max(key.per_minute // _SHARE_OF_MINUTE, _LEAST_BURST) / self._processes,
            now=now,
        )

    def forget(self, digest: bytes) -> None:
        """Know the key no longer: the database says that it opens nothing."""
        self._known.pop(digest, None)

    async def _look_up(self, digest: bytes, scope: Any) -> KeyStanding:
        self._known.pop(digest, None)
        task = self._asked.get(digest)
        if task is None:
            now = time.monotonic()
            bucket = self._addresses.get(
                source_of(scope, proxies=self._proxies), per_second=UNKNOWN_PER_SECOND, burst=UNKNOWN_BURST, now=now
            )
            wait = bucket.take(1, now=now)
            if wait:
                raise ProblemError("too_many_unknown_keys", retry_after=wait)
            task = self._asked[digest] = asyncio.create_task(self._find(digest, bucket))
            task.add_done_callback(lambda _: self._asked.pop(digest, None))
        # A caller that hangs up takes nobody else's answer along.
        standing = await asyncio.shield(task)
        if standing is None or standing.revoked_at is not None:
            raise ProblemError("key_unknown")
        self._remember(digest, standing)
        return standing

    async def _find(self, digest: bytes, bucket: TokenBucket) -> KeyStanding | None:
        """Ask for the key; the try counts only where nobody has it, and not where nobody can be asked."""
        is_counted = False
        try:
            standing = await self._desk.find_key(digest)
            is_counted = standing is None
            return standing
        finally:
            if not is_counted:
                bucket.give_back(1)

    def _remember(self, digest: bytes, standing: KeyStanding) -> None:
        if len(self._known) >= _MOST_KNOWN:
            del self._known[next(iter(self._known))]
        self._known[digest] = (standing, time.monotonic() + KNOWN_FOR_SECONDS)


def source_of(scope: Any, *, proxies: int) -> str:
    """Return where a request comes from: the IPv4 address, or the /64 that one IPv6 household has.

    So many proxies of our own stand before us, and each has added the address that it was called from.
    """
    hops = [scope["client"][0] if scope.get("client") else ""]
    if proxies:
        forwarded = (value for name, value in scope["headers"] if name == b"x-forwarded-for")
        hops += _hops(list(forwarded))
    try:
        address = ipaddress.ip_address(hops[min(proxies, len(hops) - 1)])
    except ValueError:
        return "unknown"
    if isinstance(address, ipaddress.IPv6Address):
        # A server that listens on both families gives IPv4 callers addresses that lie in one and the same /64.
        mapped = address.ipv4_mapped
        return str(mapped or ipaddress.ip_network((address, 64), strict=False))
    return str(address)


def _hops(forwarded: Sequence[bytes]) -> list[str]:
    return [hop.strip() for hop in reversed(b",".join(forwarded).decode("latin-1").split(",")) if hop.strip()]


def _secret_in(authorization: bytes | None) -> str:
    if authorization is None or authorization[: len(_BEARER)].lower() != _BEARER:
        raise ProblemError("key_missing")
    return authorization[len(_BEARER) :].decode("latin-1")
