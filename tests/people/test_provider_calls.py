"""Calls to the provider of external IDs end in time, stay small, and reach no machine of ours (REG-9)."""

from __future__ import annotations

import dataclasses
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar

import pytest
import requests
from django.conf import settings as django_settings
from django.core.cache import cache
from pytest_django import Settings

from pointclub.people import provider_calls
from pointclub.people.provider_calls import GuardedSession

pytestmark = pytest.mark.rule("REG-9")
DISCOVERY = "/.well-known/openid-configuration"


class Provider(BaseHTTPRequestHandler):
    """Answers what the path says, and counts."""

    asked: ClassVar[list[str]] = []

    def do_GET(self) -> None:
        Provider.asked.append(self.path)
        status = {"/elsewhere": 302, "/broken" + DISCOVERY: 500}.get(self.path, 200)
        self.send_response(status)
        if self.path == "/elsewhere":
            self.send_header("Location", "http://127.0.0.1/")
        self.end_headers()
        if self.path == "/large":
            self.wfile.write(b"x" * (provider_calls.LARGEST_ANSWER_BYTES + 1))
        elif self.path == "/slow":
            self._drip()
        else:
            self.wfile.write(b'{"issuer": "here"}')

    def log_message(self, *_args: Any) -> None:
        pass

    def _drip(self) -> None:
        try:
            for _ in range(100):
                self.wfile.write(b" ")
                time.sleep(0.05)
        except OSError:
            return


@pytest.fixture
def provider() -> Iterator[str]:
    """Run it on loopback."""
    cache.clear()
    Provider.asked.clear()
    server = ThreadingHTTPServer(("127.0.0.1", 0), Provider)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()


def call(url: str) -> requests.Response:
    with GuardedSession() as session:
        return session.get(url)


