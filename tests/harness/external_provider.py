"""A provider of external IDs: a process of its own on loopback, started and ended by the test."""

from __future__ import annotations

import dataclasses
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import httpx
from django.conf import settings

from tests.harness.loopback import NO_AUTHORITIES

_LONGEST_START_SECONDS = 20
NAME = "あかりID"


@contextmanager
def running_provider() -> Iterator[str]:
    """Run the provider for the length of the block, and give its address."""
    port = _free_port()
    command = [str(Path(sys.executable).parent / "oidc-provider-mock"), "--host", "127.0.0.1", "--port", str(port)]
    provider = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # noqa: S603 -- Ours.
    address = f"http://127.0.0.1:{port}"
    try:
        _wait_for(f"{address}/.well-known/openid-configuration", provider)
        yield address
    finally:
        provider.terminate()
        provider.wait()


def trusting(address: str | None) -> Any:
    """Return the settings with that provider."""
    return dataclasses.replace(
        settings.ENVIRONMENT,
        external_id_issuer=address,
        external_id_name=NAME,
        external_id_client="pointclub",
        external_id_secret="shared with the provider",
    )


def unused_address() -> str:
    """Return where nobody listens."""
    return f"http://127.0.0.1:{_free_port()}"


def tell_of(address: str, subject: str, **claims: Any) -> None:
    """Let the provider know somebody, and what it tells of them."""
    httpx.put(f"{address}/users/{subject}", json=claims, verify=NO_AUTHORITIES).raise_for_status()


def come_from_provider(page: Any, *, subject: str, scope: str = "openid") -> str:
    """Be that subject at the provider to which a page leads, and return the address to which it leads back.

    A provider may tell more than it was asked for: the scope is what it goes by.
    """
    leading = page.context["address"].replace("scope=openid", f"scope={quote(scope)}")
    answer = httpx.post(leading, data={"sub": subject}, verify=NO_AUTHORITIES)
    address = urlsplit(answer.headers["location"])
    return f"{address.path}?{address.query}"


def _free_port() -> int:
    with socket.socket() as asked:
        asked.bind(("127.0.0.1", 0))
        port: int = asked.getsockname()[1]
        return port


def _wait_for(address: str, provider: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + _LONGEST_START_SECONDS
    while True:
        try:
            urllib.request.urlopen(address, timeout=1).close()  # noqa: S310 -- Our own, by http.
        except OSError:
            assert provider.poll() is None, "the provider ended at once"
            assert time.monotonic() < deadline, "the provider did not start in time"
            time.sleep(0.05)
        else:
            return
