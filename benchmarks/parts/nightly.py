"""What the parts of the nightly runs have in common: a copy of the same database for every round of either side."""

from __future__ import annotations

import time
from abc import abstractmethod
from collections.abc import Callable, Mapping, Sequence

from benchmarks.bare import Rows, keep_rows, write_bare
from benchmarks.bench import Bench, Part, refuse_differences

BARE = "bare row writes"


class NightlyPart(Part):
    """A run over all accounts, beside the bare writes of the same rows."""

    ours: str
    count: int

    @abstractmethod
    def fill(self, bench: Bench) -> int:
        """Fill the database in use with what the run will find; return how many it will find."""

    @abstractmethod
    def run(self) -> int:
        """Do the run in the database in use; return how many points it moved."""

    @property
    @abstractmethod
    def rows(self) -> Sequence[Rows]:
        """The rows that the run writes, parents first."""

    def prepare(self, bench: Bench) -> None:
        """Fill a database, and do the run once in a copy of it to learn what it writes."""
        before, after = f"{self.name}_before", f"{self.name}_after"
        bench.make_club(before)
        with bench.working_in(before):
            self.count = self.fill(bench)
        bench.tidy(before)
        bench.server.copy(before, after)
        bench.say("  keeping the rows that it writes")
        with bench.working_in(after):
            self.run()
        bench.tidy(after)
        with bench.working_in(after):
            refuse_differences()
        keep_rows(bench, self.rows, after=after, before=before)
        bench.server.drop(after)
        bench.tidy(before)

    def round(self, bench: Bench, number: int) -> Mapping[str, float]:
        """Write bare, then run, each in a fresh copy."""
        del number
        bare = self._in_a_copy(bench, lambda: write_bare(self.rows))
        ours = self._in_a_copy(bench, self._timed)
        return {BARE: self.count / bare, self.ours: self.count / ours}

    def finish(self, bench: Bench) -> None:
        """Clear up."""
        bench.server.drop(f"{self.name}_before")

    def _timed(self) -> float:
        began = time.monotonic()
        moved = self.run()
        took = time.monotonic() - began
        assert moved, "The run found nothing to do."
        return took

    def _in_a_copy(self, bench: Bench, measure: Callable[[], float]) -> float:
        copy = f"{self.name}_copy"
        bench.server.copy(f"{self.name}_before", copy)
        bench.server.settle()
        with bench.working_in(copy):
            took = measure()
        bench.server.drop(copy)
        return took
