"""Do accruals and the ledger agree? (I4, I5)."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.db import connection

_CHECKS = (
    # An accrual's figure is the sum of its parts.
    """
    SELECT accrual.account_id, 'accrual ' || accrual.receipt_number, accrual.points, coalesce(sum(part.points), 0)
    FROM earning_accrual AS accrual
    LEFT JOIN earning_accrual_part AS part
        ON part.account_id = accrual.account_id AND part.accrual_id = accrual.id
    GROUP BY accrual.account_id, accrual.id, accrual.receipt_number, accrual.points
    HAVING accrual.points <> coalesce(sum(part.points), 0)
    """,
    # A part is posted once, in the lot that it names; a pending one not at all.
    """
    SELECT part.account_id, 'part ' || part.id || ' postings', count(posting.id), (part.posted_on IS NOT NULL)::int
    FROM earning_accrual_part AS part
    LEFT JOIN points_posting AS posting
        ON posting.account_id = part.account_id AND posting.source_id = part.id AND posting.points > 0
       AND posting.lot_id IS NOT DISTINCT FROM part.lot_id AND posting.contra = part.contra
       AND posting.contra_party_id = part.merchant_id
    GROUP BY part.account_id, part.id, part.posted_on
    HAVING count(posting.id) <> (part.posted_on IS NOT NULL)::int
    """,
    # What the ledger issued for a part, less what was taken back of it on whatever account, is the part's figure (I5).
    """
    SELECT part.account_id, 'part ' || part.id || ' points', part.points, issued.points
    FROM earning_accrual_part AS part
    JOIN (
        SELECT source_id, sum(points) AS points FROM points_posting
        WHERE contra IN ('merchant', 'bills') GROUP BY source_id
    ) AS issued ON issued.source_id = part.id
    WHERE part.points <> issued.points
    """,
    # Every claim that is owned has its accrual, and every accrual its claim.
    """
    SELECT accrual.account_id, 'accrual ' || accrual.receipt_number || ' claims', 0, 1
    FROM earning_accrual AS accrual
    LEFT JOIN earning_accrual_claim AS claim
        ON claim.merchant_id = accrual.merchant_id AND claim.reference = accrual.reference
       AND claim.account_id = accrual.account_id AND claim.accrual_id = accrual.id
    WHERE claim.reference IS NULL
    """,
    """
    SELECT claim.account_id, 'claim ' || claim.reference || ' accruals', 0, 1
    FROM earning_accrual_claim AS claim
    LEFT JOIN earning_accrual AS accrual
        ON accrual.account_id = claim.account_id AND accrual.id = claim.accrual_id
    WHERE claim.accrual_id IS NOT NULL AND accrual.id IS NULL
    """,
)


@dataclass(frozen=True, slots=True)
class AccrualDifference:
    """A figure of an accrual that does not agree with the rest."""

    account_id: UUID | None
    what: str
    stands: int
    follows: int


def verify_accruals() -> list[AccrualDifference]:
    """Hold accruals, parts, claims and postings against each other; return what differs."""
    found: list[AccrualDifference] = []
    with connection.cursor() as cursor:
        for check in _CHECKS:
            cursor.execute(check)
            found += (AccrualDifference(*row) for row in cursor.fetchall())
    return found
