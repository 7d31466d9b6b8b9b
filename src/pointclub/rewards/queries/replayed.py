"""What applications and their lines say, held against the transactions that a replay has gone through (I7, I11)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from operator import itemgetter
from typing import Any
from uuid import UUID

from django.db import connection

from pointclub.points import queries as points
from pointclub.rewards.rules.asking import fingerprint_of

# A line's place is the one in which its points were taken. Of a reason, which may name somebody, a digest is told.
_LINES_THAT_DIFFER = f"""
WITH rebuilt AS (
    SELECT account_id, line_id, -coalesce(sum(points) FILTER (WHERE points < 0), 0) AS taken,
           coalesce(sum(points) FILTER (WHERE points > 0), 0) AS returned,
           min(sequence) FILTER (WHERE points < 0) AS taken_in, max(sequence) FILTER (WHERE points > 0) AS returned_in
    FROM {points.REBUILT_ALLOCATIONS} GROUP BY account_id, line_id
), placed AS (
    SELECT account_id, source_id AS line_id,
           rank() OVER (PARTITION BY account_id, transaction_id ORDER BY min(id::text)) AS position
    FROM points_posting
    WHERE account_id = ANY(%(accounts)s) AND contra = 'redeemed' AND points < 0
    GROUP BY account_id, transaction_id, source_id
)
SELECT coalesce(line.account_id, rebuilt.account_id),
       'replay: line ' || coalesce(line.id, rebuilt.line_id)::text || ' ' || figure.name, figure.stands, figure.follows
FROM (SELECT * FROM rewards_redemption_line WHERE account_id = ANY(%(accounts)s)) AS line
FULL JOIN rebuilt ON rebuilt.account_id = line.account_id AND rebuilt.line_id = line.id
LEFT JOIN placed ON placed.account_id = line.account_id AND placed.line_id = line.id
LEFT JOIN rewards_redemption_order AS ordered
    ON ordered.account_id = line.account_id AND ordered.id = line.order_id AND ordered.account_id = ANY(%(accounts)s)
LEFT JOIN points_transaction AS redeemed
    ON redeemed.account_id = rebuilt.account_id AND redeemed.sequence = rebuilt.taken_in
   AND redeemed.account_id = ANY(%(accounts)s)
LEFT JOIN points_transaction AS returned
    ON returned.account_id = rebuilt.account_id AND returned.sequence = rebuilt.returned_in
   AND rebuilt.returned = rebuilt.taken AND returned.account_id = ANY(%(accounts)s)
CROSS JOIN LATERAL (VALUES
    ('points', line.points::text, rebuilt.taken::text),
    ('returned_points', line.returned_points::text, rebuilt.returned::text),
    ('position', line.position::text, placed.position::text),
    ('transaction', ordered.transaction_id::text, redeemed.id::text),
    ('is returned', (line.state = 'returned')::text, (returned.id IS NOT NULL)::text),
    ('returned at', CASE WHEN line.state = 'returned' THEN line.ended_at END::text, returned.occurred_at::text),
    ('reason', encode(sha256(convert_to(line.reason, 'UTF8')), 'hex'),
               encode(sha256(convert_to(coalesce(returned.reason, ''), 'UTF8')), 'hex'))
) AS figure (name, stands, follows)
WHERE figure.stands IS DISTINCT FROM figure.follows ORDER BY 1, 2
"""  # noqa: S608 -- only constants are put in

_ORDERS_THAT_DIFFER = f"""
WITH rebuilt AS (
    SELECT account_id, sequence, -sum(points) AS taken, count(DISTINCT line_id) AS lines
    FROM {points.REBUILT_ALLOCATIONS} WHERE points < 0 GROUP BY account_id, sequence
), redeemed AS (
    SELECT written.account_id, written.id, written.sequence, written.business_key, written.occurred_at, rebuilt.taken,
           rebuilt.lines
    FROM points_transaction AS written
    LEFT JOIN rebuilt ON rebuilt.account_id = written.account_id AND rebuilt.sequence = written.sequence
    WHERE written.account_id = ANY(%(accounts)s) AND written.kind = 'redeem'
), asked AS (
    SELECT ordered.*, coalesce(of_order.lines, 0) AS lines
    FROM rewards_redemption_order AS ordered
    LEFT JOIN (
        SELECT account_id, order_id, count(*) AS lines FROM rewards_redemption_line
        WHERE account_id = ANY(%(accounts)s) GROUP BY account_id, order_id
    ) AS of_order ON of_order.account_id = ordered.account_id AND of_order.order_id = ordered.id
    WHERE ordered.account_id = ANY(%(accounts)s)
)
SELECT coalesce(asked.account_id, redeemed.account_id),
       'replay: application ' || coalesce(asked.number, 'of transaction ' || redeemed.sequence) || ' ' || figure.name,
       figure.stands, figure.follows
FROM asked FULL JOIN redeemed ON redeemed.account_id = asked.account_id AND redeemed.id = asked.transaction_id
CROSS JOIN LATERAL (VALUES
    ('points', asked.points::text, redeemed.taken::text),
    ('lines', asked.lines::text, redeemed.lines::text),
    ('key', 'redeem:' || asked.key, redeemed.business_key),
    ('accepted at', asked.accepted_at::text, redeemed.occurred_at::text)
) AS figure (name, stands, follows)
WHERE figure.stands IS DISTINCT FROM figure.follows ORDER BY 1, 2
"""  # noqa: S608 -- likewise

_ASKED = """
SELECT ordered.account_id, ordered.number, written.fingerprint, line.kind, line.points, line.label
FROM rewards_redemption_order AS ordered
JOIN points_transaction AS written
    ON written.account_id = ordered.account_id AND written.id = ordered.transaction_id
   AND written.account_id = ANY(%(accounts)s)
JOIN rewards_redemption_line AS line
    ON line.account_id = ordered.account_id AND line.order_id = ordered.id AND line.account_id = ANY(%(accounts)s)
WHERE ordered.account_id = ANY(%(accounts)s)
ORDER BY ordered.account_id, ordered.id, line.position
"""


def compare_redemptions(account_ids: Sequence[UUID]) -> Iterator[points.Difference]:
    """Yield where applications and lines are not what the rebuilt allocations and the hashed transactions say.

    What was asked for, the kinds and labels of rewards included, is held to the transaction's fingerprint.
    """
    parameters: dict[str, Any] = {"accounts": list(account_ids)}
    with connection.cursor() as cursor:
        for statement in (_LINES_THAT_DIFFER, _ORDERS_THAT_DIFFER):
            cursor.execute(statement, parameters)
            found = cursor.fetchall()
            yield from (points.Difference(row[0], row[1], row[2] or "", row[3] or "") for row in found)
    with connection.chunked_cursor() as cursor:
        cursor.execute(_ASKED, parameters)
        for (account_id, number, written), lines in groupby(cursor, key=itemgetter(0, 1, 2)):
            follows = fingerprint_of([(kind, taken, label) for *_, kind, taken, label in lines])
            stands = bytes(written or b"")
            if stands != follows:
                what = f"replay: application {number} asks for something else"
                yield points.Difference(account_id, what, stands.hex(), follows.hex())