class TestWhatAProviderPublishes:
    def test_is_asked_for_once(self, provider: str) -> None:
        answers = [call(provider + DISCOVERY).json() for _ in range(3)]

        assert answers == [{"issuer": "here"}] * 3
        assert len(Provider.asked) == 1

    def test_is_asked_for_again_where_the_answer_was_an_error_but_not_at_once(
        self, provider: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(provider_calls, "FAILURE_LIVES_SECONDS", 0.2)
        statuses = [call(provider + "/broken" + DISCOVERY).status_code for _ in range(3)]
        time.sleep(0.25)
        call(provider + "/broken" + DISCOVERY)

        assert statuses == [500] * 3
        assert len(Provider.asked) == 2

    def test_is_not_asked_for_again_at_once_where_nobody_answered(self) -> None:
        cache.clear()
        with socket.socket() as unused:
            unused.bind(("127.0.0.1", 0))
            url = f"http://127.0.0.1:{unused.getsockname()[1]}{DISCOVERY}"
        with pytest.raises(requests.ConnectionError):
            call(url)

        with pytest.raises(provider_calls.UnfitAnswerError):
            call(url)


class TestAnAnswer:
    def test_that_is_too_large_is_none(self, provider: str) -> None:
        with pytest.raises(provider_calls.UnfitAnswerError):
            call(provider + "/large")

    def test_that_leads_elsewhere_is_not_followed(self, provider: str) -> None:
        with pytest.raises(provider_calls.UnfitAddressError):
            call(provider + "/elsewhere")

    def test_that_drips_is_cut_off(self, provider: str, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(provider_calls, "LONGEST_CALL_SECONDS", 0.3)
        began = time.monotonic()

        with pytest.raises(requests.RequestException):
            call(provider + "/slow")

        assert time.monotonic() - began < 2


class TestTheAddress:
    def test_is_looked_up_once_and_that_one_is_called(self, provider: str, monkeypatch: pytest.MonkeyPatch) -> None:
        with looked_up(monkeypatch, ["127.0.0.1"]) as asked:
            call(provider.replace("127.0.0.1", "id.example.com") + "/token")

        assert asked == ["id.example.com"]
        assert Provider.asked == ["/token"]

    @pytest.mark.parametrize("address", ["127.0.0.1", "10.1.2.3", "169.254.169.254", "::1", "64:ff9b::a00:1"])
    def test_inside_is_never_called_in_production(
        self, settings: Settings, monkeypatch: pytest.MonkeyPatch, address: str
    ) -> None:
        settings.ENVIRONMENT = dataclasses.replace(django_settings.ENVIRONMENT, kind="production")
        called: list[object] = []
        monkeypatch.setattr(socket, "create_connection", lambda *args, **_more: called.append(args))

        with looked_up(monkeypatch, ["93.184.216.34", address]), pytest.raises(requests.ConnectionError):
            call("https://id.example.com/token")

        assert called == []

    def test_has_five_seconds_for_all_that_a_name_has_and_three_are_tried(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(provider_calls, "LONGEST_CALL_SECONDS", 0.3)
        tried: list[float] = []

        def answer_never(_address: object, timeout: float) -> socket.socket:
            tried.append(timeout)
            time.sleep(min(timeout, 0.08))
            raise TimeoutError

        monkeypatch.setattr(socket, "create_connection", answer_never)
        with looked_up(monkeypatch, ["192.0.2.1"] * 8), pytest.raises(requests.ConnectionError):
            call("http://id.example.com/token")

        assert len(tried) == provider_calls.MOST_ADDRESSES
        assert tried == sorted(tried, reverse=True)
        assert tried[0] <= 0.3
        assert tried[-1] < 0.2

    def test_is_not_waited_for_where_nobody_knows_the_name_in_time(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(provider_calls, "LONGEST_CALL_SECONDS", 0.2)
        known = threading.Event()
        began = time.monotonic()

        def look_up(*_args: object, **_more: object) -> list[Any]:
            known.wait(5)
            return []

        monkeypatch.setattr(socket, "getaddrinfo", look_up)
        with pytest.raises(requests.RequestException):
            call("http://id.example.com/token")

        known.set()
        assert time.monotonic() - began < 2

    def test_is_called_by_https_only_in_production(self, settings: Settings) -> None:
        settings.ENVIRONMENT = dataclasses.replace(django_settings.ENVIRONMENT, kind="production")

        with pytest.raises(provider_calls.UnfitAddressError):
            call("http://id.example.com/token")


_INSIDE = {
    *("0.0.0.1", "10.1.2.3", "100.64.0.1", "127.0.0.1", "169.254.169.254", "172.16.0.1", "192.168.0.1"),
    *("192.0.0.1", "192.0.0.9", "192.0.0.170", "192.0.2.1", "192.88.99.1", "198.18.0.1", "198.51.100.1"),
    *("203.0.113.1", "224.0.0.1", "233.252.0.1", "240.0.0.1", "255.255.255.255"),
    *("::", "::1", "::10.0.0.1", "::8.8.8.8", "::ffff:8.8.8.8", "::ffff:0:8.8.8.8", "::ffff:0:10.0.0.1"),
    *("64:ff9b::808:808", "64:ff9b:1::1", "100::1", "2001::1", "2001:1::1", "2001:20::1", "2001:1ff::1"),
    *("2001:db8::1", "2002:808:808::1", "3fff::1", "3fff:fff::1", "5f00::1", "fc00::1", "fd12::1"),
    *("fe80::1", "fec0::1", "ff02::1", "ff0e::1", "4000::1"),
}
_OUTSIDE = {
    *("8.8.8.8", "93.184.216.34", "192.0.1.1", "192.88.98.1", "172.32.0.1"),
    *("2001:200::1", "2001:4860:4860::8888", "2400:cb00::1", "2606:4700::1111", "2a00:1450::1", "3ffe::1"),
}


@pytest.mark.parametrize(
    ("address", "expected"), [(each, True) for each in sorted(_INSIDE)] + [(each, False) for each in sorted(_OUTSIDE)]
)
def test_an_address_leads_inside_or_stands_for_another_one(address: str, expected: bool) -> None:
    assert provider_calls._leads_inside(address) is expected


@contextmanager
def looked_up(monkeypatch: pytest.MonkeyPatch, addresses: list[str]) -> Iterator[list[str]]:
    """Let every name have those addresses, and tell which were asked for."""
    asked: list[str] = []
    real = socket.getaddrinfo

    def look_up(host: str, port: int, *args: Any, **more: Any) -> list[Any]:
        if host[0].isdigit() or ":" in host:
            return list(real(host, port, *args, **more))
        asked.append(host)
        return [(socket.AF_INET6 if ":" in each else socket.AF_INET, 1, 6, "", (each, port)) for each in addresses]

    with monkeypatch.context() as patched:
        patched.setattr(socket, "getaddrinfo", look_up)
        yield asked
