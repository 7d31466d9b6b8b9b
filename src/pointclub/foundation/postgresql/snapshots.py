"""Reading several things as they stood at one instant."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction


@contextmanager
def one_snapshot() -> Iterator[None]:
    """Let all statements of a block, or of the function it decorates, see the database as the first one does.

    Nothing is locked: acts that go on meanwhile do not wait, and are not seen. Within a transaction that has begun,
    the block sees what that transaction sees; otherwise it can write nothing but rows of temporary tables.
    """
    if connection.in_atomic_block:
        yield
        return
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield
