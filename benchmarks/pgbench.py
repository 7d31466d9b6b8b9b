"""The yardstick that everybody knows: pgbench's TPC-B-like load, out of the same package as the server."""

from __future__ import annotations

import re
import subprocess

from benchmarks.bench import Bench

CLIENTS = 16
TPC_B = "pgbench TPC-B"
TPC_B_UNIT = "transactions/s"

_DATABASE = "yardstick"
_FULL_SCALE = 50
_THREADS = 2
_TPS = re.compile(r"^tps = ([0-9.]+) ", re.MULTILINE)


def prepare_tpc_b(bench: Bench) -> None:
    """Fill pgbench's tables, once for all parts of a run."""
    if _is_there(bench):
        return
    # Below as many branches as there are clients they would mostly wait for one another.
    scale = bench.sized(_FULL_SCALE, least=CLIENTS)
    bench.say(f"pgbench: filling its tables at scale {scale}")
    bench.server.make(_DATABASE)
    _pgbench(bench, "--initialize", "--quiet", "--scale", str(scale))
    bench.tidy(_DATABASE)


def run_tpc_b(bench: Bench) -> float:
    """Return the transactions per second of one round."""
    bench.server.settle()
    said = _pgbench(
        bench, "--client", str(CLIENTS), "--jobs", str(_THREADS), "--time", str(bench.seconds), "--no-vacuum"
    )
    found = _TPS.search(said)
    assert found is not None, said
    return float(found[1])


def _is_there(bench: Bench) -> bool:
    import psycopg

    with psycopg.connect(bench.server.embedded.owner_url) as owner:
        return bool(owner.execute("SELECT FROM pg_database WHERE datname = %s", [_DATABASE]).rowcount)


def _pgbench(bench: Bench, *words: str) -> str:
    command = [str(bench.server.programs / "pgbench"), *words, bench.server.owner_url(_DATABASE)]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    if done.returncode:
        message = f"pgbench failed: {done.stderr.strip()}"
        raise RuntimeError(message)
    return done.stdout
