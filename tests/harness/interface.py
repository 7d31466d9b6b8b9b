"""The merchants' interface as a process of its own, which can be killed and started again at the same address."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO

import httpx
import pytest

from tests.harness.commands import environment_over
from tests.harness.databases import FreshDatabase
from tests.harness.waiting import wait_until

_UNAUTHORIZED = 401


@dataclass
class Interface:
    """One address, and the process that serves it just now."""

    database: FreshDatabase
    port: int
    said: IO[str]
    _process: subprocess.Popen[str] | None = None

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Start the process and wait until it answers."""
        environ = environment_over(self.database, {"POINTCLUB_API_ADDRESS": f"127.0.0.1:{self.port}"})
        self._process = subprocess.Popen(
            [sys.executable, "-m", "pointclub.merchant_api"], env=environ, stdout=self.said, stderr=self.said, text=True
        )
        wait_until(self._answers, "the interface answers")

    def kill(self) -> None:
        """Kill the process, whatever it is doing."""
        assert self._process is not None
        self._process.kill()
        assert self._process.wait(timeout=60) == -signal.SIGKILL

    def stop(self) -> int:
        """Let it stop in order, if it still runs, and return how it ended."""
        assert self._process is not None
        self._process.terminate()
        return self._process.wait(timeout=60)

    def _answers(self) -> bool:
        assert self._process is not None
        if self._process.poll() is not None:
            self.said.seek(0)
            pytest.fail(f"The interface did not start:\n{self.said.read()}")
        try:
            return httpx.get(f"{self.address}/v1/status", timeout=5).status_code == _UNAUTHORIZED
        except httpx.TransportError:
            return False


@contextmanager
def running_interface(database: FreshDatabase) -> Iterator[Interface]:
    """Serve merchants over that database."""
    with socket.socket() as reserved:
        reserved.bind(("127.0.0.1", 0))
        port = reserved.getsockname()[1]
    with tempfile.TemporaryFile("w+") as said:
        interface = Interface(database, port, said)
        try:
            interface.start()
            yield interface
        finally:
            interface.stop()
