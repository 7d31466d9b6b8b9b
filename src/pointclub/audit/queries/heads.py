"""Where all chains end at one instant: what is sealed for the day."""

from __future__ import annotations

from collections.abc import Iterator

from django.db import connection, transaction

from pointclub.audit.rules.heads import ChainHead

_AT_A_TIME = 2_000

# By the bytes of the names, which is the same order in every database and in plain Python. What the owner of the table
# may have emptied is sealed as it stands; that it is wrong is for the verification to say.
_HEADS = """
SELECT name, coalesce(last_sequence, 0), coalesce(head, '') FROM audit_chain ORDER BY name COLLATE "C"
"""


def audit_heads() -> Iterator[ChainHead]:
    """Yield the end of every chain, in the order of their names: what is kept outside tells a rewritten chain."""
    with transaction.atomic(), connection.chunked_cursor() as cursor:
        cursor.execute(_HEADS)
        while rows := cursor.fetchmany(_AT_A_TIME):
            for name, sequence, head in rows:
                yield ChainHead(name, sequence, bytes(head))
