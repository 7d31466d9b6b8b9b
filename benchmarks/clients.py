"""Clients that work at the same time, each a process of its own with its own connection."""

from __future__ import annotations

import importlib
import multiprocessing
import signal
import statistics
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.connection import Connection

_LOADING_SECONDS = 180
_TIMES_TO_WARM_UP = 10


@dataclass(frozen=True)
class Load:
    """What the clients got done together."""

    done: int
    seconds: float
    latencies_seconds: list[float]

    @property
    def rate(self) -> float:
        """How many a second."""
        return self.done / self.seconds

    @property
    def p50_ms(self) -> float:
        """The time within which half were done."""
        return statistics.median(self.latencies_seconds) * 1_000

    @property
    def p99_ms(self) -> float:
        """The time within which 99 of a hundred were done."""
        ordered = sorted(self.latencies_seconds)
        return ordered[int(len(ordered) * 0.99)] * 1_000


def run_clients(maker: str, *, clients: int, seconds: float, values: tuple[object, ...] = ()) -> Load:
    """Let clients work for so long; ``maker``, as ``module:function``, makes a client's piece of work in its process.

    It is called with the client's number and ``values``, and what it returns is called over and over. The clock runs
    from when all of them are ready. They find the database in the environment.
    """
    spawning = multiprocessing.get_context("spawn")
    pipes: list[Connection] = []
    processes = []
    for number in range(clients):
        ours, theirs = spawning.Pipe()
        process = spawning.Process(target=_client, args=(maker, number, values, theirs), daemon=True)
        process.start()
        theirs.close()
        pipes.append(ours)
        processes.append(process)
    try:
        for pipe in pipes:
            _receive(pipe)
        began = time.monotonic()
        for pipe in pipes:
            pipe.send(seconds)
        latencies = [latency for pipe in pipes for latency in _receive(pipe)]
        return Load(len(latencies), time.monotonic() - began, latencies)
    finally:
        for process in processes:
            process.terminate()
            process.join()


def _receive(pipe: Connection) -> list[float]:
    if not pipe.poll(_LOADING_SECONDS):
        message = "A client says nothing."
        raise RuntimeError(message)
    try:
        said: list[float] | str = pipe.recv()
    except EOFError:
        said = "it ended by itself"
    if isinstance(said, str):
        message = f"A client failed: {said}"
        raise RuntimeError(message)  # noqa: TRY004 -- Words are how a client says that it failed.
    return said


def _client(maker: str, number: int, values: tuple[object, ...], pipe: Connection) -> None:
    # Ctrl-C reaches all processes of the terminal; who started this one tells what was stopped.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    try:
        _work(maker, number, values, pipe)
    except Exception:  # noqa: BLE001 -- Whatever it is, who started this process tells it.
        pipe.send(traceback.format_exc())


def _work(maker: str, number: int, values: tuple[object, ...], pipe: Connection) -> None:
    from pointclub.jobs.cli import set_up_django

    set_up_django()
    module, _, function = maker.partition(":")
    work: Callable[[], object] = getattr(importlib.import_module(module), function)(number, *values)
    # A client that has just come up does what it does the first few times slowly; those times are not counted.
    for _ in range(_TIMES_TO_WARM_UP):
        work()
    pipe.send([])
    deadline = time.monotonic() + pipe.recv()
    latencies: list[float] = []
    before = time.monotonic()
    while before < deadline:
        work()
        after = time.monotonic()
        latencies.append(after - before)
        before = after
    pipe.send(latencies)
