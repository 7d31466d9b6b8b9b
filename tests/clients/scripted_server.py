"""A small HTTP server that answers as its script says, well or badly, and keeps what it was sent."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

Step = Callable[[socket.socket], None]
_LONGEST_WAIT_SECONDS = 30


@dataclass(frozen=True)
class Received:
    """A request as it came."""

    line: str
    headers: Mapping[str, str]
    body: bytes


@dataclass
class ScriptedServer:
    """Takes one step of its script with each request, each on a connection of its own."""

    listener: socket.socket
    steps: Sequence[Step]
    received: list[Received] = field(default_factory=list)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.listener.getsockname()[1]}"

    @property
    def keys(self) -> list[str | None]:
        return [request.headers.get("idempotency-key") for request in self.received]

    def serve(self) -> None:
        for step in self.steps:
            connection, _ = self.listener.accept()
            with connection:
                connection.settimeout(_LONGEST_WAIT_SECONDS)
                self.received.append(_receive(connection))
                step(connection)


@contextmanager
def scripted(*steps: Step) -> Iterator[ScriptedServer]:
    """Serve the steps; all of them must have been asked for by the end."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(_LONGEST_WAIT_SECONDS)
        server = ScriptedServer(listener, steps)
        thread = threading.Thread(target=server.serve, name="scripted server")
        thread.start()
        yield server
        thread.join(_LONGEST_WAIT_SECONDS)
        assert not thread.is_alive()
        assert len(server.received) == len(steps)


def answer(status: int, body: Any = None, **headers: str) -> Step:
    """Answer; the names of headers are written with underscores."""
    content = body if isinstance(body, bytes) else json.dumps(body).encode()

    def take(connection: socket.socket) -> None:
        connection.sendall(_head(status, len(content), headers) + content)

    return take


def problem(status: int, code: str, **headers: str) -> Step:
    """Answer with a problem."""
    body = {"type": f"urn:pointclub:problem:{code}", "title": "No", "status": status, "detail": "Why", "code": code}
    return answer(status, body, content_type="application/problem+json", **headers)


def hang_up(connection: socket.socket) -> None:
    """Say nothing, after having read it all."""


def break_off(connection: socket.socket) -> None:
    """Begin an answer, and hang up in its midst."""
    connection.sendall(_head(201, 1_000, {}) + b'{"id": "')


def say_nothing(connection: socket.socket) -> None:
    """Keep the connection until the client has had enough of it."""
    connection.recv(1)


def drip(connection: socket.socket) -> None:
    """Send an answer byte by byte, each well in time, until the client has had enough of it."""
    connection.sendall(_head(201, 1_000_000, {}))
    gone = threading.Event()
    try:
        while not gone.wait(0.01):
            connection.sendall(b" ")
    except OSError:
        gone.set()


def _head(status: int, length: int, headers: Mapping[str, str]) -> bytes:
    lines = {"content-type": "application/json", "content-length": str(length), "connection": "close"}
    lines |= {name.replace("_", "-"): value for name, value in headers.items()}
    head = [f"HTTP/1.1 {status} X", *(f"{name}: {value}" for name, value in lines.items())]
    return ("\r\n".join(head) + "\r\n\r\n").encode()


def _receive(connection: socket.socket) -> Received:
    data = b""
    while b"\r\n\r\n" not in data:
        data += _more(connection)
    head, _, body = data.partition(b"\r\n\r\n")
    line, *rest = head.decode().split("\r\n")
    headers = {name.lower(): value for name, value in (header.split(": ", 1) for header in rest)}
    while len(body) < int(headers.get("content-length", "0")):
        body += _more(connection)
    return Received(line, headers, body)


def _more(connection: socket.socket) -> bytes:
    data = connection.recv(65_536)
    assert data, "The client hung up before it had sent its request."
    return data
