"""The process: it starts and stops in order, and slow callers keep nobody waiting."""

import json
import select
import signal
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from urllib.parse import urlsplit

import httpx
import psycopg
import pytest

from pointclub.earning.models import Accrual
from pointclub.jobs.processes import first_free_port, is_listening
from pointclub.merchant_api import protocol
from tests.factories.club import Club, verified
from tests.factories.tills import Shop, idempotency_key, issue_key, open_shop, sale
from tests.harness.commands import start
from tests.harness.counts import count
from tests.harness.databases import FreshDatabase
from tests.harness.waiting import wait_until
from tests.merchant_api.conftest import till_of


@contextmanager
def own_process(database: FreshDatabase, **environ: str) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """Run `python -m pointclub.merchant_api` until the end of the block, at the latest."""
    port = first_free_port("127.0.0.1", 8600)
    assert port is not None
    environ["POINTCLUB_API_ADDRESS"] = f":{port}"
    process = start("-m", "pointclub.merchant_api", database=database, environ=environ)
    try:
        while not is_listening("127.0.0.1", port):
            assert process.poll() is None, process.communicate()
            time.sleep(0.05)
        yield f"http://127.0.0.1:{port}", process
    finally:
        process.kill()
        process.communicate()


class TestAskedToStop:
    @pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
    def test_it_answers_what_is_under_way_and_ends_well(
        self, fresh_database: FreshDatabase, number: signal.Signals
    ) -> None:
        shop = open_shop(Club())
        with ExitStack() as stack:
            address, process = stack.enter_context(own_process(fresh_database))
            till = stack.enter_context(till_of(address, shop.secret))
            assert till.get("/v1/status").status_code == 200
            holder = stack.enter_context(psycopg.connect(fresh_database.application_url))
            account_id = shop.member.membership.account_id
            holder.execute("SELECT FROM points_account WHERE id = %s FOR UPDATE", [account_id])
            callers = [stack.enter_context(connected(address)) for _ in range(30)]
            for caller in callers:
                caller.sendall(a_sale(shop))
            # What was sent before a request that has its answer was read before it.
            assert till.get("/v1/status").status_code == 200
            process.send_signal(number)
            port = urlsplit(address).port or 0
            wait_until(lambda: not is_listening("127.0.0.1", port), "nobody new is let in")
            assert select.select(callers, [], [], 0)[0] == []
            holder.rollback()
            answers = [everything_from(caller) for caller in callers]
            code = process.wait(timeout=30)
            _, err = process.communicate()

        assert (code, err) == (0, "")
        assert [answer.partition(b"\r\n")[0] for answer in answers] == [b"HTTP/1.1 201 Created"] * 30
        assert Accrual.objects.filter(merchant_id=shop.merchant.id).count() == 30
        assert verified() == []


class TestSeveralProcesses:
    def test_each_let_through_their_share_of_a_keys_limit(self, fresh_database: FreshDatabase) -> None:
        club = Club()
        slow = issue_key(club, open_shop(club).merchant, per_minute=6)

        with (
            own_process(fresh_database, POINTCLUB_API_WORKERS="2") as (address, _),
            till_of(address, slow.secret) as till,
        ):
            answers = [till.get("/v1/status") for _ in range(6)]

        assert [answer.status_code for answer in answers] == [200] * 5 + [429]


