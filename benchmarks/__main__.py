"""`make bench`: starts a server of its own, measures part after part, and keeps what was measured."""

from __future__ import annotations

import datetime as dt
import os
import signal
import sys
from dataclasses import dataclass


@dataclass(frozen=True)
class _Asked:
    """What the caller wants: all parts or one, in how many rounds, and of which size."""

    only: str
    rounds: int
    scale: float

    @property
    def is_full(self) -> bool:
        """Tell whether the figures may stand in the documentation."""
        from benchmarks.bench import FULL_ROUNDS

        return self.scale == 1 and self.rounds >= FULL_ROUNDS


def main() -> int:
    """Measure what was asked for."""
    # Settings of whoever starts this must not change the figures.
    for name in [name for name in os.environ if name.startswith(("POINTCLUB_", "DATABASE_"))]:
        del os.environ[name]
    from pointclub.jobs.cli import set_up_django

    set_up_django()
    from benchmarks.parts import PARTS
    from benchmarks.server import running_server

    # Whoever is told to stop goes the way of Ctrl-C, and leaves no server behind.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    asked = _read()
    unknown = [name for name in asked.only.split() if name not in PARTS]
    if unknown:
        sys.stderr.write(f"There is no part {unknown[0]}; there are {', '.join(PARTS)}.\n")
        return 2
    try:
        with running_server() as server:
            for name in asked.only.split() or PARTS:
                _measure(name, asked, server)
    except KeyboardInterrupt:
        sys.stderr.write("Stopped. The parts that were measured are kept.\n")
        return 130
    return 0


def _read() -> _Asked:
    from benchmarks.bench import FULL_ROUNDS

    given = {name: os.environ.get(name, "") for name in ("ONLY", "ROUNDS", "SCALE")}
    return _Asked(given["ONLY"], int(given["ROUNDS"] or FULL_ROUNDS), float(given["SCALE"] or 1))


def _measure(name: str, asked: _Asked, server: object) -> None:
    """Measure one part; stopped midway, the rounds that it finished are kept."""
    from benchmarks import parts
    from benchmarks.bench import Bench
    from benchmarks.figures import Figures
    from benchmarks.server import Server

    assert isinstance(server, Server)
    bench, part = Bench(server, asked.scale), parts.load(name)
    figures = Figures(part.units)
    rounds = min(asked.rounds, part.most_rounds)
    try:
        bench.say(f"{name}: preparing")
        part.prepare(bench)
        for number in range(1, rounds + 1):
            measured = part.round(bench, number)
            figures.add(measured)
            told = ", ".join(f"{figure} {value:,.2f}" for figure, value in measured.items())
            bench.say(f"{name}: round {number} of {rounds}: {told}")
        part.finish(bench)
    finally:
        if figures.rounds:
            _keep(name, bench, figures, asked)


def _keep(name: str, bench: object, figures: object, asked: _Asked) -> None:
    """Judge, print and write what was measured of a part."""
    from benchmarks import page, parts, records, words
    from benchmarks.bench import Bench
    from benchmarks.figures import Figures, judge
    from benchmarks.machine import describe_machine

    assert isinstance(bench, Bench)
    assert isinstance(figures, Figures)
    part = parts.load(name)
    record = records.make_record(
        part.title,
        figures,
        judge(figures, part.targets),
        scale=asked.scale,
        around=(describe_machine(), bench.server.settings()),
        at=dt.datetime.now(dt.UTC),
    )
    # A run that was stopped midway says no more than one that was tried.
    is_full = asked.is_full and record.rounds >= part.most_rounds
    file = records.FULL if is_full else records.TRIED
    kept = records.keep_record(file, name, record)
    sys.stdout.write("".join(f"{line}\n" for line in words.lines(name, record)))
    if not is_full:
        return
    missing = [other for other in parts.PARTS if other not in kept]
    if missing:
        sys.stdout.write(f"docs/benchmarks.md stays as it is until these are measured too: {', '.join(missing)}.\n")
    else:
        page.write_page({other: kept[other] for other in parts.PARTS})


if __name__ == "__main__":
    sys.exit(main())
