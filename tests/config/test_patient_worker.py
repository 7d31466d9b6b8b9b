"""The web server's worker: slow callers hold no thread, what is too large is refused, and the rest arrives as sent."""

from __future__ import annotations

import http.client
import itertools
import os
import select
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pointclub.config.arriving import LARGEST_FORM, LARGEST_HEAD, LARGEST_UPLOAD, Arriving
from tests.harness.small_site import LONGEST_FORM_SECONDS

HOST = "127.0.0.1"
PAGE = b"GET / HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n"
FORM = b"POST / HTTP/1.1\r\nhost: x\r\ncontent-type: text/plain\r\n"
SLOW_FORM = b"POST /slowly/ HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-length: 1\r\n\r\nx"
THREADS = 4


@contextmanager
def running_site(*, log: str = "-", **environ: str) -> Iterator[tuple[int, subprocess.Popen[bytes]]]:
    with socket.create_server((HOST, 0)) as listener:
        port = listener.getsockname()[1]
        process = subprocess.Popen(  # noqa: S603 -- Our own program.
            [
                *(sys.executable, "-m", "gunicorn", "tests.harness.small_site:application"),
                *("--bind", f"fd://{listener.fileno()}", "--threads", str(THREADS)),
                *("--worker-class", "pointclub.config.patient_worker.PatientWorker", "--log-level", "warning"),
                *("--logger-class", "pointclub.config.server_log.QuietLogger", "--error-logfile", log),
                "--no-control-socket",
            ],
            env={**os.environ, **environ},
            pass_fds=[listener.fileno()],
        )
    try:
        # Whoever knocks before it is there waits at the door.
        assert answer_to(port, PAGE)
        yield port, process
    finally:
        process.terminate()
        process.wait()


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    with running_site() as (port, _):
        yield port


@contextmanager
def connected(port: int) -> Iterator[socket.socket]:
    with socket.create_connection((HOST, port), timeout=30) as caller:
        yield caller


def answer_to(port: int, *pieces: bytes) -> bytes:
    """Send the pieces as far as they are taken, and return all that is answered."""
    with connected(port) as caller:
        with suppress(ConnectionResetError, BrokenPipeError):
            for piece in pieces:
                caller.sendall(piece)
        return everything_from(caller)


def everything_from(caller: socket.socket) -> bytes:
    answer = b""
    with suppress(ConnectionResetError):
        while more := caller.recv(65_536):
            answer += more
    return answer


class TestOthers:
    def test_are_answered_while_many_requests_do_not_come_to_their_end(self, port: int) -> None:
        beginnings = itertools.cycle([b"", b"GET /", FORM, FORM + b"content-length: 9\r\n\r\nhalf"])
        with ExitStack() as stack:
            for beginning in itertools.islice(beginnings, 10 * THREADS):
                stack.enter_context(connected(port)).sendall(beginning)
            answer = answer_to(port, PAGE)

        assert answer.endswith(b"a page")

    def test_are_shown_pages_while_all_forms_that_may_be_are_being_worked_on(self, port: int) -> None:
        with ExitStack() as stack:
            robbers = [stack.enter_context(connected(port)) for _ in range(2 * THREADS)]
            for robber in robbers:
                robber.sendall(SLOW_FORM)
            answer = answer_to(port, PAGE)
            answered_before, _, _ = select.select(robbers, [], [], 0)
            answers = [everything_from(robber) for robber in robbers]

        assert answer.endswith(b"a page")
        assert len(answered_before) < THREADS
        assert all(each.startswith(b"HTTP/1.1 200 ") for each in answers)


class TestWhoeverIsSlow:
    def test_is_told_and_let_go(self, port: int) -> None:
        with connected(port) as in_head, connected(port) as in_body:
            in_head.sendall(b"GET /")
            in_body.sendall(FORM + b"content-length: 9\r\n\r\nhalf")
            answers = [everything_from(caller) for caller in (in_head, in_body)]

        assert all(answer.startswith(b"HTTP/1.1 408 ") for answer in answers)


class TestWhatIsRefused:
    @pytest.mark.parametrize(
        ("status", "head", "body"),
        [
            (413, FORM + b"content-length: %d\r\n\r\n" % (LARGEST_FORM + 1), bytes(LARGEST_FORM + 1)),
            (411, FORM + b"transfer-encoding: chunked\r\n\r\n", b"1\r\nx\r\n0\r\n\r\n"),
            (400, FORM + b"content-length: 1\r\ncontent-length: 2\r\n\r\n", b"xx"),
            (400, FORM + b"content-length: -1\r\n\r\n", b""),
            (400, FORM + b"content-length: 1, 1\r\n\r\n", b"x"),
            (431, b"GET / HTTP/1.1\r\nx-much: ", bytes(LARGEST_HEAD)),
            (400, b"rubbish\r\n\r\n", b""),
        ],
        ids=["too large", "without a length", "two lengths", "less than nothing", "a list", "endless head", "no HTTP"],
    )
    def test_is_answered(self, port: int, status: int, head: bytes, body: bytes) -> None:
        assert answer_to(port, head, body).startswith(b"HTTP/1.1 %d " % status)

    def test_is_what_comes_when_the_line_is_full(self, port: int) -> None:
        with ExitStack() as stack:
            callers = [stack.enter_context(connected(port)) for _ in range(10)]
            for caller in callers:
                caller.sendall(SLOW_FORM)
            *_, refused = (everything_from(caller) for caller in callers)

        assert refused.startswith(b"HTTP/1.1 503 ")
        assert "ただいまアクセスが集中しています。" in refused.decode()


