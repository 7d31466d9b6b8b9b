"""The site under slow, large, odd and very many requests: others are answered, and its processes do not grow (18).

What its worker does is tested in `tests/config/test_patient_worker.py` in every run; this takes a whole site.
"""

from __future__ import annotations

import itertools
import re
import socket
import statistics
import subprocess
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from django.conf import settings
from django.test import Client

from pointclub.jobs.processes import first_free_port, is_listening
from tests.factories.sign_ins import let_in
from tests.harness.commands import start
from tests.harness.counts import is_deep
from tests.harness.databases import FreshDatabase
from tests.harness.loopback import NO_AUTHORITIES
from tests.harness.waiting import wait_until
from tests.portal.household import found_household

pytestmark = pytest.mark.skipif(not is_deep(), reason="Takes a minute, and the machine to itself.")

HOST = "127.0.0.1"
LONGEST_SECONDS = 1
SLOW_ONES = 200
LOOKS = 500
LARGE_ONES = 20
SIGN_INS = 1_000
A_SECOND = 50
MOST_GROWTH_MIB = 96
TEN_MEGABYTES = 10_000_000
SIGN_IN = b"POST /sign-in/ HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/x-www-form-urlencoded\r\n"
_TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')
_NUMBERS = itertools.count(1)
_LOOKS = itertools.count(1)


@dataclass(frozen=True)
class Site:
    """A running site, and the session of a member who is in."""

    port: int
    process: subprocess.Popen[str]
    session: str

    @property
    def address(self) -> str:
        return f"http://{HOST}:{self.port}"

    def look(self) -> float:
        """Open a page as somebody else does, stranger and member in turns, and return how long that took."""
        is_member = next(_LOOKS) % 2 == 0
        path, cookies = ("/", {settings.SESSION_COOKIE_NAME: self.session}) if is_member else ("/sign-in/", {})
        began = time.monotonic()
        with httpx.Client(base_url=self.address, timeout=20, verify=NO_AUTHORITIES, cookies=cookies) as client:
            page = client.get(path)
        took = time.monotonic() - began
        assert page.status_code == 200
        assert ("マイページ" in page.text) == is_member
        return took


@pytest.fixture
def site(fresh_database: FreshDatabase) -> Iterator[Site]:
    """Run `pointclub web`, with a member who is in."""
    member = found_household()
    member.live()
    let_in(browser := Client(), member.user)
    session = browser.cookies[settings.SESSION_COOKIE_NAME].value
    port = first_free_port(HOST, 18_700)
    assert port is not None
    environ = {"POINTCLUB_WEB_ADDRESS": f"{HOST}:{port}", "POINTCLUB_PROXIES": "1"}
    process = start("-m", "pointclub", "web", database=fresh_database, environ=environ)
    with ThreadPoolExecutor(1) as reader:
        # A log that nobody reads fills its pipe, and whoever writes to it waits.
        log = reader.submit(process.communicate)
        try:
            wait_until(lambda: is_listening(HOST, port), "the site listens")
            running = Site(port, process, session)
            for _ in range(16):
                assert running.look() < 20
            yield running
        finally:
            process.terminate()
            log.result(timeout=30)


def hold_to_promise(waits: list[float]) -> None:
    assert statistics.quantiles(waits, n=100, method="inclusive")[-1] < LONGEST_SECONDS


@contextmanager
def connected(port: int) -> Iterator[socket.socket]:
    with socket.create_connection((HOST, port), timeout=10) as caller:
        yield caller


def answer_to(port: int, *pieces: bytes) -> bytes:
    """Send the pieces as far as they are taken, and return what came of it."""
    with connected(port) as caller:
        # A server that has refused what is coming need not hear it to the end.
        with suppress(ConnectionResetError, BrokenPipeError):
            for piece in pieces:
                caller.sendall(piece)
        answer = b""
        with suppress(ConnectionResetError):
            while more := caller.recv(65_536):
                answer += more
        return answer


def memory_mib(process: subprocess.Popen[str]) -> float:
    """Return what the processes below that one hold."""
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
    found = [int(each) for each in children]
    for each in found:
        found += [int(child) for child in Path(f"/proc/{each}/task/{each}/children").read_text().split()]
    statuses = (Path(f"/proc/{each}/status").read_text() for each in found)
    return sum(int(line.split()[1]) for status in statuses for line in status.splitlines() if "VmRSS" in line) / 1024


def form_of(parts: int) -> tuple[bytes, bytes]:
    """Return the head and the body of a form in so many parts."""
    part = b'--b\r\ncontent-disposition: form-data; name="login_id"\r\n\r\nx\r\n'
    body = part * parts + b"--b--\r\n"
    head = SIGN_IN.replace(b"application/x-www-form-urlencoded", b"multipart/form-data; boundary=b")
    cookie = b"cookie: pointclub_csrf=%b\r\nconnection: close\r\n" % (b"c" * 32)
    return head + cookie + b"content-length: %d\r\n\r\n" % len(body), body


def sign_in(port: int) -> int:
    """Try a password, each time from another network in another name, and return the status."""
    number = next(_NUMBERS)
    network = f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"
    with httpx.Client(base_url=f"http://{HOST}:{port}", timeout=20, verify=NO_AUTHORITIES) as client:
        token = _TOKEN.search(client.get("/sign-in/").text)
        if token is None:
            return 503
        typed = {"csrfmiddlewaretoken": token[1], "login_id": f"n{number}", "password": "stolen1"}
        return client.post("/sign-in/", data=typed, headers={"x-forwarded-for": network}).status_code


def hold_out_slow_ones(site: Site) -> None:
    """Leave requests unfinished in every way, and look at pages meanwhile."""
    beginnings = itertools.cycle([b"", SIGN_IN, SIGN_IN + b"content-length: 1000\r\n\r\nlogin_id=", b"GET /sig"])
    with ExitStack() as stack:
        for beginning in itertools.islice(beginnings, SLOW_ONES):
            stack.enter_context(connected(site.port)).sendall(beginning)
        hold_to_promise([site.look() for _ in range(LOOKS)])


def refuse_large_ones(port: int) -> None:
    """Send what is no form of the site's."""
    large = (SIGN_IN + b"content-length: %d\r\n\r\n" % TEN_MEGABYTES, bytes(TEN_MEGABYTES))
    assert [answer_to(port, *large)[9:12] for _ in range(LARGE_ONES)] == [b"413"] * LARGE_ONES
    assert [answer_to(port, *form_of(10_000))[9:12] for _ in range(LARGE_ONES)] == [b"400"] * LARGE_ONES


def hold_out_robbers(site: Site, *, most: int) -> None:
    """Try passwords, fifty a second, and look at pages meanwhile."""
    tries: list[Future[int]] = []
    with ThreadPoolExecutor(64) as robbers, ThreadPoolExecutor(1) as others:
        looking = others.submit(lambda: [site.look() for _ in range(LOOKS)])
        for _ in range(most):
            tries.append(robbers.submit(sign_in, site.port))
            time.sleep(1 / A_SECOND)
        statuses = Counter(each.result() for each in tries)
        waits = looking.result()
    assert set(statuses) <= {200, 429, 503}, statuses
    hold_to_promise(waits)


def test_members_and_strangers_are_answered_and_memory_stays_as_it_is(site: Site) -> None:
    # Whatever a thread needs for its work it keeps.
    hold_out_robbers(site, most=SIGN_INS // 4)
    before = memory_mib(site.process)

    hold_out_slow_ones(site)
    refuse_large_ones(site.port)
    hold_out_robbers(site, most=SIGN_INS)

    assert memory_mib(site.process) - before < MOST_GROWTH_MIB
