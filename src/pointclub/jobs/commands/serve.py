"""`pointclub serve`, `web` and `worker`: the processes that stay."""

import os
import sys
from collections.abc import Callable, Sequence

from django.conf import settings
from django.db import connection

from pointclub.config import safety
from pointclub.foundation import clock
from pointclub.foundation.refusals import Refusal, UnavailableError
from pointclub.jobs import processes

THREADS_PER_PROCESS = 4


class PortTakenError(UnavailableError):
    """Another program listens at the address of the web server."""

    code = "port_taken"


class SchedulerOffError(Refusal):
    """Under a set clock nothing may happen by the real one."""

    code = "scheduler_off"


def serve() -> None:
    """Start the web server and the worker under one parent."""
    raise SystemExit(run_site(with_worker=True))


def web() -> None:
    """Start the web server alone."""
    raise SystemExit(run_site(with_worker=False))


def worker() -> None:
    """Start the worker alone: due jobs and the nightly runs."""
    if settings.ENVIRONMENT.clock is not None:
        message = "POINTCLUB_CLOCK is set, so the scheduler is off; `pointclub jobs run-through DATE` walks the nights."
        raise SchedulerOffError(message)
    _check_before_children()
    raise SystemExit(processes.supervise({"worker": _worker_command()}, announce=lambda: _say("The worker runs.")))


def run_site(*, with_worker: bool, announce: Callable[[str], None] | None = None) -> int:
    """Serve until told to stop, and return the exit code; `announce` is given the address once it answers."""
    environment = settings.ENVIRONMENT
    host, port = _address(environment.web_address, may_move=not environment.is_production)
    children = {"web": _web_command(host, port)}
    if environment.clock is not None:
        os.environ["POINTCLUB_CLOCK"] = clock.now().isoformat()
        _say("POINTCLUB_CLOCK is set: business time runs on from there, and the scheduler is off.")
    elif with_worker:
        children["worker"] = _worker_command()
    _check_before_children()
    address = f"http://{'[' + host + ']' if ':' in host else host}:{port}/"
    tell = announce or (lambda where: _say(f"Serving at {where}"))
    return processes.supervise(
        children,
        when_listening=(_reachable(host), port),
        announce=lambda: tell(address),
    )


def _check_before_children() -> None:
    safety.refuse_unsafe_start()
    connection.close()


def _address(text: str, *, may_move: bool) -> tuple[str, int]:
    host, _, digits = text.rpartition(":")
    host, wanted = host.strip("[]") or "127.0.0.1", int(digits)
    port = processes.first_free_port(host, wanted)
    if port is None or (port != wanted and not may_move):
        message = f"Another program listens at {text}; set POINTCLUB_WEB_ADDRESS."
        raise PortTakenError(message)
    if port != wanted:
        _say(f"Port {wanted} is taken; using {port}.")
    return host, port


def _reachable(host: str) -> str:
    """Return where to knock: a server that listens on every address answers on the loopback one."""
    return {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 -- Compared, not bound.


def _web_command(host: str, port: int) -> Sequence[str]:
    return [
        *(sys.executable, "-m", "gunicorn", "pointclub.config.wsgi"),
        *("--bind", f"[{host}]:{port}" if ":" in host else f"{host}:{port}"),
        *("--workers", str(settings.ENVIRONMENT.web_workers)),
        *("--worker-class", "gthread", "--threads", str(THREADS_PER_PROCESS)),
        *("--log-level", "warning", "--no-control-socket"),
    ]


def _worker_command() -> Sequence[str]:
    return [sys.executable, "-m", "pointclub.jobs.worker"]


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()
