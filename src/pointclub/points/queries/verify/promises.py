"""What the postings may never say (I5, I7, I10, and what takes two people)."""

PROMISES = (
    # Nothing is used after its last day, nothing lapses before it is over (I10).
    """
    SELECT posting.account_id,
           CASE posting.contra WHEN 'lapsed' THEN 'lapsed too early' ELSE 'used too late' END
               || ' in transaction ' || written.sequence || ', lot through ' || lot.usable_through,
           posting.points, 0
    FROM points_posting AS posting
    JOIN points_transaction AS written
        ON written.account_id = posting.account_id AND written.id = posting.transaction_id
    JOIN points_lot AS lot ON lot.account_id = posting.account_id AND lot.id = posting.lot_id
    WHERE posting.account_id BETWEEN %(first)s AND %(last)s AND posting.points < 0
      AND CASE posting.contra
              WHEN 'lapsed' THEN written.value_on <= lot.usable_through
              WHEN 'redeemed' THEN written.value_on > lot.usable_through
              WHEN 'transferred' THEN written.value_on > lot.usable_through
              ELSE false
          END
    """,
    # No more comes back than was taken (I7), no more is taken back than was granted (I5).
    """
    SELECT posting.account_id, 'returned more than taken, line ' || posting.source_id, sum(posting.points), 0
    FROM points_posting AS posting
    WHERE posting.account_id BETWEEN %(first)s AND %(last)s AND posting.contra = 'redeemed'
    GROUP BY posting.account_id, posting.source_id HAVING sum(posting.points) > 0
    """,
    """
    SELECT granted.account_id, 'taken back more than granted, source ' || granted.source_id,
           sum(posting.points), 0
    FROM points_posting AS granted
    JOIN points_posting AS posting
        ON posting.account_id = granted.account_id AND posting.source_id = granted.source_id
    WHERE granted.account_id BETWEEN %(first)s AND %(last)s AND granted.points > 0
      AND granted.contra IN ('merchant', 'bills') AND posting.contra IN ('merchant', 'bills')
    GROUP BY granted.account_id, granted.id, granted.source_id HAVING sum(posting.points) < 0
    """,
    # The loss of membership forfeits everything (END-5).
    """
    SELECT account.id, 'points are held after the membership', sum(lot.remaining), 0
    FROM points_account AS account JOIN points_lot AS lot ON lot.account_id = account.id
    WHERE account.id BETWEEN %(first)s AND %(last)s AND account.closed_at IS NOT NULL
    GROUP BY account.id HAVING sum(lot.remaining) > 0
    """,
    # What only two people may do names what they decided, and does no more than that (STF-2).
    """
    SELECT written.account_id, 'transaction ' || written.sequence || ' goes beyond its approval',
           coalesce(sum(posting.points), 0), coalesce(request.points, 0)
    FROM points_transaction AS written
    JOIN points_change_request AS request ON request.id = written.approval_id
    LEFT JOIN points_posting AS posting
        ON posting.account_id = written.account_id AND posting.transaction_id = written.id
       AND posting.contra IN ('adjusted', 'transferred')
    WHERE written.account_id BETWEEN %(first)s AND %(last)s
    GROUP BY written.account_id, written.id, written.sequence, written.kind, request.id
    HAVING request.state NOT IN ('approved', 'carried_out') OR request.kind <> written.kind
        OR CASE written.kind
               WHEN 'adjust' THEN request.account_id <> written.account_id
                   OR coalesce(sum(posting.points), 0) <> request.points
               WHEN 'transfer' THEN coalesce(sum(posting.points), 0) <> CASE written.account_id
                   WHEN request.account_id THEN -request.points
                   WHEN request.to_account_id THEN request.points
                   ELSE 0
               END
               ELSE request.account_id IS NOT NULL AND request.account_id <> written.account_id
           END
    """,
    # What refers to an account refers to one that is there: no key holds this, since accounts may lie elsewhere.
    """
    SELECT account.id, 'account is restored into one that is not there', 0, 1
    FROM points_account AS account
    LEFT JOIN points_account AS successor ON successor.id = account.restored_into_id
    WHERE account.id BETWEEN %(first)s AND %(last)s AND account.restored_into_id IS NOT NULL AND successor.id IS NULL
    """,
    # Arrears are paid before anything can be used (ACC-8).
    """
    SELECT account.id, 'points can be used while arrears are open', sum(lot.remaining), 0
    FROM points_account AS account
    JOIN points_lot AS lot ON lot.account_id = account.id
    JOIN (
        SELECT account_id, max(value_on) AS last_on FROM points_transaction
        WHERE account_id BETWEEN %(first)s AND %(last)s GROUP BY account_id
    ) AS written ON written.account_id = account.id
    WHERE account.id BETWEEN %(first)s AND %(last)s AND account.arrears > 0 AND lot.usable_through >= written.last_on
    GROUP BY account.id HAVING sum(lot.remaining) > 0
    """,
)
