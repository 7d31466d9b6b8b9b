"""Tills, as far as a server can tell: connections that send sales prepared beforehand. A process of its own.

Nothing of HTTP is done here that a measurement does not need, so that the load takes as little as it can of a machine
that it shares with what is measured. Each answer's status is counted; the time of each is kept.
"""

from __future__ import annotations

import asyncio
import json
import random
import sys
import time
from collections import Counter, deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, cast

import uvloop

_LENGTH = b"content-length:"


@dataclass
class Load:
    """What is asked for, and what came of it; with a rate, requests begin when it is their time and not before."""

    host: str
    port: int
    connections: int
    seconds: float
    warm_up_seconds: float
    secrets: list[str]
    members: list[str]
    sold_at: str
    prefix: str
    requests: int
    rows: int = 0
    rate: float | None = None
    took: list[float] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)

    def written(self) -> Iterator[bytes]:
        """Yield the requests as they go over the wire."""
        drawn = random.Random(self.prefix)  # noqa: S311 -- Nobody gains by guessing them.
        path = "/v1/accruals/batch" if self.rows else "/v1/accruals"
        for number in range(self.requests):
            sales = [self._sale(drawn, f"{self.prefix}-{number}-{row}") for row in range(self.rows or 1)]
            body = json.dumps({"rows": sales} if self.rows else sales[0]).encode()
            head = (
                f"POST {path} HTTP/1.1\r\nHost: {self.host}\r\nAuthorization: Bearer {drawn.choice(self.secrets)}\r\n"
                f"Idempotency-Key: {self.prefix}-{number}\r\nContent-Type: application/json\r\n"
                f"Content-Length: {len(body)}\r\n\r\n"
            )
            yield head.encode() + body

    def _sale(self, drawn: random.Random, reference: str) -> dict[str, Any]:
        return {
            "reference": reference,
            "member_number": drawn.choice(self.members),
            "sold_at": self.sold_at,
            "price_yen": drawn.randrange(100, 20_000),
        }


class Till(asyncio.Protocol):
    """One connection, with at most one request on its way."""

    def __init__(self, shop: Shop) -> None:
        """Belong to a shop, which says what to send next."""
        self._shop = shop
        self._received = b""
        self._began = 0.0
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin."""
        # The loop's transports have the methods and not the class.
        self._transport = cast("asyncio.Transport", transport)
        self._shop.is_free(self)

    def send(self, request: bytes, *, began: float) -> None:
        """Send a request that was due at that time."""
        assert self._transport is not None
        self._began = began
        self._transport.write(request)

    def data_received(self, data: bytes) -> None:
        """Take in an answer, as a whole or in parts."""
        self._received += data
        head, found, rest = self._received.partition(b"\r\n\r\n")
        if not found:
            return
        length = int(head.lower().partition(_LENGTH)[2].partition(b"\r\n")[0])
        if len(rest) < length:
            return
        self._received = rest[length:]
        self._shop.note(int(head[9:12]), self._began)
        self._shop.is_free(self)

    def connection_lost(self, exc: Exception | None) -> None:
        """End the load: a server that hangs up is not to be measured."""
        self._shop.end(exc or ConnectionResetError("The server hung up."))


class Shop:
    """All tills together: who sends what, and when it is over."""

    def __init__(self, load: Load) -> None:
        """Write all requests before the clock runs."""
        self._load = load
        self._requests = deque(load.written())
        self._free: deque[Till] = deque()
        self._due: deque[float] = deque()
        self._is_over = False
        self._ended: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._counting_from = self._counting_until = 0.0

    async def work(self) -> None:
        """Open the connections, run the load, and wait until every request has its answer."""
        loop = asyncio.get_running_loop()
        loop.set_exception_handler(lambda _, told: self.end(told.get("exception") or RuntimeError(told["message"])))
        load = self._load
        began = time.perf_counter()
        self._counting_from = began + load.warm_up_seconds
        self._counting_until = self._counting_from + load.seconds
        for _ in range(load.connections):
            await loop.create_connection(lambda: Till(self), load.host, load.port)
        if load.rate is not None:
            loop.create_task(self._keep_the_pace(load.rate))  # noqa: RUF006 -- It ends with the loop.
        await self._ended

    def is_free(self, till: Till) -> None:
        """Give a till that has its answer the next request."""
        now = time.perf_counter()
        if now >= self._counting_until or not self._requests:
            self._is_over = True
        if self._is_over:
            self._free.append(till)
            if len(self._free) == self._load.connections:
                self.end(None)
        elif self._load.rate is None:
            till.send(self._requests.popleft(), began=now)
        elif self._due:
            till.send(self._requests.popleft(), began=self._due.popleft())
        else:
            self._free.append(till)

    def note(self, status: int, began: float) -> None:
        """Count an answer, by when its request was due."""
        now = time.perf_counter()
        self._load.statuses[status] += 1
        if self._counting_from <= now < self._counting_until:
            self._load.took.append(now - began)

    def end(self, error: Exception | None) -> None:
        """Be done, in order or not."""
        if self._ended.done():
            return
        if error is None:
            self._ended.set_result(None)
        else:
            self._ended.set_exception(error)

    async def _keep_the_pace(self, rate: float) -> None:
        """Let requests become due at even distances, whether or not a till is free: who waits, waits from then on."""
        number, began = 0, time.perf_counter()
        while not self._is_over and self._requests:
            now = time.perf_counter()
            while began + number / rate <= now and self._requests:
                due = began + number / rate
                number += 1
                if self._free:
                    self._free.popleft().send(self._requests.popleft(), began=due)
                else:
                    self._due.append(due)
            await asyncio.sleep(0.001)


async def _run(load: Load) -> None:
    await Shop(load).work()


if __name__ == "__main__":
    asked = Load(**json.load(sys.stdin))
    uvloop.run(_run(asked))
    json.dump({"took": asked.took, "statuses": asked.statuses}, sys.stdout)
