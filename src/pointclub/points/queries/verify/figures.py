"""Running figures that do not follow from the postings (I2, I3, I4)."""

FIGURES = (
    # Account figures (I2), and numbering without gaps (I4).
    """
    SELECT account.id, 'account ' || figure.name, figure.stands, figure.follows
    FROM points_account AS account
    LEFT JOIN (
        SELECT account_id, sum(points) AS points, coalesce(sum(points) FILTER (WHERE lot_id IS NULL), 0) AS owed
        FROM points_posting WHERE account_id BETWEEN %(first)s AND %(last)s GROUP BY account_id
    ) AS posted ON posted.account_id = account.id
    LEFT JOIN (
        SELECT account_id, count(*) AS transactions, max(sequence) AS last, min(sequence) AS first
        FROM points_transaction WHERE account_id BETWEEN %(first)s AND %(last)s GROUP BY account_id
    ) AS written ON written.account_id = account.id
    LEFT JOIN (
        SELECT account_id, sum(remaining) AS remaining
        FROM points_lot WHERE account_id BETWEEN %(first)s AND %(last)s GROUP BY account_id
    ) AS held ON held.account_id = account.id
    CROSS JOIN LATERAL (VALUES
        ('book_balance', account.book_balance, coalesce(posted.points, 0)),
        ('arrears', account.arrears, -coalesce(posted.owed, 0)),
        ('remaining less arrears', coalesce(held.remaining, 0) - account.arrears, account.book_balance),
        ('last_sequence', account.last_sequence, coalesce(written.transactions, 0)),
        ('sequence', coalesce(written.last, 0), coalesce(written.transactions, 0)),
        ('first sequence', coalesce(written.first, 1), 1)
    ) AS figure (name, stands, follows)
    WHERE account.id BETWEEN %(first)s AND %(last)s AND figure.stands <> figure.follows
    """,
    # Lot figures (I3).
    """
    SELECT lot.account_id, 'lot ' || lot.id || ' ' || figure.name, figure.stands, figure.follows
    FROM points_lot AS lot
    LEFT JOIN (
        SELECT account_id, lot_id, sum(points) AS remaining,
               coalesce(sum(points) FILTER (
                   WHERE points > 0 AND contra NOT IN ('redeemed', 'lapsed', 'forfeited')
               ), 0) AS granted
        FROM points_posting WHERE account_id BETWEEN %(first)s AND %(last)s GROUP BY account_id, lot_id
    ) AS posted ON posted.account_id = lot.account_id AND posted.lot_id = lot.id
    CROSS JOIN LATERAL (VALUES
        ('remaining', lot.remaining, coalesce(posted.remaining, 0)),
        ('granted', lot.granted, coalesce(posted.granted, 0)),
        ('remaining below zero', least(lot.remaining, 0), 0),
        ('remaining above granted', greatest(lot.remaining - lot.granted, 0), 0)
    ) AS figure (name, stands, follows)
    WHERE lot.account_id BETWEEN %(first)s AND %(last)s AND figure.stands <> figure.follows
    """,
    # Every posting has its transaction and its lot, every transaction moves something.
    """
    SELECT posting.account_id, 'posting ' || posting.id || ' has no transaction', posting.points, 0
    FROM points_posting AS posting
    LEFT JOIN points_transaction AS written
        ON written.account_id = posting.account_id AND written.id = posting.transaction_id
    WHERE posting.account_id BETWEEN %(first)s AND %(last)s AND written.id IS NULL
    """,
    """
    SELECT written.account_id, 'transaction ' || written.sequence || ' moves nothing', 0, 1
    FROM points_transaction AS written
    WHERE written.account_id BETWEEN %(first)s AND %(last)s AND NOT EXISTS (
        SELECT FROM points_posting AS posting
        WHERE posting.account_id = written.account_id AND posting.transaction_id = written.id
    )
    """,
)
