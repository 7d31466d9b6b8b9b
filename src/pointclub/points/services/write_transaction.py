"""Writing one transaction with all that it changes, by one statement."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID

from psycopg.types.numeric import Int8

from pointclub.foundation.postgresql import arrays
from pointclub.foundation.postgresql.prepared import Question, write
from pointclub.points.models import Account, Transaction
from pointclub.points.rules.chain import ChainedPosting


class LotMoved(NamedTuple):
    """By how much the figures of a lot change."""

    lot_id: UUID
    remaining: int
    granted: int


_TRANSACTION = [field.column for field in Transaction._meta.concrete_fields]

# Keys are checked when the whole statement is done, so a posting may name the transaction beside it.
_WRITE = f"""
WITH written AS (
    INSERT INTO points_transaction ({", ".join(_TRANSACTION)})
    VALUES ({", ".join(f"%({column})s" for column in _TRANSACTION)})
), posted AS (
    INSERT INTO points_posting (account_id, id, transaction_id, lot_id, points, contra, contra_party_id, source_id)
    SELECT %(account_id)s, posting.id, %(id)s, posting.lot_id, posting.points, posting.contra, posting.party_id,
           posting.source_id
    FROM unnest(
        %(posting_ids)s::uuid[], %(lots)s::uuid[], %(points)s::bigint[], %(contras)s::text[], %(parties)s::uuid[],
        %(sources)s::uuid[]
    ) AS posting (id, lot_id, points, contra, party_id, source_id)
), carried AS (
    UPDATE points_lot AS lot
    SET remaining = lot.remaining + moved.remaining, granted = lot.granted + moved.granted
    FROM unnest(%(moved)s::uuid[], %(remaining)s::bigint[], %(granted)s::bigint[]) AS moved (id, remaining, granted)
    WHERE lot.account_id = %(account_id)s AND lot.id = moved.id
)
UPDATE points_account
SET book_balance = %(book_balance)s, arrears = %(arrears)s, last_sequence = %(sequence)s, head = %(hash)s,
    closed_at = %(closed_at)s, restored_into_id = %(restored_into_id)s
WHERE id = %(account_id)s
"""  # noqa: S608 -- only names of columns are put in


def write_transaction(
    account: Account, written: Transaction, postings: Sequence[ChainedPosting], moved: Sequence[LotMoved]
) -> None:
    """Write the transaction and its postings, and the account and the lots with their figures carried forward."""
    values = vars(written) | {
        "account_id": account.id,
        "sequence": Int8(written.sequence),
        "kind": str(written.kind),
        "posting_ids": arrays.uuids(posting.id for posting in postings),
        "lots": arrays.uuids(posting.lot.id if posting.lot else None for posting in postings),
        "points": arrays.numbers(posting.points for posting in postings),
        "contras": arrays.texts(posting.contra for posting in postings),
        "parties": arrays.uuids(posting.contra_party_id for posting in postings),
        "sources": arrays.uuids(posting.source_id for posting in postings),
        "moved": arrays.uuids(lot.lot_id for lot in moved),
        "remaining": arrays.numbers(lot.remaining for lot in moved),
        "granted": arrays.numbers(lot.granted for lot in moved),
        "book_balance": Int8(account.book_balance),
        "arrears": Int8(account.arrears),
        "closed_at": account.closed_at,
        "restored_into_id": account.restored_into_id,
    }
    write(Question(_WRITE, values))
