"""Sales from tills over HTTP, one by one and in batches, beside pgbench."""

from __future__ import annotations

import datetime as dt
import json
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass

from benchmarks.bench import Bench, Part, refuse_differences
from benchmarks.clients import Load
from benchmarks.figures import Target
from benchmarks.filling.accounts import fill_accounts
from benchmarks.filling.members import fill_members, member_number
from benchmarks.filling.shops import fill_shops
from benchmarks.pgbench import CLIENTS, TPC_B, TPC_B_UNIT, prepare_tpc_b, run_tpc_b
from benchmarks.serving import HOST, serving
from pointclub.earning.models import Accrual
from pointclub.foundation.periods import TOKYO
from pointclub_client import AccrualRequest, Client

_MEMBERS = 50_000
_SHOPS = 100
_ROWS_A_BATCH = 100
_PRICE_YEN = 1_090
_PATIENCE_SECONDS = 60
_WARM_UP_SECONDS = 3
# More than are sent in a round, however fast: what is left over was only written.
_MOST_A_SECOND = 9_000
_MOST_BATCHES_A_SECOND = 250
_OPENED_AT = dt.datetime(2026, 4, 1, 10, tzinfo=TOKYO)
_SOLD_AT = dt.datetime(2026, 11, 20, 10, tzinfo=TOKYO)


@dataclass(frozen=True)
class _Tills:
    """How the tills of one measurement work."""

    connections: int
    shops: int = _SHOPS
    rows: int = 0
    rate: float | None = None


class _OverHttp(Part):
    """A club with its interface; subclasses say what the tills do."""

    def prepare(self, bench: Bench) -> None:
        """Make merchants with their keys, and members."""
        prepare_tpc_b(bench)
        self._acknowledged = 0
        self._database = self.name
        members = bench.sized(_MEMBERS, least=5_000)
        self._members = [member_number(number) for number in range(1, members + 1)]
        bench.make_club(self._database)
        with bench.working_in(self._database):
            fill_accounts(
                bench,
                members,
                lots=1,
                points=300,
                first_lapse=dt.date(2027, 1, 31),
                at=_OPENED_AT,
                on=_OPENED_AT.date(),
            )
            fill_members(members, at=_OPENED_AT)
            self._secrets = fill_shops(_SHOPS, at=_OPENED_AT)
        bench.tidy(self._database)

    def finish(self, bench: Bench) -> None:
        """Find every sale that was acknowledged, and hold the books against themselves."""
        bench.tidy(self._database)
        with bench.working_in(self._database):
            found = Accrual.objects.count()
            if found != self._acknowledged:
                message = f"{self._acknowledged:,} sales were acknowledged, and {found:,} are in the books."
                raise RuntimeError(message)
            refuse_differences()
        bench.server.drop(self._database)

    def sell_as_a_merchant(self, port: int, *, reference: str) -> None:
        """Send a sale by the client that merchants are given, and again as after a lost answer, and look it up.

        The load is written beforehand and goes out bare, or it would take from the server what is to be measured.
        """
        sale = AccrualRequest(
            reference=reference, member_number=self._members[0], price_yen=_PRICE_YEN, sold_at=_SOLD_AT
        )
        with Client(f"http://{HOST}:{port}", self._secrets[0]) as till:
            given = {till.accrue(sale, key=reference).receipt_number for _ in range(2)}
            found = till.find_accrual(reference).receipt_number
        if given != {found}:
            message = f"A sale sent twice has the receipts {given}, and is found under {found}."
            raise RuntimeError(message)
        self._acknowledged += 1

    def measure(self, bench: Bench, port: int, tills: _Tills, *, prefix: str) -> Load:
        """Let the tills work; whatever is not accepted spoils the figure, so it is refused."""
        asked = {
            "host": HOST,
            "port": port,
            "connections": tills.connections,
            "seconds": bench.seconds,
            "warm_up_seconds": _WARM_UP_SECONDS,
            "secrets": self._secrets[: tills.shops],
            "members": self._members,
            "sold_at": _SOLD_AT.isoformat(),
            "prefix": prefix,
            "requests": (_WARM_UP_SECONDS + bench.seconds) * (_MOST_BATCHES_A_SECOND if tills.rows else _MOST_A_SECOND),
            "rows": tills.rows,
            "rate": tills.rate,
        }
        done = subprocess.run(
            [sys.executable, "-m", "benchmarks.tills"],
            input=json.dumps(asked),
            capture_output=True,
            text=True,
            check=False,
            timeout=bench.seconds + _PATIENCE_SECONDS,
        )
        if done.returncode:
            message = f"The tills failed: {done.stderr.strip()[-2_000:]}"
            raise RuntimeError(message)
        said = json.loads(done.stdout)
        if said["statuses"].keys() - {"200", "201"}:
            message = f"Not all was accepted: {said['statuses']}."
            raise RuntimeError(message)
        self._acknowledged += sum(said["statuses"].values()) * (tills.rows or 1)
        return Load(len(said["took"]) * (tills.rows or 1), bench.seconds, said["took"])


