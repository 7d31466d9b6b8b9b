"""HTTP as the server speaks it, with bounds that the server itself does not set: on headers, and on slow callers."""

from __future__ import annotations

import asyncio
import http
from collections.abc import Iterable
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.server import ServerState

from pointclub.merchant_api.calls import problem_answer
from pointclub.merchant_api.problems import ProblemError

LARGEST_HEAD = 16 * 1024
SLOWEST_REQUEST_SECONDS = 20.0
_LOOK_EVERY_SECONDS = 1.0


class HeadTooLargeError(Exception):
    """Request line and headers are more than is taken."""


class OtherProtocolError(Exception):
    """The caller asks to go on in another protocol than HTTP/1.1."""


class JoinedWrites:
    """A connection's transport on which all that is written in one round of the event loop goes out together.

    The server writes the head of an answer and then its body, and each would be a system call of its own, which on
    small answers takes half of all the time that there is for a request.
    """

    def __init__(self, transport: Any, loop: asyncio.AbstractEventLoop) -> None:
        self._transport = transport
        self._loop = loop
        self._written: list[bytes] = []

    def __getattr__(self, name: str) -> Any:
        """Be the transport in everything else."""
        return getattr(self._transport, name)

    def write(self, data: bytes) -> None:
        """Write at the end of the round."""
        if not self._written:
            self._loop.call_soon(self._send)
        self._written.append(data)

    def is_closing(self) -> bool:
        """Tell whether the connection is on its way out; asked for with every request."""
        is_closing: bool = self._transport.is_closing()
        return is_closing

    def close(self) -> None:
        """Write what is left, and close."""
        self._send()
        self._transport.close()

    def _send(self) -> None:
        written, self._written = self._written, []
        if written and not self._transport.is_closing():
            self._transport.write(b"".join(written))


class BoundedProtocol(HttpToolsProtocol):
    """One connection; `waiting_since` says since when a request on it has been coming in, None between requests."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.waiting_since: float | None = self.loop.time()
        self._head = 0
        self._unfinished = 0
        self._is_in_head = False
        self._is_in_body = False
        self._brought_body = False

    def connection_made(self, transport: Any) -> None:
        """Begin."""
        super().connection_made(JoinedWrites(transport, self.loop))  # type: ignore[arg-type]

    def data_received(self, data: bytes) -> None:
        """Take what came; a header that does not end is kept by the parser, however long it gets, so it is cut here.

        So is what comes after the last chunk of a body. Whoever sends anything is looked after again: the server stops
        waiting for the next request as soon as something comes, though it need not be the beginning of one.
        """
        self._brought_body = False
        super().data_received(data)
        if self._is_in_head or (self._is_in_body and not self._brought_body):
            self._unfinished += len(data)
            if self._unfinished > LARGEST_HEAD:
                self.answer_and_close("headers_too_large")
        elif self.waiting_since is None and self.timeout_keep_alive_task is None and not self._is_answering():
            self.waiting_since = self.loop.time()

    def on_message_begin(self) -> None:
        """Begin to count."""
        self.waiting_since = self.loop.time()
        self._head = self._unfinished = 0
        self._is_in_head = True
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        """Go on to the body; what the server refuses here is still the head's fault.

        Whoever would rather speak another protocol is refused: the parser takes the body for the first of it.
        """
        if self.parser.should_upgrade():
            raise OtherProtocolError
        super().on_headers_complete()
        self._is_in_head = False
        self._is_in_body = True
        self._unfinished = 0

    def on_url(self, url: bytes) -> None:
        """Take a part of the address."""
        self._head += len(url)
        if self._head > LARGEST_HEAD:
            raise HeadTooLargeError
        super().on_url(url)

    def on_header(self, name: bytes, value: bytes) -> None:
        """Take a header; what comes after the body counts, but is none."""
        self._head += len(name) + len(value)
        if self._head > LARGEST_HEAD:
            raise HeadTooLargeError
        if self._is_in_head:
            super().on_header(name, value)

    def on_body(self, body: bytes) -> None:
        """Take a part of the body."""
        self._brought_body = True
        self._unfinished = 0
        super().on_body(body)

    def on_message_complete(self) -> None:
        """Wait no longer."""
        self.waiting_since = None
        self._is_in_body = False
        super().on_message_complete()

    def send_400_response(self, msg: str) -> None:  # noqa: ARG002 -- The server's own words.
        """Answer what is no HTTP as any other problem."""
        self.answer_and_close("headers_too_large" if self._head > LARGEST_HEAD else "malformed_request")

    def answer_and_close(self, code: str) -> None:
        """Tell a problem outside any request, and hang up; without a word where it would pass for another's answer."""
        if self.transport.is_closing():
            return
        if self._owes_an_answer():
            self.transport.close()
            return
        answer = problem_answer(ProblemError(code), "ja")
        headers: Iterable[tuple[bytes, bytes]] = [
            (b"content-type", answer.media_type),
            (b"content-length", b"%d" % len(answer.body)),
            (b"cache-control", b"no-store"),
            *answer.headers,
            (b"connection", b"close"),
        ]
        phrase = http.HTTPStatus(answer.status).phrase.encode()
        head = b"".join(b"%b: %b\r\n" % header for header in headers)
        self.transport.write(b"HTTP/1.1 %d %b\r\n%b\r\n%b" % (answer.status, phrase, head, answer.body))
        self.transport.close()

    def _owes_an_answer(self) -> bool:
        """Tell whether a request that came as a whole is still without its answer."""
        # What waits in the pipeline stands behind one that is still being answered.
        return bool(self.pipeline) or (self._is_answering() and not self._is_in_body)

    def _is_answering(self) -> bool:
        cycle: Any = self.cycle
        return cycle is not None and not cycle.response_complete

    def close_if_slow(self, now: float) -> None:
        """Hang up on a request that has not arrived as a whole in time, whatever part of it has."""
        if self.waiting_since is None or now - self.waiting_since < SLOWEST_REQUEST_SECONDS:
            return
        self.waiting_since = None
        cycle: Any = self.cycle
        if cycle is None or not cycle.response_started:
            self.answer_and_close("request_timeout")
        else:
            # What was answered was the request before this one, or this one before all of it had come.
            self.transport.close()


async def close_slow_connections(state: ServerState) -> None:
    """Look after all connections for as long as the server runs."""
    loop = asyncio.get_running_loop()
    while True:
        await asyncio.sleep(_LOOK_EVERY_SECONDS)
        for connection in list(state.connections):
            if isinstance(connection, BoundedProtocol):
                connection.close_if_slow(loop.time())
