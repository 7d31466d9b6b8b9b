"""Child processes under one parent: signals go down, and when one dies all stop."""

import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from types import FrameType

_LOOK_EVERY_SECONDS = 0.1
_PATIENCE_SECONDS = 20.0
_PORTS_TO_TRY = 100


def supervise(
    children: Mapping[str, Sequence[str]],
    *,
    when_listening: Sequence[tuple[str, int]] = (),
    announce: Callable[[], None],
) -> int:
    """Run the children until one dies or we are told to stop; return the exit code that fits.

    Each has a session of its own, so Ctrl-C reaches them once, through us. `announce` is called when all addresses
    answer. Nothing is restarted here: a silent restart would hide the fault from whoever watches this process.
    """
    asked_to_stop: list[int] = []

    def ask(number: int, _frame: FrameType | None) -> None:
        asked_to_stop.append(number)

    before = {number: signal.signal(number, ask) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
    running = {name: subprocess.Popen(words, start_new_session=True) for name, words in children.items()}  # noqa: S603 -- Our own programs.
    try:
        announced = False
        while not asked_to_stop:
            for name, child in running.items():
                if child.poll() is not None:
                    sys.stderr.write(f"The {name} process ended by itself with code {child.returncode}; stopping.\n")
                    return _exit_code(child.returncode)
            if not announced and all(is_listening(*address) for address in when_listening):
                announce()
                announced = True
            time.sleep(_LOOK_EVERY_SECONDS)
        return 0
    finally:
        _stop_all(list(running.values()))
        for number, handler in before.items():
            signal.signal(number, handler)


def _exit_code(ended_with: int) -> int:
    """Return a code that is never 0, and for a signal what a shell would say."""
    return 128 - ended_with if ended_with < 0 else ended_with or 1


def _stop_all(children: Sequence[subprocess.Popen[bytes]]) -> None:
    for child in children:
        if child.poll() is None:
            child.terminate()
    deadline = time.monotonic() + _PATIENCE_SECONDS
    for child in children:
        try:
            child.wait(timeout=max(0.0, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()


def is_listening(host: str, port: int) -> bool:
    """Tell whether something answers at that address."""
    try:
        socket.create_connection((host, port), timeout=0.5).close()
    except OSError:
        return False
    return True


def first_free_port(host: str, port: int) -> int | None:
    """Return this port or the next one that is free, or nothing when a hundred are taken."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    for candidate in range(port, port + _PORTS_TO_TRY):
        with socket.socket(family) as listener:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                listener.bind((host, candidate))
            except OSError:
                continue
            return candidate
    return None