class TestWhatArrives:
    def test_is_what_was_sent_however_it_was_cut(self, port: int) -> None:
        body = bytes(number % 251 for number in range(200_000))
        whole = FORM + b"connection: close\r\ncontent-length: %d\r\n\r\n" % len(body) + body
        answer = answer_to(port, whole[:7], whole[7:90], whole[90:150_000], whole[150_000:])

        assert answer.partition(b"\r\n\r\n")[2] == body

    def test_is_answered_in_order_on_one_connection(self, port: int) -> None:
        forms = FORM + b"content-length: 5\r\n\r\nfirst" + FORM + b"content-length: 6\r\n\r\nsec"
        answer = answer_to(port, forms, b"ond" + PAGE)

        assert answer.index(b"first") < answer.index(b"second") < answer.index(b"a page")

    def test_is_answered_on_a_connection_that_stays(self, port: int) -> None:
        connection = http.client.HTTPConnection(HOST, port, timeout=10)
        ways_out = set()
        for body in (b"first", b"then"):
            connection.request("POST", "/", body)
            ways_out.add(connection.sock.getsockname())
            assert connection.getresponse().read() == body
        connection.close()

        assert len(ways_out) == 1

    @pytest.mark.parametrize(
        ("head", "body"),
        [
            (b"GET / HTTP/1.0\r\n\r\n", b"a page"),
            (b"POST / HTTP/1.0\r\ncontent-length: 2\r\n\r\nab", b"ab"),
            (b"HEAD / HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n", b""),
        ],
        ids=["old", "old form", "head"],
    )
    def test_is_answered_as_it_asks(self, port: int, head: bytes, body: bytes) -> None:
        before, _, after = answer_to(port, head).partition(b"\r\n\r\n")

        assert b" 200 OK\r\n" in before
        assert after == body

    def test_is_asked_for_where_the_caller_waits_to_be_asked(self, port: int) -> None:
        with connected(port) as caller:
            caller.sendall(FORM + b"expect: 100-continue\r\nconnection: close\r\ncontent-length: 3\r\n\r\n")
            asked = caller.recv(65_536)
            caller.sendall(b"abc")
            answer = everything_from(caller)

        assert asked == b"HTTP/1.1 100 Continue\r\n\r\n"
        assert answer.startswith(b"HTTP/1.1 200 OK\r\n")
        assert answer.endswith(b"\r\n\r\nabc")

    @given(st.lists(st.integers(min_value=0, max_value=200), max_size=6))
    def test_is_whole_exactly_with_its_last_byte(self, cuts: list[int]) -> None:
        whole = FORM + b"content-length: 40\r\n\r\n" + b"b" * 40
        places = sorted({0, len(whole), *(cut for cut in cuts if cut < len(whole))})
        arriving = Arriving()
        for begin, end in itertools.pairwise(places):
            assert not arriving.is_whole
            arriving.take(whole[begin:end])

        assert arriving.is_whole
        assert (b"".join(arriving.pieces()), arriving.rest) == (whole, b"")
        arriving.forget()

    def test_may_be_a_file_where_the_office_takes_one(self) -> None:
        for address, is_refused in ((b"/office/files/", False), (b"/", True)):
            arriving = Arriving()
            arriving.take(b"POST %b HTTP/1.1\r\ncontent-length: %d\r\n\r\n" % (address, LARGEST_UPLOAD))
            assert (arriving.refused is not None) is is_refused
            arriving.forget()


def test_asked_to_stop_it_answers_what_is_under_way_and_waits_a_little_for_the_rest() -> None:
    with running_site(SLOWEST_REQUEST_SECONDS="30") as (port, process), ExitStack() as stack:
        callers = [stack.enter_context(connected(port)) for _ in range(2 * THREADS)]
        *working, arriving, half, _silent = callers
        for caller in working:
            caller.sendall(SLOW_FORM)
        for caller in (arriving, half):
            caller.sendall(SLOW_FORM[:-1])
        time.sleep(LONGEST_FORM_SECONDS / 2)
        process.send_signal(signal.SIGTERM)
        arriving.sendall(b"x")
        answers = [everything_from(caller) for caller in (*working, arriving, half)]
        stack.close()
        code = process.wait(timeout=60)

    assert [answer[9:12] for answer in answers] == [b"200"] * (len(working) + 1) + [b"408"]
    assert code == 0
