"""Fixtures for browser tests: the site on loopback over a fresh database, and Debian's Chromium."""

import os
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.handlers.wsgi import WSGIHandler
from django.core.servers.basehttp import ThreadedWSGIServer
from django.test.testcases import LiveServerThread

from tests.harness.databases import FreshDatabase

CHROMIUM = "/usr/bin/chromium-headless-shell"
_QUIET = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update")


class _PromptServer(ThreadedWSGIServer):
    """The server of Django's tests, which otherwise ends half a second after it was told to."""

    def serve_forever(self, poll_interval: float = 0.02) -> None:
        super().serve_forever(poll_interval)


class _SiteThread(LiveServerThread):
    server_class = _PromptServer


def _as_served(application: WSGIHandler) -> WSGIHandler:
    """Put nothing before the application: WhiteNoise serves the static files, as it does for members."""
    return application


@pytest.fixture
def live_site(fresh_database: FreshDatabase) -> Iterator[str]:
    """Serve the site over a fresh database and give its address; what the test commits, the site sees."""
    thread = _SiteThread("127.0.0.1", _as_served, connections_override={})  # type: ignore[arg-type]  # called, never subclassed
    thread.daemon = True
    thread.start()
    thread.is_ready.wait()
    if thread.error:
        raise thread.error
    yield f"http://127.0.0.1:{thread.port}"
    thread.terminate()


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """Start Debian's Chromium without a window's works, which took a third of the tests' time, and its calls home.

    Playwright keeps an event loop running in this thread from here on, and Django would refuse to query under it.
    """
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    return {**browser_type_launch_args, "executable_path": CHROMIUM, "args": list(_QUIET)}


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    """Look at the site from Japan."""
    return {**browser_context_args, "locale": "ja-JP", "timezone_id": "Asia/Tokyo"}
