"""Whatever callers do and whatever runs out: the web server's worker goes on, counts right, and tells no secret."""

from __future__ import annotations

import os
import selectors
import socket
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from gunicorn.config import Config  # type: ignore[import-untyped]  # it brings no types
from gunicorn.glogging import Logger  # type: ignore[import-untyped]  # it brings no types

from pointclub.config import patient_worker
from pointclub.config.patient_worker import PatientWorker
from tests.config.test_patient_worker import FORM, SLOW_FORM, answer_to, connected, everything_from, running_site
from tests.harness.waiting import wait_until

WHICH = b"GET /worker/ HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n"


def worker_of(port: int) -> bytes:
    """Ask which process answers, as often as it takes for one to have a place."""
    answers: list[bytes] = []

    def has_answered() -> bool:
        head, _, body = answer_to(port, WHICH).partition(b"\r\n\r\n")
        answers.append(body)
        return b" 200 " in head

    wait_until(has_answered, "a worker answers", seconds=20)
    return answers[-1]


class TestTheWorker:
    def test_lives_on_when_its_descriptors_run_out(self) -> None:
        with running_site(MOST_FILES="48", SLOWEST_REQUEST_SECONDS="20") as (port, _):
            before = worker_of(port)
            with ExitStack() as stack:
                for _ in range(60):
                    stack.enter_context(connected(port)).sendall(b"GET /")

                assert worker_of(port) == before

    def test_lives_on_when_there_is_no_room_for_a_form(self) -> None:
        with running_site(MOST_FILE_BYTES="90000") as (port, _):
            before = worker_of(port)

            refused = answer_to(port, FORM + b"content-length: 200000\r\n\r\n", bytes(200_000))

            assert refused.startswith(b"HTTP/1.1 503 ")
            assert worker_of(port) == before

    def test_lives_on_when_an_answer_breaks_off(self, tmp_path: Path) -> None:
        with running_site(log=str(tmp_path / "log")) as (port, _):
            before = worker_of(port)

            answer_to(port, b"GET /breaks/s3cret/ HTTP/1.1\r\nhost: x\r\n\r\n")
            answer_to(port, b"GET /breaks/s3cret/\r\n\r\n")

            assert worker_of(port) == before
        told = (tmp_path / "log").read_text()
        assert "ValueError" in told
        assert "Invalid request" in told
        assert "s3cret" not in told
        assert "The words of an exception" not in told


def test_whoever_waits_in_line_for_too_long_is_told_to_come_again() -> None:
    with running_site(LONGEST_WAITING_SECONDS="0.1") as (port, _), ExitStack() as stack:
        callers = [stack.enter_context(connected(port)) for _ in range(6)]
        for caller in callers:
            caller.sendall(SLOW_FORM)
        statuses = {everything_from(caller)[9:12] for caller in callers}

    assert statuses == {b"200", b"503"}


class TestTheCount:
    @pytest.fixture
    def listener(self) -> Iterator[socket.socket]:
        with socket.create_server(("127.0.0.1", 0)) as listener:
            listener.setblocking(False)
            yield listener

    def test_is_right_where_somebody_gives_way_in_the_moment_in_which_they_speak(
        self, listener: socket.socket, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(patient_worker, "MOST_CONNECTIONS", 3)
        config = Config()
        worker = PatientWorker(0, os.getppid(), [listener], None, 30, config, Logger(config))
        with ExitStack() as stack:
            stack.callback(worker.tmp.close)
            worker.tpool = stack.enter_context(worker.get_thread_pool())
            worker.poller = stack.enter_context(selectors.DefaultSelector())
            stack.callback(worker.method_queue.close)
            worker.method_queue.init()
            worker.set_accept_enabled(True)
            callers = [stack.enter_context(socket.create_connection(listener.getsockname())) for _ in range(3)]
            while len(worker._coming) < len(callers):
                worker.wait_for_and_dispatch_events(1)
            for eldest in callers:
                stack.enter_context(socket.create_connection(listener.getsockname()))
                eldest.send(b"G")
                worker.wait_for_and_dispatch_events(1)

            assert worker.nr_conns == len(worker._coming) == 3
            for caller in list(worker._coming):
                worker._drop(caller)
                worker._drop(caller)
            assert worker.nr_conns == 0
            assert everything_from(callers[0]) == b""
