"""Filling tables by SQL, on two processors at once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from typing import Any

import psycopg
from django.db import connection

from benchmarks.bench import Bench

_AT_ONCE = 2


def fill_quickly(bench: Bench, statement: str, chunks: Iterable[Mapping[str, Any]]) -> None:
    """Carry out the statement with the values of each chunk, in the database in use.

    Keys to other tables are not looked up, as they would be for each of millions of rows: what they promise holds
    because of how the rows are made, and the books are verified afterwards.
    """
    url = bench.server.administrator_url(connection.settings_dict["NAME"])

    def fill(values: Mapping[str, Any]) -> None:
        with closing(psycopg.connect(url)) as filling, filling:
            filling.execute("SET session_replication_role = replica")
            filling.execute("SET work_mem = '256MB'")
            filling.execute(statement.encode(), values)

    with ThreadPoolExecutor(_AT_ONCE) as workers:
        for _ in workers.map(fill, chunks):
            pass


def bounds(numbers: range, count: int) -> Iterator[tuple[int, int]]:
    """Yield the first and the last of each so many of the numbers."""
    for first in range(numbers.start, numbers.stop, count):
        yield first, min(first + count, numbers.stop) - 1
