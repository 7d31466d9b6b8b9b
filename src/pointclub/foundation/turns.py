"""Letting acts that share something come one by one."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import connection

_BYTES_OF_A_LOCK = 8


def wait_for_turn(shared: Iterable[bytes | memoryview]) -> None:
    """Wait until no other act holds any of these digests, and hold them until this one is over.

    In the order of the locks, so that acts that share several wait for one another in a line, never in a ring.
    """
    locks = {int.from_bytes(bytes(digest[:_BYTES_OF_A_LOCK]), signed=True) for digest in shared}
    with connection.cursor() as cursor:
        for lock in sorted(locks):
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [lock])
