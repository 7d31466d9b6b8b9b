"""A site of two pages behind the portal's worker, which needs neither Django nor a database to start."""

from __future__ import annotations

import os
import resource
import time
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from pointclub.config import patient_worker

LONGEST_FORM_SECONDS = 0.2
patient_worker.SLOWEST_REQUEST_SECONDS = float(os.environ.get("SLOWEST_REQUEST_SECONDS", "1.5"))
patient_worker.LONGEST_STOPPING_SECONDS = 0.5
patient_worker.LONGEST_WAITING_SECONDS = float(os.environ.get("LONGEST_WAITING_SECONDS", "10"))
patient_worker.MOST_WAITING = 6
for _name, _limit in (("MOST_FILES", resource.RLIMIT_NOFILE), ("MOST_FILE_BYTES", resource.RLIMIT_FSIZE)):
    if _name in os.environ:
        resource.setrlimit(_limit, (int(os.environ[_name]),) * 2)


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """Show a page at once; take a form in slowly where its address says so, and give back what it held.

    One page breaks off after its first words, and one tells which process shows it.
    """
    body = environ["wsgi.input"].read()
    if environ["PATH_INFO"] == "/slowly/":
        time.sleep(LONGEST_FORM_SECONDS)
    if environ["PATH_INFO"] == "/worker/":
        body = str(os.getpid()).encode()
    answer = body or b"a page"
    start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", str(len(answer)))])
    return _breaking() if environ["PATH_INFO"].startswith("/breaks/") else [answer]


def _breaking() -> Iterator[bytes]:
    yield b"a"
    message = "The words of an exception."
    raise ValueError(message)
