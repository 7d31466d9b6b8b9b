"""The merchants' interface as processes of its own, which can be killed and started again at the same address."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import IO

import httpx
import pytest

from tests.harness.commands import environment_over
from tests.harness.databases import FreshDatabase
from tests.harness.loopback import NO_AUTHORITIES
from tests.harness.waiting import wait_until

_UNAUTHORIZED = 401


@dataclass
class Interface:
    """One address, and the processes that share it."""

    database: FreshDatabase
    port: int
    said: IO[str]
    processes: int = 1
    _running: list[subprocess.Popen[str]] = field(default_factory=list)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Start the processes, and wait until one of them answers."""
        own = {"POINTCLUB_API_ADDRESS": f"127.0.0.1:{self.port}", "POINTCLUB_API_WORKERS": str(self.processes)}
        environ = environment_over(self.database, own)
        command = [sys.executable, "-m", "pointclub.merchant_api"]
        for _ in range(self.processes):
            process = subprocess.Popen(  # noqa: S603 -- Our own program.
                command, env=environ, stdout=self.said, stderr=self.said, text=True
            )
            self._running.append(process)
        wait_until(self._answers, "the interface answers")

    def kill(self) -> None:
        """Kill the processes, whatever they are doing."""
        for process in self._running:
            process.kill()
        for process in self._running:
            assert process.wait(timeout=60) == -signal.SIGKILL
        self._running.clear()

    def stop(self) -> None:
        """Let them stop in order, which they must."""
        for process in self._running:
            process.terminate()
        codes = [process.wait(timeout=60) for process in self._running]
        self._running.clear()
        assert set(codes) <= {0}, self._what_was_said()

    def _answers(self) -> bool:
        if any(process.poll() is not None for process in self._running):
            pytest.fail(f"The interface did not start:\n{self._what_was_said()}")
        try:
            answer = httpx.get(f"{self.address}/v1/status", timeout=5, verify=NO_AUTHORITIES)
        except httpx.TransportError:
            return False
        return answer.status_code == _UNAUTHORIZED

    def _what_was_said(self) -> str:
        self.said.seek(0)
        return self.said.read()


@contextmanager
def running_interface(database: FreshDatabase, *, processes: int = 1) -> Iterator[Interface]:
    """Serve merchants over that database."""
    with socket.socket() as reserved:
        reserved.bind(("127.0.0.1", 0))
        port = reserved.getsockname()[1]
    with tempfile.TemporaryFile("w+") as said:
        interface = Interface(database, port, said, processes)
        try:
            interface.start()
            yield interface
        finally:
            interface.stop()
