"""The process: it starts and stops in order, and slow callers keep nobody waiting."""

import json
import signal
import socket
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from urllib.parse import urlsplit

import httpx
import pytest

from pointclub.jobs.processes import first_free_port, is_listening
from pointclub.merchant_api import protocol
from tests.factories.club import Club, verified
from tests.factories.tills import Shop, idempotency_key, open_shop, sale
from tests.harness.commands import start
from tests.harness.counts import count
from tests.harness.databases import FreshDatabase
from tests.merchant_api.conftest import till_of


@contextmanager
def own_process(database: FreshDatabase) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """Run `python -m pointclub.merchant_api` until the end of the block, at the latest."""
    port = first_free_port("127.0.0.1", 8600)
    assert port is not None
    process = start("-m", "pointclub.merchant_api", database=database, environ={"POINTCLUB_API_ADDRESS": f":{port}"})
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
        answers: list[httpx.Response] = []
        with own_process(fresh_database) as (address, process), till_of(address, shop.secret) as till:
            rows = {"rows": [sale(shop) for _ in range(500)]}
            headers = idempotency_key()
            sending = threading.Thread(
                target=lambda: answers.append(till.post("/v1/accruals/batch", json=rows, headers=headers))
            )
            till.get("/v1/status")
            sending.start()
            time.sleep(0.05)
            process.send_signal(number)
            sending.join(timeout=30)
            code = process.wait(timeout=30)
            _, err = process.communicate()

        assert (code, err) == (0, "")
        (answer,) = answers
        assert [row.get("refused") for row in answer.json()["rows"]] == [None] * 500
        assert verified() == []


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
        f"content-type: application/json\r\nidempotency-key: k\r\ncontent-length: {len(body)}\r\n\r\n"
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
    ],
    ids=["no http", "too large", "no chunks"],
)
def test_who_sends_rubbish_after_a_sale_is_not_told_that_the_sale_was_rubbish(
    address: str, shop: Shop, after_it: bytes
) -> None:
    whole = a_sale(shop)
    with connected(address) as caller:
        caller.sendall(whole + after_it)
        answer = everything_from(caller)

    assert answer.partition(b"\r\n")[0] in {b"", b"HTTP/1.1 201 Created"}


def test_module_can_be_asked_for_its_description() -> None:
    words = [sys.executable, "-m", "pointclub.merchant_api", "describe"]
    answer = subprocess.run(words, check=True, capture_output=True, text=True)  # noqa: S603 -- Our own program.

    assert json.loads(answer.stdout)["openapi"] == "3.1.0"
