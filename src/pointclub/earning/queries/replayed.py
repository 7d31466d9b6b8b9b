"""What accruals say of their postings, held against the transactions that a replay has gone through (I5, I11)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any
from uuid import UUID

from django.db import connection

from pointclub.points import queries as points

# What was granted on one account is taken back on the one that lives on, where it was restored.
_HOLDERS = """
WITH RECURSIVE holder AS (
    SELECT id AS owner_id, id AS account_id FROM points_account WHERE id = ANY(%(accounts)s)
    UNION
    SELECT holder.owner_id, account.restored_into_id
    FROM holder JOIN points_account AS account ON account.id = holder.account_id
    WHERE account.restored_into_id IS NOT NULL
)
SELECT owner_id, account_id FROM holder
"""

# Handed over as a list, by which the planner knows that it is short.
_WITH_HOLDERS = (
    "WITH holder AS (SELECT * FROM unnest(%(owners)s::uuid[], %(holders)s::uuid[]) AS pair (owner_id, account_id))"
)

_PARTS_THAT_DIFFER = f"""
{_WITH_HOLDERS}, granted AS (
    SELECT posting.account_id, posting.source_id, posting.lot_id, posting.contra, posting.contra_party_id,
           written.value_on, lot.usable_through
    FROM points_posting AS posting
    JOIN points_transaction AS written
        ON written.account_id = posting.account_id AND written.id = posting.transaction_id
       AND written.account_id = ANY(%(accounts)s)
    LEFT JOIN points_lot AS lot
        ON lot.account_id = posting.account_id AND lot.id = posting.lot_id AND lot.account_id = ANY(%(accounts)s)
    WHERE posting.account_id = ANY(%(accounts)s) AND posting.contra IN ('merchant', 'bills') AND posting.points > 0
), issued AS (
    SELECT holder.owner_id, posting.source_id, sum(posting.points) AS points
    FROM holder JOIN points_posting AS posting ON posting.account_id = holder.account_id
    WHERE posting.account_id = ANY(%(holders)s) AND posting.contra IN ('merchant', 'bills')
    GROUP BY holder.owner_id, posting.source_id
)
SELECT coalesce(part.account_id, granted.account_id),
       'replay: part ' || coalesce(part.id, granted.source_id)::text || ' ' || figure.name,
       figure.stands, figure.follows
FROM (SELECT * FROM earning_accrual_part WHERE account_id = ANY(%(accounts)s)) AS part
FULL JOIN granted ON granted.account_id = part.account_id AND granted.source_id = part.id
LEFT JOIN issued ON issued.owner_id = part.account_id AND issued.source_id = part.id
CROSS JOIN LATERAL (VALUES
    ('is there', (part.id IS NOT NULL)::text, 'true'),
    ('posted_on', part.posted_on::text, granted.value_on::text),
    ('lot_id', part.lot_id::text, granted.lot_id::text),
    ('points', CASE WHEN part.posted_on IS NOT NULL THEN part.points END::text, issued.points::text),
    ('contra', CASE WHEN part.posted_on IS NOT NULL THEN part.contra END, granted.contra),
    ('merchant', CASE WHEN part.posted_on IS NOT NULL THEN part.merchant_id END::text, granted.contra_party_id::text),
    ('usable_through', CASE WHEN part.posted_on IS NOT NULL THEN part.usable_through END::text,
                       CASE WHEN part.usable_through IS NOT NULL THEN granted.usable_through END::text)
) AS figure (name, stands, follows)
WHERE figure.stands IS DISTINCT FROM figure.follows ORDER BY 1, 2
"""  # noqa: S608 -- the only thing put in is a constant

# What is taken of a lot that is past its day had lapsed before. Of a reason, which may name somebody, a digest is told.
_CHANGES_THAT_DIFFER = f"""
{_WITH_HOLDERS}, taken AS (
    SELECT holder.owner_id, written.business_key, array_agg(DISTINCT written.id) AS transactions,
           min(written.occurred_at) AS occurred_at, min(written.actor) AS actor, min(written.reason) AS reason,
           -coalesce(sum(posting.points) FILTER (WHERE lot.usable_through >= written.value_on), 0) AS from_lots,
           -coalesce(sum(posting.points) FILTER (WHERE lot.usable_through < written.value_on), 0) AS lapsed,
           -coalesce(sum(posting.points) FILTER (WHERE posting.lot_id IS NULL), 0) AS as_arrears
    FROM holder
    JOIN points_transaction AS written
        ON written.account_id = holder.account_id AND written.kind = 'take_back'
       AND written.account_id = ANY(%(holders)s)
    JOIN points_posting AS posting
        ON posting.account_id = written.account_id AND posting.transaction_id = written.id AND posting.points < 0
       AND posting.account_id = ANY(%(holders)s)
    LEFT JOIN points_lot AS lot
        ON lot.account_id = posting.account_id AND lot.id = posting.lot_id AND lot.account_id = ANY(%(holders)s)
    GROUP BY holder.owner_id, written.business_key
)
SELECT change.account_id, 'replay: change ' || change.id || ' ' || figure.name, figure.stands, figure.follows
FROM earning_accrual_change AS change
LEFT JOIN taken ON taken.owner_id = change.account_id AND taken.business_key = 'change:' || change.id
CROSS JOIN LATERAL (VALUES
    ('taken_from_lots', change.taken_from_lots::text, coalesce(taken.from_lots, 0)::text),
    ('taken_as_arrears', change.taken_as_arrears::text, coalesce(taken.as_arrears, 0)::text),
    ('lapsed_before', change.lapsed_before::text, coalesce(taken.lapsed, 0)::text),
    ('transaction', change.transaction_id::text,
        CASE WHEN change.transaction_id = ANY(taken.transactions) THEN change.transaction_id
             ELSE taken.transactions[1] END::text),
    ('at', CASE WHEN taken.owner_id IS NOT NULL THEN change.at END::text, taken.occurred_at::text),
    ('actor', CASE WHEN taken.owner_id IS NOT NULL THEN change.actor END, taken.actor),
    ('reason', CASE WHEN taken.owner_id IS NOT NULL THEN encode(sha256(convert_to(change.reason, 'UTF8')), 'hex') END,
               encode(sha256(convert_to(taken.reason, 'UTF8')), 'hex'))
) AS figure (name, stands, follows)
WHERE change.account_id = ANY(%(accounts)s) AND figure.stands IS DISTINCT FROM figure.follows ORDER BY 1, 2
"""  # noqa: S608 -- likewise


def compare_accruals(account_ids: Sequence[UUID]) -> Iterator[points.Difference]:
    """Yield where parts and changes of accruals are not what the transactions of the accounts say.

    A pending part has no posting; a posted one has one grant, less what was taken back of it.
    """
    parameters: dict[str, Any] = {"accounts": list(account_ids)}
    with connection.cursor() as cursor:
        cursor.execute(_HOLDERS, parameters)
        pairs = cursor.fetchall()
        parameters |= {"owners": [owner for owner, _ in pairs], "holders": [holder for _, holder in pairs]}
        for statement in (_PARTS_THAT_DIFFER, _CHANGES_THAT_DIFFER):
            cursor.execute(statement, parameters)
            found = cursor.fetchall()
            yield from (points.Difference(row[0], row[1], row[2] or "", row[3] or "") for row in found)
