"""Does every figure follow from the postings? (invariants I1-I5, I7, I10)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from django.db import connection

from pointclub.points.models import MonthClose
from pointclub.points.queries.month import month_figures

_ACCOUNTS_AT_A_TIME = 5_000

# Each statement returns one row per difference: account, what differs, what stands there, what the postings give.
# %(first)s and %(last)s bound a chunk of accounts; sums are taken per chunk, so memory stays constant.
_CHECKS = (
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

_NEXT_BOUND = """
SELECT min(id::text)::uuid, max(id::text)::uuid, count(*)
FROM (SELECT id FROM points_account WHERE id > %s ORDER BY id LIMIT %s) AS chunk
"""


@dataclass(frozen=True, slots=True)
class Difference:
    """A figure that does not follow from the postings."""

    account_id: UUID | None
    what: str
    stands: int | str
    follows: int | str


@dataclass(frozen=True, slots=True)
class Verified:
    """One chunk of accounts gone through."""

    accounts: int
    differences: tuple[Difference, ...]


def verify_ledger() -> Iterator[Verified]:
    """Recompute every running figure from the postings; yield what differs, a chunk of accounts at a time."""
    after = UUID(int=0)
    with connection.cursor() as cursor:
        while True:
            cursor.execute(_NEXT_BOUND, [after, _ACCOUNTS_AT_A_TIME])
            first, last, accounts = cursor.fetchone()
            if not accounts:
                break
            found: list[Difference] = []
            for check in _CHECKS:
                cursor.execute(check, {"first": first, "last": last})
                found += (Difference(*row) for row in cursor.fetchall())
            yield Verified(accounts, tuple(found))
            after = last
    yield Verified(0, tuple(_closed_months_that_differ()))


def _closed_months_that_differ() -> Iterator[Difference]:
    for closed in MonthClose.objects.order_by("month_end"):
        follows = month_figures(month=closed.month_end)
        if follows != closed.figures:
            yield Difference(None, f"closed month {closed}", str(closed.figures), str(follows))
