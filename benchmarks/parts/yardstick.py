"""The yardstick by itself."""

from __future__ import annotations

from collections.abc import Mapping

from benchmarks.bench import Bench, Part
from benchmarks.pgbench import CLIENTS, TPC_B, TPC_B_UNIT, prepare_tpc_b, run_tpc_b


class Yardstick(Part):
    """pgbench, for the record; parts that are held against it run it again in each of their rounds."""

    name = "yardstick"
    title = f"pgbench TPC-B, scale 50, {CLIENTS} clients"
    units: Mapping[str, str] = {TPC_B: TPC_B_UNIT}

    def prepare(self, bench: Bench) -> None:
        """Fill pgbench's tables."""
        prepare_tpc_b(bench)

    def round(self, bench: Bench, number: int) -> Mapping[str, float]:
        """Run it."""
        del number
        return {TPC_B: run_tpc_b(bench)}

    def finish(self, bench: Bench) -> None:
        """Leave its tables to the parts that come after it."""
