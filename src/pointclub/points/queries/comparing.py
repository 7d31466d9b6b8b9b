"""What stands in the books, held against what a replay has rebuilt of them in temporary tables (I11).

Each table that is joined is limited to the accounts once more: no condition is inferred from that on its neighbour.
"""

from __future__ import annotations

import datetime as dt

_ACCOUNTS_NOW = """
SELECT id AS account_id, book_balance, arrears, last_sequence FROM points_account WHERE id = ANY(%(accounts)s)
"""

_LOTS_NOW = "SELECT account_id, id AS lot_id, granted, remaining FROM points_lot WHERE account_id = ANY(%(accounts)s)"

# Of a day in the past no running figure is kept: the sums over what counted by then stand for them.
_ACCOUNTS_AS_OF = """
SELECT account.id AS account_id, coalesce(sum(posting.points), 0) AS book_balance,
       -coalesce(sum(posting.points) FILTER (WHERE posting.lot_id IS NULL), 0) AS arrears,
       coalesce(max(written.sequence), 0) AS last_sequence
FROM points_account AS account
LEFT JOIN points_transaction AS written
    ON written.account_id = account.id AND written.value_on <= %(on)s AND written.account_id = ANY(%(accounts)s)
LEFT JOIN points_posting AS posting
    ON posting.account_id = written.account_id AND posting.transaction_id = written.id
   AND posting.account_id = ANY(%(accounts)s)
WHERE account.id = ANY(%(accounts)s) GROUP BY account.id
"""

_LOTS_AS_OF = """
SELECT posting.account_id, posting.lot_id,
       coalesce(sum(posting.points) FILTER (
           WHERE posting.points > 0 AND posting.contra NOT IN ('redeemed', 'lapsed', 'forfeited')
       ), 0) AS granted, sum(posting.points) AS remaining
FROM points_posting AS posting
JOIN points_transaction AS written
    ON written.account_id = posting.account_id AND written.id = posting.transaction_id AND written.value_on <= %(on)s
   AND written.account_id = ANY(%(accounts)s)
WHERE posting.account_id = ANY(%(accounts)s) AND posting.lot_id IS NOT NULL
GROUP BY posting.account_id, posting.lot_id
"""

_ACCOUNTS_THAT_DIFFER = """
SELECT coalesce(stands.account_id, rebuilt.account_id), 'replay: account ' || figure.name, figure.stands, figure.follows
FROM ({stands}) AS stands FULL JOIN rebuilt_account AS rebuilt ON rebuilt.account_id = stands.account_id
CROSS JOIN LATERAL (VALUES
    ('book_balance', stands.book_balance, rebuilt.book_balance),
    ('arrears', stands.arrears, rebuilt.arrears),
    ('last_sequence', stands.last_sequence, rebuilt.last_sequence)
) AS figure (name, stands, follows)
WHERE figure.stands IS DISTINCT FROM figure.follows ORDER BY 1, 2
"""

_LOTS_THAT_DIFFER = """
SELECT coalesce(stands.account_id, rebuilt.account_id),
       'replay: lot ' || coalesce(stands.lot_id, rebuilt.lot_id) || ' ' || figure.name, figure.stands, figure.follows
FROM ({stands}) AS stands
FULL JOIN rebuilt_lot AS rebuilt ON rebuilt.account_id = stands.account_id AND rebuilt.lot_id = stands.lot_id
CROSS JOIN LATERAL (VALUES
    ('granted', coalesce(stands.granted, 0), coalesce(rebuilt.granted, 0)),
    ('remaining', coalesce(stands.remaining, 0), coalesce(rebuilt.remaining, 0))
) AS figure (name, stands, follows)
WHERE figure.stands <> figure.follows ORDER BY 1, 2
"""

# Line by line and lot by lot, what redemptions took and what came back.
_ALLOCATIONS_THAT_DIFFER = """
SELECT account_id,
       'replay: transaction ' || sequence || ' line ' || coalesce(line_id::text, 'none')
           || ' lot ' || coalesce(lot_id::text, 'none'),
       sum(stands), sum(follows)
FROM (
    SELECT posting.account_id, written.sequence, posting.source_id AS line_id, posting.lot_id,
           posting.points AS stands, 0 AS follows
    FROM points_posting AS posting
    JOIN points_transaction AS written
        ON written.account_id = posting.account_id AND written.id = posting.transaction_id
       AND written.value_on <= %(on)s AND written.account_id = ANY(%(accounts)s)
    WHERE posting.account_id = ANY(%(accounts)s) AND posting.contra = 'redeemed'
    UNION ALL
    SELECT account_id, sequence, line_id, lot_id, 0, points FROM rebuilt_allocation
) AS allocation
GROUP BY account_id, sequence, line_id, lot_id HAVING sum(stands) <> sum(follows) ORDER BY 1, 2
"""

