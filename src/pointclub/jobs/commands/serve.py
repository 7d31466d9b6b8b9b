"""`pointclub serve`, `web`, `api` and `worker`: the processes that stay."""

import datetime as dt
import os
import sys
from collections.abc import Callable, Mapping, Sequence

from django.conf import settings
from django.db import connection

from pointclub.config import safety
from pointclub.foundation import clock
from pointclub.foundation.refusals import Refusal, UnavailableError
from pointclub.jobs import processes
from pointclub.notices.services import QUEUE

THREADS_PER_PROCESS = 6
# Of all tasks that name no queue of their own, and of those that the library brings.
OTHER_QUEUES = ("default", "builtin")


class PortTakenError(UnavailableError):
    """Another program listens at the address of one of our servers."""

    code = "port_taken"


class SchedulerOffError(Refusal):
    """Under a set clock nothing may happen by the real one."""

    code = "scheduler_off"


def serve() -> None:
    """Start the web server, the merchants' interface and the worker under one parent."""
    raise SystemExit(run_site(complete=True))


def web() -> None:
    """Start the web server alone."""
    raise SystemExit(run_site(complete=False))


def api() -> None:
    """Start the merchants' interface alone."""
    environment = settings.ENVIRONMENT
    host, port = _api_address()
    _start_business_time(environment.clock)
    _check_before_children()
    raise SystemExit(
        processes.supervise(
            _api_children(),
            when_listening=[(_reachable(host), port)],
            announce=lambda: _say(f"The merchants' interface is at {_url(host, port)}v1/, described at /docs."),
        )
    )


def worker() -> None:
    """Start the worker alone: due jobs and the nightly runs."""
    if settings.ENVIRONMENT.clock is not None:
        message = "POINTCLUB_CLOCK is set, so the scheduler is off; `pointclub jobs run-through DATE` walks the nights."
        raise SchedulerOffError(message)
    _check_before_children()
    raise SystemExit(processes.supervise(_worker_children(), announce=lambda: _say("The worker runs.")))


def run_site(
    *,
    complete: bool,
    announce: Callable[[str, str], None] | None = None,
    beside: Mapping[str, Sequence[str]] | None = None,
) -> int:
    """Serve until told to stop, and return the exit code; with `complete` also merchants, and the worker.

    `announce` is given the addresses of the site and of the merchants' interface once they answer; `beside` are
    programs that run as long.
    """
    environment = settings.ENVIRONMENT
    host, port = _address("POINTCLUB_WEB_ADDRESS", environment.web_address)
    # Links in mails lead where the site is, unless somebody has said where members reach it.
    os.environ.setdefault("POINTCLUB_PUBLIC_URL", _url(_reachable(host), port))
    children = {**(beside or {}), "web": _web_command(host, port)}
    listening = [(_reachable(host), port)]
    api_url = ""
    if complete:
        api_host, api_port = _api_address()
        children |= _api_children()
        listening.append((_reachable(api_host), api_port))
        api_url = _url(api_host, api_port)
    if _start_business_time(environment.clock):
        _say("POINTCLUB_CLOCK is set: business time runs on from there, and the scheduler is off.")
    elif complete:
        children |= _worker_children()
    _check_before_children()
    tell = announce or _tell_addresses
    return processes.supervise(children, when_listening=listening, announce=lambda: tell(_url(host, port), api_url))


def _tell_addresses(site: str, api: str) -> None:
    _say(f"Serving at {site}" + (f", merchants at {api}v1/" if api else ""))


def _start_business_time(start: dt.datetime | None) -> bool:
    """Hand the business time of this process down to its children, where it was set."""
    if start is None:
        return False
    os.environ["POINTCLUB_CLOCK"] = clock.now().isoformat()
    return True


def _check_before_children() -> None:
    safety.refuse_unsafe_start()
    connection.close()


def _api_address() -> tuple[str, int]:
    """Return where the merchants' interface will listen, and let its process know."""
    host, port = _address("POINTCLUB_API_ADDRESS", settings.ENVIRONMENT.api_address)
    os.environ["POINTCLUB_API_ADDRESS"] = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    return host, port


def _address(variable: str, text: str) -> tuple[str, int]:
    host, _, digits = text.rpartition(":")
    host, wanted = host.strip("[]") or "127.0.0.1", int(digits)
    port = processes.first_free_port(host, wanted)
    if port is None or (port != wanted and settings.ENVIRONMENT.is_production):
        message = f"Another program listens at {text}; set {variable}."
        raise PortTakenError(message)
    if port != wanted:
        _say(f"Port {wanted} is taken; using {port}.")
    return host, port


def _url(host: str, port: int) -> str:
    return f"http://{'[' + host + ']' if ':' in host else host}:{port}/"


def _reachable(host: str) -> str:
    """Return where to knock: a server that listens on every address answers on the loopback one."""
    return {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 -- Compared, not bound.


def _web_command(host: str, port: int) -> Sequence[str]:
    return [
        *(sys.executable, "-m", "gunicorn", "pointclub.config.wsgi"),
        *("--bind", f"[{host}]:{port}" if ":" in host else f"{host}:{port}"),
        *("--workers", str(settings.ENVIRONMENT.web_workers)),
        *("--worker-class", "pointclub.config.patient_worker.PatientWorker", "--threads", str(THREADS_PER_PROCESS)),
        *("--log-level", "warning", "--logger-class", "pointclub.config.server_log.QuietLogger", "--no-control-socket"),
    ]


def _api_command() -> Sequence[str]:
    return [sys.executable, "-m", "pointclub.merchant_api"]


def _api_children() -> dict[str, Sequence[str]]:
    """Return the processes of the merchants' interface: Python uses one core each."""
    return {f"api-{number}": _api_command() for number in range(1, settings.ENVIRONMENT.api_workers + 1)}


def _worker_children() -> dict[str, Sequence[str]]:
    """Return the processes that do jobs: a code that somebody waits for never waits for a night's work."""
    worker = [sys.executable, "-m", "pointclub.jobs.worker"]
    return {"worker": [*worker, *OTHER_QUEUES], "mailer": [*worker, QUEUE]}


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()