class Accruals(_OverHttp):
    """Tills of a hundred merchants, then of one, then at half the pace; every answer is a commit."""

    name = "accruals"
    title = "durable accruals over HTTP, with keys, idempotency and rules"
    units: Mapping[str, str] = {
        TPC_B: TPC_B_UNIT,
        "64 connections": "sales/s",
        "64 connections p99": "ms",
        "256 connections": "sales/s",
        "256 connections p99": "ms",
        "256 connections, half the rate, p99": "ms",
        "64 connections, one merchant": "sales/s",
    }
    targets = (
        Target("at 64 connections at least 2 × TPC-B", "64 connections", TPC_B, at_least=2),
        Target("at 256 connections at least 3 × TPC-B", "256 connections", TPC_B, at_least=3),
        Target("p99 at half of that rate below 100 ms", "256 connections, half the rate, p99", at_most=100),
        Target(
            "all on one merchant at least 85 % of the rate on a hundred",
            "64 connections, one merchant",
            "64 connections",
            at_least=0.85,
        ),
    )

    def round(self, bench: Bench, number: int) -> Mapping[str, float]:
        """Run pgbench, then the tills."""
        yardstick = run_tpc_b(bench)
        bench.server.settle()
        with bench.working_in(self._database), serving("api", address_in="POINTCLUB_API_ADDRESS") as port:
            some = self.measure(bench, port, _Tills(64), prefix=f"{number}a")
            many = self.measure(bench, port, _Tills(256), prefix=f"{number}b")
            paced = self.measure(bench, port, _Tills(256, rate=many.rate / 2), prefix=f"{number}c")
            alone = self.measure(bench, port, _Tills(64, shops=1), prefix=f"{number}d")
            self.sell_as_a_merchant(port, reference=f"{number}e")
        return {
            TPC_B: yardstick,
            "64 connections": some.rate,
            "64 connections p99": some.p99_ms,
            "256 connections": many.rate,
            "256 connections p99": many.p99_ms,
            "256 connections, half the rate, p99": paced.p99_ms,
            "64 connections, one merchant": alone.rate,
        }


class Batches(_OverHttp):
    """Merchants' systems that send a hundred sales a call."""

    name = "batches"
    title = f"accruals over HTTP, {_ROWS_A_BATCH} a call, {CLIENTS} connections"
    units: Mapping[str, str] = {TPC_B: TPC_B_UNIT, "batches": "sales/s", "batches p99": "ms"}
    targets = (Target("at least 6 × TPC-B", "batches", TPC_B, at_least=6),)

    def round(self, bench: Bench, number: int) -> Mapping[str, float]:
        """Run pgbench, then the merchants' systems."""
        yardstick = run_tpc_b(bench)
        bench.server.settle()
        with bench.working_in(self._database), serving("api", address_in="POINTCLUB_API_ADDRESS") as port:
            load = self.measure(bench, port, _Tills(CLIENTS, rows=_ROWS_A_BATCH), prefix=str(number))
            self.sell_as_a_merchant(port, reference=f"{number}e")
        return {TPC_B: yardstick, "batches": load.rate, "batches p99": load.p99_ms}
