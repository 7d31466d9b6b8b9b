"""A server of the club's own, as its command starts it, for as long as a load runs against it."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

from pointclub.jobs.processes import first_free_port, is_listening

HOST = "127.0.0.1"
_FIRST_PORT = 18_000
_PATIENCE_SECONDS = 60
# A server's processes come up one by one, and the first that listens would get all connections.
_LAST_PROCESS_SECONDS = 3


@contextmanager
def serving(command: str, *, address_in: str) -> Iterator[int]:
    """Run ``pointclub command`` and give its port; the variable of that name says where it listens."""
    port = first_free_port(HOST, _FIRST_PORT)
    assert port is not None
    environ = os.environ | {address_in: f"{HOST}:{port}"}
    words = [sys.executable, "-m", "pointclub", command]
    server = subprocess.Popen(words, env=environ, stdout=subprocess.DEVNULL, start_new_session=True)
    try:
        deadline = time.monotonic() + _PATIENCE_SECONDS
        while not is_listening(HOST, port):
            assert server.poll() is None, "The server ended by itself."
            assert time.monotonic() < deadline, "The server does not come up."
            time.sleep(0.2)
        time.sleep(_LAST_PROCESS_SECONDS)
        yield port
    finally:
        server.terminate()
        server.wait()
