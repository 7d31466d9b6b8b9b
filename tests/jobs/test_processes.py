"""One parent, several children: they live and stop together."""

import os
import signal
import socket
import sys
import threading

from pointclub.jobs import processes

SLEEP = [sys.executable, "-c", "import time; time.sleep(60)"]


def test_all_stop_with_its_code_when_one_dies() -> None:
    code = processes.supervise(
        {"short": [sys.executable, "-c", "raise SystemExit(7)"], "long": SLEEP}, announce=lambda: None
    )

    assert code == 7


def test_child_that_ends_well_by_itself_is_a_failure_too() -> None:
    assert processes.supervise({"short": [sys.executable, "-c", ""]}, announce=lambda: None) == 1


def test_request_to_stop_ends_all_in_order() -> None:
    stop = threading.Timer(0.5, lambda: os.kill(os.getpid(), signal.SIGTERM))
    stop.start()

    assert processes.supervise({"long": SLEEP}, announce=lambda: None) == 0


def test_next_free_port_is_taken_when_the_wanted_one_is_not_free() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        taken = other.getsockname()[1]

        free = processes.first_free_port("127.0.0.1", taken)

    assert free is not None
    assert free > taken
