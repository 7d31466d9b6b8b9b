"""The answers that merchants were given: asked again, they are given again (ACC-6)."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from pointclub.earning.models import Accrual, AccrualPart
from pointclub.earning.queries.claims import Claim
from pointclub.earning.rules.requests import Accepted, BonusGiven


def answers_given(claims: Iterable[Claim]) -> dict[tuple[UUID, str], Accepted]:
    """Return the first answer to each claimed reference, by merchant and reference."""
    by_accrual = {claim.accrual_id: claim for claim in claims if claim.accrual_id is not None}
    if not by_accrual:
        return {}
    accounts = {claim.account_id for claim in by_accrual.values()}
    parts: dict[UUID, list[AccrualPart]] = {}
    of_accruals = AccrualPart.objects.filter(account_id__in=accounts, accrual_id__in=list(by_accrual))
    for part in of_accruals.order_by("id"):
        parts.setdefault(part.accrual_id, []).append(part)
    return {
        by_accrual[accrual.id].key: _first_answer(accrual, parts.get(accrual.id, []))
        for accrual in Accrual.objects.filter(account_id__in=accounts, id__in=list(by_accrual))
    }


def _first_answer(accrual: Accrual, parts: list[AccrualPart]) -> Accepted:
    bonuses = tuple(
        BonusGiven(part.campaign_code, part.first_points, part.uncapped_points, part.cap)
        for part in parts
        if part.campaign_id and not part.is_supplement
    )
    return Accepted(
        receipt_number=accrual.receipt_number,
        reference=accrual.reference,
        points=accrual.first_points,
        base_points=accrual.first_points - sum(bonus.points for bonus in bonuses),
        bonuses=bonuses,
        account_id=accrual.account_id,
        accrual_id=accrual.id,
        is_repeat=True,
    )
