"""What a part works with, and what a part is."""

from __future__ import annotations

import os
import sys
import time
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import psycopg
from django.core.management import call_command
from django.db import connection, connections

from benchmarks.figures import Target
from benchmarks.server import Server
from pointclub.jobs.database import grants
from pointclub.jobs.database.access import connected_as

FULL_ROUNDS = 5
_SECONDS_A_ROUND = 15
_SECONDS_WHEN_TRYING = 5


@dataclass(frozen=True)
class Bench:
    """The server under the parts, and how much of everything there is to be."""

    server: Server
    scale: float

    @property
    def seconds(self) -> int:
        """How long a load runs in each round."""
        return _SECONDS_A_ROUND if self.scale >= 1 else _SECONDS_WHEN_TRYING

    def sized(self, number: int, *, least: int = 1) -> int:
        """Return a number of the full size at the size of this run."""
        return max(least, round(number * self.scale))

    def say(self, line: str) -> None:
        """Tell how far it is, on the error stream and after the time of day."""
        sys.stderr.write(f"{time.strftime('%H:%M:%S')} {line}\n")
        sys.stderr.flush()

    def make_club(self, database: str) -> None:
        """Make a database with our tables, as the owner does, and let the application in."""
        self.server.make(database)
        with connected_as(self.server.owner_url(database)):
            call_command("migrate", verbosity=0, interactive=False)
            grants.grant_application_rights(connection, role=self.server.application_role)

    @contextmanager
    def working_in(self, database: str) -> Iterator[None]:
        """Work in a database as the application, here and in the processes started from here."""
        url, before = self.server.application_url(database), os.environ["DATABASE_URL"]
        os.environ["DATABASE_URL"] = url
        try:
            with connected_as(url):
                yield
        finally:
            connections.close_all()
            os.environ["DATABASE_URL"] = before

    def tidy(self, database: str, *, is_last: bool = True) -> None:
        """Bring the planner's statistics up to date after a table was filled, as autovacuum would before long.

        Where more is to be filled, that is enough; otherwise it is vacuumed as well.
        """
        with psycopg.connect(self.server.owner_url(database), autocommit=True) as owner:
            owner.execute("VACUUM ANALYZE" if is_last else "ANALYZE")


class Part(ABC):
    """One part of the benchmarks: prepared once, then measured in rounds."""

    name: str
    # What is measured, in the words of a table's row.
    title: str
    # The unit of each figure, by the figure's name.
    units: Mapping[str, str]
    targets: Sequence[Target] = ()
    most_rounds: int = FULL_ROUNDS

    @abstractmethod
    def prepare(self, bench: Bench) -> None:
        """Set up what the rounds need; nothing of this is measured."""

    @abstractmethod
    def round(self, bench: Bench, number: int) -> Mapping[str, float]:
        """Measure once: the yardstick first, then ours; return the figures by name."""

    @abstractmethod
    def finish(self, bench: Bench) -> None:
        """Check what was written, and clear up."""


def refuse_differences() -> None:
    """Stop where the books of the database in use do not agree: a figure got in that way counts nothing."""
    from pointclub.jobs.books import verify_books

    found = [difference for chunk in verify_books() for difference in chunk.differences]
    if found:
        message = f"The books do not agree after the benchmark: {found[0].what} and {len(found) - 1:,} more."
        raise RuntimeError(message)
