"""The process of the merchants' interface: `python -m pointclub.merchant_api`."""

from __future__ import annotations

import asyncio
import gc
import os
import signal
import socket
import sys
from typing import Any

from uvicorn import Config, Server

LONGEST_STOP_SECONDS = 15
KEEP_ALIVE_SECONDS = 75
_WAITING_CONNECTIONS = 2_048


def configure(app: Any, *, host: str, port: int) -> Config:
    """Return how the server runs: no log of requests, and no more of HTTP than is needed."""
    from pointclub.merchant_api.protocol import BoundedProtocol

    return Config(
        app,
        host=host,
        port=port,
        loop="uvloop",
        http=BoundedProtocol,
        ws="none",
        lifespan="on",
        interface="asgi3",
        log_config=None,
        log_level="error",
        access_log=False,
        proxy_headers=False,
        server_header=False,
        backlog=_WAITING_CONNECTIONS,
        timeout_keep_alive=KEEP_ALIVE_SECONDS,
        timeout_graceful_shutdown=LONGEST_STOP_SECONDS,
    )


class PatientServer(Server):
    """Closes connections on which a request does not come to its end."""

    async def main_loop(self) -> None:
        """Serve, and look after connections on the side."""
        from pointclub.merchant_api.protocol import close_slow_connections

        sweeper = asyncio.create_task(close_slow_connections(self.server_state))
        try:
            await super().main_loop()
        finally:
            sweeper.cancel()


def describe() -> None:
    """Write the description of the interface."""
    _set_up_django()

    from pointclub.merchant_api.description import written

    sys.stdout.write(written())


def main() -> None:
    """Serve until told to stop."""
    _set_up_django()

    from django.conf import settings
    from django.db import connection

    from pointclub.config import safety
    from pointclub.foundation import clock
    from pointclub.merchant_api.app import make_app

    safety.refuse_unsafe_start()
    connection.close()
    # Where business time was set, it runs on from the start of the process, not from the first request.
    clock.now()
    host, _, port = settings.ENVIRONMENT.api_address.rpartition(":")
    # Until it serves, it stops at once. Then it stops in order, and sends the signal to itself once more: no failure.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    signal.signal(signal.SIGINT, lambda *_: sys.exit(0))
    app = make_app(proxies=settings.ENVIRONMENT.proxies, processes=settings.ENVIRONMENT.api_workers)
    _look_for_garbage_less_often()
    address = (host.strip("[]") or "127.0.0.1", int(port))
    PatientServer(configure(app, host=address[0], port=address[1])).run(sockets=[_shared_socket(address)])


def _shared_socket(address: tuple[str, int]) -> socket.socket:
    """Return a socket at the address, which the other processes of the interface listen at as well."""
    family = socket.AF_INET6 if ":" in address[0] else socket.AF_INET
    shared = socket.socket(family)
    shared.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    shared.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    shared.bind(address)
    return shared


def _look_for_garbage_less_often() -> None:
    """Leave out of the collector's rounds what lives as long as the process, which is nearly all there is.

    Requests come and go without cycles; going through Django's modules again and again took a fifth of the time.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 50, 100)


def _set_up_django() -> None:
    """Load Django, whose models the services stand on; nothing that imports one may be imported before."""
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pointclub.config.settings")
    django.setup()
