"""Calls to the provider of external IDs: in time, of a size, without being sent elsewhere, never inside.

The address is looked up once, where the connection is made, and that very one is judged and called. TLS still asks for
the provider's name.
"""

from __future__ import annotations

import ipaddress
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any
from urllib.parse import urlsplit

import requests
from django.conf import settings
from django.core.cache import cache
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import NewConnectionError

LONGEST_CALL_SECONDS = 5
LARGEST_ANSWER_BYTES = 256 * 1024
DISCOVERY_LIVES_SECONDS = 600
FAILURE_LIVES_SECONDS = 30
_CHUNK_BYTES = 16 * 1024
_DISCOVERY = "/.well-known/"
MOST_ADDRESSES = 3
# All that is routed on the internet; what lies elsewhere of IPv6 is inside, or stands for an older address.
_ROUTED_IPV6 = ipaddress.ip_network("2000::/3")
_NEVER_CALLED = tuple(
    ipaddress.ip_network(each)
    for each in (
        *("192.0.0.0/24", "192.88.99.0/24"),
        *("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20"),
    )
)
_one_asks = threading.Lock()


class UnfitAddressError(requests.RequestException):
    """The address leads inside, elsewhere, or over a line that others can read."""


class UnfitAnswerError(requests.RequestException):
    """The answer is too large, too late, or was not to be had a moment ago."""


class GuardedSession(requests.Session):
    """Calls the provider; what it publishes about itself is asked for once in ten minutes, by one at a time."""

    def __init__(self) -> None:
        super().__init__()
        self.trust_env = False
        guard = _Guard()
        self.mount("https://", guard)
        self.mount("http://", guard)

    def request(self, method: str, url: str | bytes, *args: Any, **more: Any) -> requests.Response:
        """Call, for five seconds at most; an answer that leads elsewhere is no answer."""
        if method.upper() == "GET" and _DISCOVERY in str(url):
            return self._published(str(url))
        return self._call(method, url, *args, **more)

    def _published(self, url: str) -> requests.Response:
        key = f"external-id:{url}"
        found = cache.get(key)
        if found is None:
            if not _one_asks.acquire(timeout=LONGEST_CALL_SECONDS):
                message = "The provider of external IDs is being asked already, and has not answered."
                raise UnfitAnswerError(message)
            try:
                found = cache.get(key) or self._ask_and_keep(url, key)
            finally:
                _one_asks.release()
        status, body = found
        if status is None:
            message = "The provider of external IDs could not be reached a moment ago."
            raise UnfitAnswerError(message)
        return _answer(url, status, body)

    def _ask_and_keep(self, url: str, key: str) -> tuple[int | None, bytes]:
        """Return status and body, or no status where there was no answer; that is kept too, for a shorter time."""
        try:
            answer = self._call("GET", url)
        except requests.RequestException:
            cache.set(key, (None, b""), FAILURE_LIVES_SECONDS)
            raise
        found = (answer.status_code, bytes(answer.content))
        cache.set(key, found, DISCOVERY_LIVES_SECONDS if answer.ok else FAILURE_LIVES_SECONDS)
        return found

    def _call(self, method: str, url: str | bytes, *args: Any, **more: Any) -> requests.Response:
        more |= {"timeout": LONGEST_CALL_SECONDS, "allow_redirects": False, "stream": True}
        with _for_so_long(LONGEST_CALL_SECONDS), super().request(method, url, *args, **more) as answer:
            if answer.is_redirect:
                message = "The provider of external IDs leads elsewhere; that is not followed."
                raise UnfitAddressError(message)
            answer._content = _read(answer, give_up_at=_calling.give_up_at)
            return answer


def _read(answer: requests.Response, *, give_up_at: float) -> bytes:
    body = bytearray()
    for chunk in answer.iter_content(_CHUNK_BYTES):
        body += chunk
        if len(body) > LARGEST_ANSWER_BYTES or time.monotonic() > give_up_at:
            message = "The provider of external IDs answers with too much, or too slowly."
            raise UnfitAnswerError(message)
    return bytes(body)


def _answer(url: str, status: int, body: bytes) -> requests.Response:
    answer = requests.Response()
    answer.url, answer.status_code, answer._content = url, status, body
    return answer


