"""Do applications and the ledger agree? (I7)."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.db import connection

_CHECKS = (
    # An application is the sum of its lines, and its transaction took that sum.
    """
    SELECT ordered.account_id, 'application ' || ordered.number || ' lines', ordered.points,
           coalesce(sum(line.points), 0)
    FROM rewards_redemption_order AS ordered
    LEFT JOIN rewards_redemption_line AS line
        ON line.account_id = ordered.account_id AND line.order_id = ordered.id
    GROUP BY ordered.account_id, ordered.id, ordered.number, ordered.points
    HAVING ordered.points <> coalesce(sum(line.points), 0)
    """,
    """
    SELECT ordered.account_id, 'application ' || ordered.number || ' taken', ordered.points,
           coalesce(-sum(posting.points), 0)
    FROM rewards_redemption_order AS ordered
    LEFT JOIN points_posting AS posting
        ON posting.account_id = ordered.account_id AND posting.transaction_id = ordered.transaction_id
       AND posting.contra = 'redeemed'
    GROUP BY ordered.account_id, ordered.id, ordered.number, ordered.points
    HAVING ordered.points <> coalesce(-sum(posting.points), 0)
    """,
    # A line took its points and got back what it says; returned means all of it, and only then.
    """
    SELECT line.account_id, 'line ' || line.id || ' taken', line.points,
           coalesce(-sum(posting.points) FILTER (WHERE posting.points < 0), 0)
    FROM rewards_redemption_line AS line
    LEFT JOIN points_posting AS posting
        ON posting.account_id = line.account_id AND posting.source_id = line.id AND posting.contra = 'redeemed'
    GROUP BY line.account_id, line.id, line.points
    HAVING line.points <> coalesce(-sum(posting.points) FILTER (WHERE posting.points < 0), 0)
    """,
    """
    SELECT line.account_id, 'line ' || line.id || ' returned', line.returned_points,
           coalesce(sum(posting.points) FILTER (WHERE posting.points > 0), 0)
    FROM rewards_redemption_line AS line
    LEFT JOIN points_posting AS posting
        ON posting.account_id = line.account_id AND posting.source_id = line.id AND posting.contra = 'redeemed'
    GROUP BY line.account_id, line.id, line.returned_points
    HAVING line.returned_points <> coalesce(sum(posting.points) FILTER (WHERE posting.points > 0), 0)
    """,
    """
    SELECT account_id, 'line ' || id || ' is ' || state, returned_points, points
    FROM rewards_redemption_line WHERE (state = 'returned') <> (returned_points = points)
    """,
    # Whatever was redeemed was asked for.
    """
    SELECT posting.account_id, 'redeemed without a line: source ' || coalesce(posting.source_id::text, 'none'),
           sum(posting.points), 0
    FROM points_posting AS posting
    LEFT JOIN rewards_redemption_line AS line
        ON line.account_id = posting.account_id AND line.id = posting.source_id
    WHERE posting.contra = 'redeemed' AND line.id IS NULL
    GROUP BY posting.account_id, posting.source_id
    """,
)


@dataclass(frozen=True, slots=True)
class RedemptionDifference:
    """A figure of a redemption that does not agree with the ledger."""

    account_id: UUID
    what: str
    stands: int
    follows: int


def verify_redemptions() -> list[RedemptionDifference]:
    """Hold applications, lines and postings against each other; return what differs (I7)."""
    found: list[RedemptionDifference] = []
    with connection.cursor() as cursor:
        for check in _CHECKS:
            cursor.execute(check)
            found += (RedemptionDifference(*row) for row in cursor.fetchall())
    return found