# What came over from a lot of another account is what left that one, and the other way round.
_ARRIVALS_THAT_DIFFER = """
SELECT arrived.account_id, 'replay: points that came over from lot ' || arrived.origin_lot_id || ', ' || arrived.contra,
       arrived.points, coalesce(gone.points, 0)
FROM (
    SELECT posting.account_id, lot.origin_account_id, lot.origin_lot_id, posting.contra, posting.source_id,
           sum(posting.points) AS points
    FROM points_posting AS posting
    JOIN points_lot AS lot
        ON lot.account_id = posting.account_id AND lot.id = posting.lot_id AND lot.account_id = ANY(%(accounts)s)
    WHERE posting.account_id = ANY(%(accounts)s) AND posting.contra IN ('transferred', 'restored')
      AND posting.points > 0
    GROUP BY posting.account_id, lot.origin_account_id, lot.origin_lot_id, posting.contra, posting.source_id
) AS arrived
CROSS JOIN LATERAL (
    SELECT -sum(posting.points) AS points FROM points_posting AS posting
    WHERE posting.account_id = arrived.origin_account_id AND posting.lot_id = arrived.origin_lot_id
      AND posting.contra = arrived.contra AND posting.source_id IS NOT DISTINCT FROM arrived.source_id
      AND posting.points < 0
) AS gone
WHERE arrived.points IS DISTINCT FROM gone.points ORDER BY 1, 2
"""

_DEPARTURES_THAT_DIFFER = """
SELECT gone.account_id, 'replay: points that went over from lot ' || gone.lot_id || ', ' || gone.contra,
       gone.points, coalesce(arrived.points, 0)
FROM (
    SELECT posting.account_id, posting.lot_id, posting.contra, posting.source_id,
           CASE posting.contra WHEN 'transferred' THEN request.to_account_id ELSE account.restored_into_id END
               AS to_account_id,
           -sum(posting.points) AS points
    FROM points_posting AS posting
    JOIN points_account AS account ON account.id = posting.account_id AND account.id = ANY(%(accounts)s)
    LEFT JOIN points_change_request AS request ON request.id = posting.source_id
    WHERE posting.account_id = ANY(%(accounts)s) AND posting.contra IN ('transferred', 'restored')
      AND posting.points < 0 AND posting.lot_id IS NOT NULL
    GROUP BY 1, 2, 3, 4, 5
) AS gone
CROSS JOIN LATERAL (
    SELECT sum(posting.points) AS points
    FROM points_lot AS lot
    JOIN points_posting AS posting
        ON posting.account_id = lot.account_id AND posting.lot_id = lot.id AND posting.points > 0
       AND posting.contra = gone.contra AND posting.source_id IS NOT DISTINCT FROM gone.source_id
    WHERE lot.account_id = gone.to_account_id
      AND lot.origin_account_id = gone.account_id AND lot.origin_lot_id = gone.lot_id
) AS arrived
WHERE gone.points IS DISTINCT FROM arrived.points ORDER BY 1, 2
"""


def comparisons(as_of: dt.date | None) -> tuple[str, ...]:
    """Return the statements, each of which yields account, what differs, what stands and what follows.

    Of a day in the past only what lies within one account is compared.
    """
    accounts, lots = (_ACCOUNTS_NOW, _LOTS_NOW) if as_of is None else (_ACCOUNTS_AS_OF, _LOTS_AS_OF)
    within = (
        _ACCOUNTS_THAT_DIFFER.format(stands=accounts),
        _LOTS_THAT_DIFFER.format(stands=lots),
        _ALLOCATIONS_THAT_DIFFER,
    )
    return (*within, _ARRIVALS_THAT_DIFFER, _DEPARTURES_THAT_DIFFER) if as_of is None else within
