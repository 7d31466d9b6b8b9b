"""The worker of the web server: slow callers wait outside, and no thread with them.

Gunicorn's own hands a connection to a thread with its first byte, and the thread waits for the others: as many half
requests as there are threads stop the site. Here the loop takes requests in, and threads get them whole. What is posted
may use all threads but a few, so that pages are shown while passwords are being hashed.
"""

from __future__ import annotations

import errno
import selectors
import socket
import time
from collections import deque
from concurrent.futures import Future
from contextlib import suppress
from functools import partial
from typing import Any

from gunicorn.http import get_parser  # type: ignore[import-untyped]  # it brings no types
from gunicorn.workers.gthread import TConn, ThreadWorker  # type: ignore[import-untyped]  # it brings no types

from pointclub.config.arriving import BUSY, TOO_SLOW, Arriving, Refused

SLOWEST_REQUEST_SECONDS = 20.0
SLOWEST_BYTES_PER_SECOND = 64 * 1024
SLOWEST_ANSWER_SECONDS = 20.0
# So long is waited for requests whose beginning has come, or is on its way, when the worker is asked to stop.
LONGEST_STOPPING_SECONDS = 2.0
# What is left of the threads shows pages.
_THREADS_FOR_PAGES = 2
MOST_CONNECTIONS = 400
MOST_WAITING = 40
# People wait no longer for an answer, and neither do proxies.
LONGEST_WAITING_SECONDS = 10.0
# What all callers of a process have said they will send; it lies on the disk until a thread takes it.
MOST_BYTES_COMING = 256 * 1024 * 1024
# Nothing is wrong with the worker, but descriptors or memory of the machine have run out.
_NO_ROOM = {errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM}
_LONGEST_PARTING_SECONDS = 2.0
_MOST_PARTING_BYTES = 16 * 1024 * 1024
_PIECE = 64 * 1024
_WORDS = (
    "ただいまアクセスが集中しています。しばらくしてからもう一度お試しください。 / We are busy. Please try again soon."
)


class Caller(TConn):  # type: ignore[misc]  # untyped, as said above
    """A connection, with the request that is coming in on it."""

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self.arriving = Arriving()
        self.until = 0.0
        self.discarded = 0
        self.is_closed = False

    def begin_request(self, *, within: float) -> bytes:
        """Wait for another request, and return what has come of it already."""
        begun = self.arriving.rest
        self.arriving.forget()
        self.arriving = Arriving()
        self.until = time.monotonic() + within
        return begun

    def hand_over(self) -> None:
        """Let the server's parser read what has come, and nothing else."""
        self.initialized = True
        self.parser = get_parser(self.cfg, self.arriving.pieces(), self.client)


