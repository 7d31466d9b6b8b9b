"""One reference, one accrual: who comes first owns it, in whatever order and however often it is sent (ACC-6, I4)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from django.db import connection, transaction

from pointclub.earning.queries.claims import Claim, Key, find_claims
from pointclub.foundation.postgresql import arrays

# In the order of the key, so that two batches with the same references wait for one another in a line, never in a ring.
_TAKE = """
INSERT INTO earning_accrual_claim (merchant_id, reference, account_id, accrual_id, receipt_number, fingerprint)
SELECT * FROM unnest(%s::uuid[], %s::text[], %s::uuid[], %s::uuid[], %s::text[], %s::bytea[])
    AS claim (merchant_id, reference, account_id, accrual_id, receipt_number, fingerprint)
ORDER BY merchant_id, reference
ON CONFLICT (merchant_id, reference) DO NOTHING
RETURNING merchant_id, reference
"""

_FILL = """
UPDATE earning_accrual_claim
SET account_id = %s, accrual_id = %s, receipt_number = %s, fingerprint = %s
WHERE merchant_id = %s AND reference = %s
"""


class Claims(NamedTuple):
    """What came of asking for references: those that are others' already, and those for which a reversal waited."""

    others: dict[Key, Claim]
    awaited: list[Key]


def take_claims(claims: Sequence[Claim]) -> Claims:
    """Take the references that nobody owns, and those that are only awaited."""
    if not claims:
        return Claims({}, [])
    with connection.cursor() as cursor:
        cursor.execute(_TAKE, _columns(claims))
        if cursor.rowcount == len(claims):
            return Claims({}, [])
        taken = {tuple(row) for row in cursor.fetchall()}
    standing = find_claims((claim.key for claim in claims if claim.key not in taken), for_update=True)
    awaited = [key for key, claim in standing.items() if claim.accrual_id is None]
    ours = {claim.key: claim for claim in claims}
    for key in awaited:
        _fill(ours[key])
        del standing[key]
    return Claims(standing, awaited)


def await_accrual(key: Key) -> Claim | None:
    """Keep the reference for an accrual that is still to come; return its owner where there is one already."""
    before = transaction.savepoint()
    with connection.cursor() as cursor:
        cursor.execute(_TAKE, [[key[0]], [key[1]], [None], [None], [None], [None]])
    owner = find_claims([key], for_update=True)[key]
    if owner.accrual_id is None:
        transaction.savepoint_commit(before)
        return None
    # Lets the claim go again: the caller locks the owner's account next, and accounts come before keys.
    transaction.savepoint_rollback(before)
    return owner


def _columns(claims: Sequence[Claim]) -> list[str]:
    return [
        arrays.uuids(claim.merchant_id for claim in claims),
        arrays.texts(claim.reference for claim in claims),
        arrays.uuids(claim.account_id for claim in claims if claim.account_id),
        arrays.uuids(claim.accrual_id for claim in claims if claim.accrual_id),
        arrays.texts(claim.receipt_number for claim in claims if claim.receipt_number),
        arrays.digests(claim.fingerprint for claim in claims if claim.fingerprint),
    ]


def _fill(claim: Claim) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            _FILL,
            [
                claim.account_id,
                claim.accrual_id,
                claim.receipt_number,
                claim.fingerprint,
                claim.merchant_id,
                claim.reference,
            ],
        )
