"""Browsers, as far as a server can tell: each keeps its connection and its cookies. Run as a process of its own."""

from __future__ import annotations

import http.client
import json
import re
import sys
import threading
import time
import urllib.parse
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

_TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')
_FORM = {"Content-Type": "application/x-www-form-urlencoded"}
_REDIRECT = 302
_PATIENCE_SECONDS = 60


@dataclass
class Browser:
    """One visitor."""

    host: str
    port: int
    cookies: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Connect."""
        self._connection = http.client.HTTPConnection(self.host, self.port, timeout=_PATIENCE_SECONDS)

    def ask(self, method: str, path: str, form: dict[str, str] | None = None) -> tuple[int, str]:
        """Send one request and return status and page."""
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        body = None if form is None else urllib.parse.urlencode(form)
        self._connection.request(method, path, body, headers | (_FORM if form is not None else {}))
        answer = self._connection.getresponse()
        page = answer.read().decode()
        for name, value in answer.getheaders():
            if name.lower() == "set-cookie":
                cookie, _, _ = value.partition(";")
                key, _, content = cookie.partition("=")
                self.cookies[key] = content
        return answer.status, page

    def sign_in(self, login_id: str, password: str) -> float:
        """Sign in afresh; return the seconds that the form took on its way, without the page that shows it."""
        self.cookies.clear()
        _, page = self.ask("GET", "/sign-in/")
        token = _TOKEN.search(page)
        assert token is not None, page[:500]
        began = time.perf_counter()
        status, page = self.ask(
            "POST", "/sign-in/", {"csrfmiddlewaretoken": token[1], "login_id": login_id, "password": password}
        )
        took = time.perf_counter() - began
        assert status == _REDIRECT, page[:2_000]
        return took

    def look(self) -> float:
        """Look at my page; return the seconds."""
        began = time.perf_counter()
        status, page = self.ask("GET", "/")
        took = time.perf_counter() - began
        assert status == http.client.OK, page[:500]
        return took


def browse(address: tuple[str, int], what: str, names: Sequence[str], password: str, seconds: float) -> list[float]:
    """Let one browser for each name sign in over and over, or look at my page; return what each time took."""
    browsers = [Browser(*address) for _ in names]
    for browser, name in zip(browsers, names, strict=True):
        browser.sign_in(name, password)
    took: list[float] = []
    deadline = time.monotonic() + seconds

    def repeat(work: Callable[[], float]) -> None:
        while time.monotonic() < deadline:
            took.append(work())

    threads = []
    for browser, name in zip(browsers, names, strict=True):
        work = browser.look if what == "look" else _signing_in(browser, name, password)
        threads.append(threading.Thread(target=repeat, args=(work,)))
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return took


def _signing_in(browser: Browser, name: str, password: str) -> Callable[[], float]:
    return lambda: browser.sign_in(name, password)


if __name__ == "__main__":
    asked = json.load(sys.stdin)
    where = (asked["host"], asked["port"])
    json.dump(browse(where, asked["what"], asked["names"], asked["password"], asked["seconds"]), sys.stdout)
