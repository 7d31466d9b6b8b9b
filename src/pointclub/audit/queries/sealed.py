"""Whether the log still says what was sealed of it (STF-3)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from operator import attrgetter
from typing import Any

from django.db import connection, transaction

from pointclub.audit.queries.walking import ENTRY_COLUMNS, AuditDifference, Entry, Walk
from pointclub.audit.rules.chaining import BEFORE_THE_FIRST
from pointclub.audit.rules.heads import ChainHead

# The hash with which a chain ended then is still that of the entry with that number.
_ENDS = """
SELECT sealed.name, sealed.sequence,
       CASE WHEN chain.name IS NULL THEN 'sealed, and the chain is gone'
            WHEN standing.hash IS NULL THEN 'sealed, and gone'
            ELSE 'another was sealed' END,
       coalesce(encode(standing.hash, 'hex'), 'missing'), encode(sealed.head, 'hex')
FROM unnest(%(names)s::text[], %(sequences)s::bigint[], %(heads)s::bytea[]) AS sealed (name, sequence, head)
LEFT JOIN audit_chain AS chain ON chain.name = sealed.name
LEFT JOIN audit_entry AS entry ON entry.chain = sealed.name AND entry.sequence = sealed.sequence
CROSS JOIN LATERAL (
    SELECT CASE WHEN sealed.sequence = 0 THEN %(before)s::bytea ELSE entry.hash END AS hash
) AS standing
WHERE chain.name IS NULL OR standing.hash IS DISTINCT FROM sealed.head
ORDER BY sealed.name COLLATE "C"
"""

# What lies below that number; what was written since is no part of what was sealed.
_BELOW = f"""
SELECT {ENTRY_COLUMNS}
FROM unnest(%(names)s::text[], %(sequences)s::bigint[]) AS sealed (name, sequence)
JOIN audit_entry AS entry ON entry.chain = sealed.name AND entry.sequence <= sealed.sequence
ORDER BY entry.chain, entry.sequence, entry.id
"""  # noqa: S608 -- the only thing put in is a constant


def verify_sealed_chains(sealed: Sequence[ChainHead]) -> Iterator[AuditDifference]:
    """Yield in what the log differs from what was sealed of these chains; what stands, and what was sealed.

    The words of reasons are not asked for: no hash covers them, and they may be removed one day.
    """
    values: dict[str, Any] = {
        "names": [head.chain for head in sealed],
        "sequences": [head.sequence for head in sealed],
        "heads": [head.head for head in sealed],
        "before": BEFORE_THE_FIRST,
    }
    with connection.cursor() as cursor:
        cursor.execute(_ENDS, values)
        found = [AuditDifference(*row) for row in cursor.fetchall()]
    yield from found
    with transaction.atomic(), connection.chunked_cursor() as cursor:
        cursor.execute(_BELOW, values)
        for name, entries in groupby(map(Entry._make, cursor), key=attrgetter("chain")):
            walk = Walk(name)
            for entry in entries:
                yield from walk.take(entry)