class TestASlowCaller:
    def test_who_does_not_finish_is_told_and_let_go(self, address: str, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(protocol, "SLOWEST_REQUEST_SECONDS", 1.0)
        beginnings = [
            b"",
            b"GET /v1/sta",
            b"POST /v1/accruals HTTP/1.1\r\nhost: x\r\ncontent-length: 10\r\n\r\n{",
        ]
        with ExitStack() as stack:
            callers = [stack.enter_context(connected(address)) for _ in beginnings]
            for caller, beginning in zip(callers, beginnings, strict=True):
                caller.sendall(beginning)
            answers = [everything_from(caller) for caller in callers]

        assert [answer.partition(b"\r\n")[0] for answer in answers[:2]] == [b"HTTP/1.1 408 Request Timeout"] * 2
        assert answers[2].partition(b" ")[0] == b"HTTP/1.1"

    def test_who_is_known_and_stops_in_the_middle_of_a_body_is_told_and_let_go(
        self, address: str, shop: Shop, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(protocol, "SLOWEST_REQUEST_SECONDS", 1.0)
        with connected(address) as caller:
            caller.sendall(half_a_sale(shop))
            answer = everything_from(caller)

        assert answer.startswith(b"HTTP/1.1 408 ")

    def test_however_many_there_are_keeps_nobody_waiting(self, address: str, shop: Shop, till: httpx.Client) -> None:
        waits = []
        with ExitStack() as stack:
            for _ in range(count(quick=200, deep=400)):
                stack.enter_context(connected(address)).sendall(half_a_sale(shop))
            for _ in range(count(quick=30, deep=1_000)):
                began = time.monotonic()
                answer = till.post("/v1/accruals", json=sale(shop), headers=idempotency_key())
                waits.append(time.monotonic() - began)
                assert answer.status_code == 201

        # The promise is one second for all but one in a hundred; the everyday run shares its machine, and has three.
        assert max(waits) < 3
        assert statistics.quantiles(waits, n=100, method="inclusive")[-1] < count(quick=3, deep=1)


def half_a_sale(shop: Shop) -> bytes:
    whole = a_sale(shop)
    return whole[: -len(whole.partition(b"\r\n\r\n")[2]) // 2]


def a_sale(shop: Shop) -> bytes:
    body = json.dumps(sale(shop)).encode()
    head = (
        f"POST /v1/accruals HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {shop.secret}\r\n"
        f"content-type: application/json\r\nidempotency-key: {idempotency_key()['idempotency-key']}\r\n"
        f"content-length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


@contextmanager
def connected(address: str) -> Iterator[socket.socket]:
    parts = urlsplit(address)
    with socket.create_connection((parts.hostname or "", parts.port or 0), timeout=10) as caller:
        yield caller


def everything_from(caller: socket.socket) -> bytes:
    """Return what comes until the server hangs up."""
    answer = b""
    while more := caller.recv(65_536):
        answer += more
    return answer


def test_pipelined_requests_are_answered_in_order(address: str) -> None:
    with connected(address) as caller:
        caller.sendall(
            b"GET /livez HTTP/1.1\r\nhost: x\r\n\r\nGET /nowhere HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n"
        )
        answer = everything_from(caller)

    assert answer.index(b" 200 ") < answer.index(b" 404 ")


@pytest.mark.rule("ACC-6")
@pytest.mark.parametrize(
    "after_it",
    [
        b"GARBAGE\r\n\r\n",
        b"GET /livez HTTP/1.1\r\nx-much: " + b"a" * 20_000,
        b"POST /v1/accruals HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\nrubbish\r\n",
        b"GET http://x HTTP/1.1\r\nhost: x\r\n\r\n",
        b"GET /livez HTTP/1.1\r\nhost: x\r\nconnection: upgrade\r\nupgrade: h2c\r\n\r\n",
    ],
    ids=["no http", "too large", "no chunks", "no path", "another protocol"],
)
def test_who_sends_rubbish_after_a_sale_is_not_told_that_the_sale_was_rubbish(
    address: str, shop: Shop, after_it: bytes
) -> None:
    whole = a_sale(shop)
    with connected(address) as caller:
        caller.sendall(whole + after_it)
        answer = everything_from(caller)

    assert answer.partition(b"\r\n")[0] in {b"", b"HTTP/1.1 201 Created"}


def test_who_would_rather_speak_another_protocol_is_refused_and_does_not_get_the_body_read_as_a_request(
    address: str, shop: Shop
) -> None:
    head, _, body = a_sale(shop).partition(b"\r\n\r\n")
    with connected(address) as caller:
        caller.sendall(head + b"\r\nconnection: upgrade, http2-settings\r\nupgrade: h2c\r\n\r\n" + body)
        answer = everything_from(caller)

    assert answer.startswith(b"HTTP/1.1 400 ")
    assert b"malformed_request" in answer
    assert answer.count(b"HTTP/1.1 ") == 1


class TestWhatComesAfterABody:
    HEAD = b"POST /v1/accruals HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n"

    def test_is_no_header(self, address: str, shop: Shop) -> None:
        head, _, body = a_sale(shop).partition(b"\r\n\r\n")
        lines = [line for line in head.split(b"\r\n") if not line.startswith((b"content-length", b"idempotency-key"))]
        chunked = b"%x\r\n%b\r\n0\r\nidempotency-key: k\r\n\r\n" % (len(body), body)
        with connected(address) as caller:
            caller.sendall(
                b"\r\n".join([*lines, b"transfer-encoding: chunked", b"connection: close\r\n\r\n"]) + chunked
            )
            answer = everything_from(caller)

        assert b"idempotency_key_missing" in answer

    def test_may_be_no_longer_than_headers(self, address: str) -> None:
        with connected(address) as caller:
            caller.sendall(self.HEAD + b"\r\n1\r\n{\r\n0\r\nx: ")
            answer = b""
            with suppress(BrokenPipeError, ConnectionResetError):
                for _ in range(100):
                    caller.sendall(b"a" * 65_536)
                answer = everything_from(caller)

        assert answer.count(b"HTTP/1.1 ") <= 1


def test_who_sends_an_empty_line_and_nothing_more_is_let_go(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(protocol, "SLOWEST_REQUEST_SECONDS", 1.0)
    with connected(address) as caller:
        caller.sendall(b"GET /livez HTTP/1.1\r\nhost: x\r\n\r\n")
        answer = caller.recv(65_536)
        caller.sendall(b"\r\n")
        left = everything_from(caller)

    assert answer.startswith(b"HTTP/1.1 200 ")
    assert left == b""


def test_a_length_that_begins_with_zeros_is_read_as_a_length(address: str, shop: Shop) -> None:
    whole = a_sale(shop).replace(b"content-length: ", b"connection: close\r\ncontent-length: " + b"0" * 5_000)
    with connected(address) as caller:
        caller.sendall(whole)
        answer = everything_from(caller)

    assert answer.startswith(b"HTTP/1.1 201 ")


def test_module_can_be_asked_for_its_description() -> None:
    words = [sys.executable, "-m", "pointclub.merchant_api", "describe"]
    answer = subprocess.run(words, check=True, capture_output=True, text=True)  # noqa: S603 -- Our own program.

    assert json.loads(answer.stdout)["openapi"] == "3.1.0"
