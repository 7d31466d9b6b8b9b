"""A TCP proxy on loopback that cuts, holds or rewrites what goes through it, request by request."""

from __future__ import annotations

import collections
import contextlib
import enum
import socket
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

_CONNECT_SECONDS = 30
_PIECE = 65_536
_HEAD_END = b"\r\n\r\n"


class Cut(enum.Enum):
    """What becomes of one request and its answer. After each but the first the connection is gone."""

    NONE = "passed on"
    BEFORE_REQUEST = "the request reaches nobody"
    WITHIN_REQUEST = "half of the request reaches the server"
    AFTER_REQUEST = "cut as soon as the server has the request"
    BEFORE_ANSWER = "cut when the server has answered, which is after its commit"
    WITHIN_ANSWER = "half of the answer reaches the client"
    LATE_REQUEST = "the server gets the request when the client has given up"
    LATE_ANSWER = "the server answers, and the client waits for it until it gives up"


class _GoneError(Exception):
    """One of the two sides has hung up."""


@dataclass
class CuttingProxy:
    """Asks for each request what is to become of it and how it is to reach the server, and counts."""

    port_behind: int
    choose: Callable[[], Cut]
    rewrite: Callable[[bytes], bytes] | None = None
    counts: collections.Counter[Cut] = field(default_factory=collections.Counter)
    surprises: list[BaseException] = field(default_factory=list)
    _listener: socket.socket = field(default_factory=lambda: socket.create_server(("127.0.0.1", 0), backlog=256))
    _threads: list[threading.Thread] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self._listener.getsockname()[1]}"

    def accept(self) -> None:
        """Take connections until the listener is shut."""
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            thread = threading.Thread(target=self._serve, args=(client,), name="cutting proxy", daemon=True)
            thread.start()
            with self._lock:
                self._threads = [each for each in self._threads if each.is_alive()] + [thread]

    def close(self) -> None:
        """Take no more connections."""
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def finish(self) -> None:
        """Wait until nothing is under way any more; the clients must have hung up."""
        for thread in self._threads:
            thread.join(60)
            assert not thread.is_alive()

    def _serve(self, client: socket.socket) -> None:
        try:
            with client, contextlib.suppress(_GoneError, OSError):
                while self._relay(client):
                    pass
        except BaseException as surprise:  # noqa: BLE001 -- Handed to the test, which fails by it.
            self.surprises.append(surprise)

    def _relay(self, client: socket.socket) -> bool:
        """Pass one request on, or not; tell whether the connection lives on."""
        request = _receive_message(client)
        with self._lock:
            cut = self.choose()
            self.counts[cut] += 1
            request = self.rewrite(request) if self.rewrite else request
        if cut is Cut.BEFORE_REQUEST:
            return False
        if cut is Cut.LATE_REQUEST:
            _wait_for_end(client)
        with socket.create_connection(("127.0.0.1", self.port_behind), timeout=_CONNECT_SECONDS) as server:
            if cut is Cut.WITHIN_REQUEST:
                server.sendall(request[: len(request) // 2])
                return False
            server.sendall(request)
            if cut is Cut.AFTER_REQUEST:
                return False
            answer = _receive_message(server)
        if cut is Cut.LATE_ANSWER:
            _wait_for_end(client)
        elif cut is Cut.WITHIN_ANSWER:
            client.sendall(answer[: len(answer) // 2])
        elif cut is Cut.NONE:
            client.sendall(answer)
            return True
        return False


@contextlib.contextmanager
def cutting_proxy(
    port_behind: int, choose: Callable[[], Cut], *, rewrite: Callable[[bytes], bytes] | None = None
) -> Iterator[CuttingProxy]:
    """Pass on to that port what comes, but for what `choose` says, and as `rewrite` makes it, which keeps its length.

    Neither is ever called twice at once.
    """
    proxy = CuttingProxy(port_behind, choose, rewrite)
    thread = threading.Thread(target=proxy.accept, name="cutting proxy's door")
    thread.start()
    try:
        yield proxy
    finally:
        proxy.close()
        thread.join(60)
    proxy.finish()
    assert proxy.surprises == []


def _receive_message(side: socket.socket) -> bytes:
    """Return one request or answer as a whole; both sides tell the length of theirs."""
    data = b""
    while _HEAD_END not in data:
        data += _receive(side)
    head, _, body = data.partition(_HEAD_END)
    lengths = [line.partition(b":")[2] for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")]
    missing = (int(lengths[0]) if lengths else 0) - len(body)
    while missing > 0:
        piece = _receive(side)
        data += piece
        missing -= len(piece)
    return data


def _receive(side: socket.socket) -> bytes:
    piece = side.recv(_PIECE)
    if not piece:
        raise _GoneError
    return piece


def _wait_for_end(client: socket.socket) -> None:
    """Wait until the client hangs up, which it does when its patience is at its end."""
    with contextlib.suppress(OSError):
        while client.recv(_PIECE):
            pass