class PatientWorker(ThreadWorker):  # type: ignore[misc]  # untyped, as said above
    """Threads behind a loop that takes whole requests in."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._coming: dict[Caller, None] = {}
        self._parting: dict[Caller, None] = {}
        self._waiting: deque[Caller] = deque()
        self._forms_in_hand: set[Caller] = set()
        self._most_forms = max(1, self.cfg.threads - _THREADS_FOR_PAGES)
        self._stops_at: float | None = None

    def accept(self, listener: socket.socket) -> None:
        """Let somebody in; where there are too many, whoever has been sending for longest gives way.

        One that stops leaves whoever comes to the others.
        """
        if not self.alive:
            return
        try:
            client, address = listener.accept()
        except OSError as error:
            if error.errno in _NO_ROOM:
                self._drop_eldest()
            elif error.errno not in {errno.EAGAIN, errno.ECONNABORTED, errno.EWOULDBLOCK}:
                raise
            return
        self.nr_conns += 1
        if self.nr_conns > MOST_CONNECTIONS:
            self._drop_eldest()
        self._await_request(Caller(self.cfg, client, address, listener.getsockname()), within=SLOWEST_REQUEST_SECONDS)

    def murder_pending(self) -> None:
        """Let go of whoever takes too long; called in every round of the loop."""
        now = time.monotonic()
        if not self.alive:
            self._hurry(now)
        for caller in [each for each in self._coming if each.until <= now]:
            if caller.arriving.has_begun:
                self._refuse(caller, TOO_SLOW)
            else:
                self._drop(caller)
        for caller in [each for each in self._waiting if each.until <= now]:
            self._waiting.remove(caller)
            self._refuse(caller, BUSY)
        for caller in [each for each in self._parting if each.until <= now]:
            self._drop(caller)

    def finish_request(self, conn: Caller, fs: Future[Any]) -> None:
        """Go on after an answer: the next form in line, and the next request of the same caller."""
        self._forms_in_hand.discard(conn)
        if self._waiting and len(self._forms_in_hand) < self._most_forms:
            self._hand_over(self._waiting.popleft())
        keeps = not fs.cancelled() and fs.exception() is None and fs.result()
        try:
            conn.sock.setblocking(False)
        except OSError:  # An answer that broke off closes its connection.
            self._close(conn)
            return
        if keeps and self.alive:
            self._await_request(conn, within=self.cfg.keepalive)
        else:
            self._part(conn)

    def handle_request(self, req: Any, conn: Caller) -> Any:
        """Answer; whoever does not take the answer is left."""
        conn.sock.settimeout(SLOWEST_ANSWER_SECONDS)
        try:
            return super().handle_request(req, conn)
        except TimeoutError:
            # As if the caller had hung up: nothing that anybody has to read about.
            raise BrokenPipeError(errno.EPIPE, "The answer was not taken.") from None

    def _hurry(self, now: float) -> None:
        if self._stops_at is None:
            self._stops_at = now + LONGEST_STOPPING_SECONDS
        for caller in self._coming:
            caller.until = min(caller.until, self._stops_at)

    def _await_request(self, caller: Caller, *, within: float) -> None:
        begun = caller.begin_request(within=within)
        self._coming[caller] = None
        self.poller.register(caller.sock, selectors.EVENT_READ, partial(self._read, caller))
        if begun:
            self._take(caller, begun)

    def _read(self, caller: Caller, _sock: Any) -> None:
        if caller not in self._coming:  # Let go of in this very round of the loop.
            return
        try:
            data = caller.sock.recv(_PIECE)
        except (BlockingIOError, InterruptedError):
            return
        except OSError:
            data = b""
        if data:
            self._take(caller, data)
        else:
            self._drop(caller)

    def _take(self, caller: Caller, data: bytes) -> None:
        if not caller.arriving.has_begun:
            caller.until = time.monotonic() + SLOWEST_REQUEST_SECONDS
        length_before = caller.arriving.length
        try:
            caller.arriving.take(data)
        except OSError:
            self._refuse(caller, BUSY)
            return
        # Whoever goes on sending gets the time that a slow line takes for it.
        caller.until += len(data) / SLOWEST_BYTES_PER_SECOND
        if caller.arriving.length > length_before and self._bytes_coming() > MOST_BYTES_COMING:
            self._refuse(caller, BUSY)
        elif caller.arriving.refused:
            self._refuse(caller, caller.arriving.refused)
        elif caller.arriving.is_whole:
            self._line_up(caller)
        elif caller.arriving.asks_to_go_on:
            caller.arriving.asks_to_go_on = False
            with suppress(OSError):
                caller.sock.send(b"HTTP/1.1 100 Continue\r\n\r\n")

    def _line_up(self, caller: Caller) -> None:
        if not caller.arriving.is_form or len(self._forms_in_hand) < self._most_forms:
            self._leave_loop(caller)
            self._hand_over(caller)
        elif len(self._waiting) < MOST_WAITING:
            self._leave_loop(caller)
            caller.until = time.monotonic() + LONGEST_WAITING_SECONDS
            self._waiting.append(caller)
        else:
            self._refuse(caller, BUSY)

    def _hand_over(self, caller: Caller) -> None:
        if caller.arriving.is_form:
            self._forms_in_hand.add(caller)
        caller.hand_over()
        self.enqueue_req(caller)

    def _refuse(self, caller: Caller, refused: Refused) -> None:
        words = (_WORDS if refused is BUSY else refused.reason).encode()
        head = f"HTTP/1.1 {refused.status} {refused.reason}\r\nConnection: close\r\nRetry-After: 5\r\n"
        head += f"Content-Type: text/plain; charset=utf-8\r\nContent-Length: {len(words)}\r\n\r\n"
        with suppress(OSError):
            caller.sock.send(head.encode() + words)
        self._leave_loop(caller)
        self._part(caller)

    def _part(self, caller: Caller) -> None:
        """Say that nothing more comes, and wait a little: to hang up on what still comes would take the answer back."""
        caller.arriving.forget()
        try:
            caller.sock.shutdown(socket.SHUT_WR)
        except OSError:
            self._close(caller)
            return
        caller.until = time.monotonic() + _LONGEST_PARTING_SECONDS
        self._parting[caller] = None
        self.poller.register(caller.sock, selectors.EVENT_READ, partial(self._discard, caller))

    def _discard(self, caller: Caller, _sock: Any) -> None:
        if caller not in self._parting:
            return
        try:
            data = caller.sock.recv(_PIECE)
        except (BlockingIOError, InterruptedError):
            return
        except OSError:
            data = b""
        caller.discarded += len(data)
        if not data or caller.discarded > _MOST_PARTING_BYTES:
            self._drop(caller)

    def _bytes_coming(self) -> int:
        return sum(caller.arriving.length for caller in (*self._coming, *self._waiting))

    def _drop_eldest(self) -> None:
        if self._coming:
            self._drop(next(iter(self._coming)))

    def _drop(self, caller: Caller) -> None:
        self._leave_loop(caller)
        self._close(caller)

    def _leave_loop(self, caller: Caller) -> None:
        self._coming.pop(caller, None)
        self._parting.pop(caller, None)
        with suppress(KeyError, ValueError, OSError):
            self.poller.unregister(caller.sock)

    def _close(self, caller: Caller) -> None:
        if caller.is_closed:
            return
        caller.is_closed = True
        self.nr_conns -= 1
        caller.arriving.forget()
        caller.close()
