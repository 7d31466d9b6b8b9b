"""Where all accounts stand at one instant: what is sealed for the day."""

from __future__ import annotations

from collections.abc import Iterator

from django.db import connection, transaction

from pointclub.points.rules.root_file import SealedAccount

_AT_A_TIME = 5_000


def stream_heads() -> Iterator[SealedAccount]:
    """Yield every account with its last transaction, in the order of ids, as all of them stood when this began.

    One statement under a cursor sees one state of the database, whatever is written while its rows are fetched.
    """
    with transaction.atomic(), connection.chunked_cursor() as cursor:
        cursor.execute("SELECT id, last_sequence, head FROM points_account ORDER BY id")
        while rows := cursor.fetchmany(_AT_A_TIME):
            for account_id, sequence, head in rows:
                yield SealedAccount(account_id, sequence, bytes(head))