class _Guard(HTTPAdapter):
    def init_poolmanager(self, *args: Any, **more: Any) -> None:
        super().init_poolmanager(*args, **more)
        self.poolmanager.pool_classes_by_scheme = {"http": _PlainPool, "https": _SafePool}

    def send(self, request: requests.PreparedRequest, *args: Any, **more: Any) -> requests.Response:
        if settings.ENVIRONMENT.is_production and urlsplit(str(request.url)).scheme != "https":
            message = "The provider of external IDs is called by https only."
            raise UnfitAddressError(message)
        return super().send(request, *args, **more)


class _Watched:
    """A connection to an address that was judged, which is cut when the time of its call is over."""

    def _new_conn(self: Any) -> socket.socket:
        try:
            connected = _connect(str(self._dns_host), int(self.port))
            _calling.lines.append(connected.dup())
            # A line that came about while the time ran out was not there to be cut.
            _calling.seconds_left()
        except OSError as failed:
            raise NewConnectionError(self, str(failed)) from failed
        return connected


class _PlainConnection(_Watched, HTTPConnection):
    pass


class _SafeConnection(_Watched, HTTPSConnection):
    pass


class _PlainPool(HTTPConnectionPool):
    ConnectionCls = _PlainConnection


class _SafePool(HTTPSConnectionPool):
    ConnectionCls = _SafeConnection


class _Calling(threading.local):
    """The call that is going on in this thread: its lines, and when it is given up."""

    def __init__(self) -> None:
        self.lines: list[socket.socket] = []
        self.give_up_at = 0.0

    def seconds_left(self) -> float:
        """Return how long it may take yet.

        Raises:
            TimeoutError: its time is over.
        """
        left = self.give_up_at - time.monotonic()
        if left <= 0:
            message = "The provider of external IDs did not answer in time."
            raise TimeoutError(message)
        return left


_calling = _Calling()


@contextmanager
def _for_so_long(seconds: float) -> Iterator[None]:
    """Cut the lines of the block when the time is over, however busy the other end keeps them."""
    lines = _calling.lines = []
    _calling.give_up_at = time.monotonic() + seconds
    timer = threading.Timer(seconds, _cut, [lines])
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
        for line in lines:
            line.close()


def _cut(lines: list[socket.socket]) -> None:
    for line in lines:
        with suppress(OSError):  # It ended by itself.
            line.shutdown(socket.SHUT_RDWR)


def _connect(host: str, port: int) -> socket.socket:
    """Connect to the first of a few addresses that answers in the time of the call; where one leads inside, to none.

    Raises:
        OSError: none did.
    """
    addresses = _look_up(host, port, seconds=_calling.seconds_left())
    refuse_addresses_inside(addresses)
    failure: OSError | None = None
    for address in addresses[:MOST_ADDRESSES]:
        try:
            return socket.create_connection((address, port), timeout=_calling.seconds_left())
        except OSError as failed:
            failure = failed
    raise failure or OSError("The name has no address.")


def _look_up(host: str, port: int, *, seconds: float) -> list[str]:
    """Return the addresses of a name; the system's own look-up knows no end of time, so a thread waits for it.

    Raises:
        OSError: there are none, or not in time.
    """
    found: list[list[str] | OSError] = []

    def look_up() -> None:
        try:
            infos = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
            found.append([str(each[4][0]) for each in infos])
        except OSError as failed:
            found.append(failed)

    waiting = threading.Thread(target=look_up, daemon=True)
    waiting.start()
    waiting.join(seconds)
    answer = found[0] if found else TimeoutError("The name could not be looked up in time.")
    if isinstance(answer, OSError):
        raise answer
    return answer


def refuse_addresses_inside(addresses: list[str]) -> None:
    """Do nothing where the addresses may be called; in development, where providers stand on loopback, any may be.

    Raises:
        UnfitAddressError: one of them is a machine of ours.
    """
    if settings.ENVIRONMENT.is_production and any(_leads_inside(each) for each in addresses):
        message = "The provider of external IDs has an address inside; it is not called."
        raise UnfitAddressError(message)


def _leads_inside(text: str) -> bool:
    """Tell whether the address is one of ours, or one that stands for another address and may be."""
    address = ipaddress.ip_address(text)
    if address.version == 6 and address not in _ROUTED_IPV6:  # noqa: PLR2004 -- The version's name.
        return True
    return not address.is_global or address.is_multicast or any(address in each for each in _NEVER_CALLED)
