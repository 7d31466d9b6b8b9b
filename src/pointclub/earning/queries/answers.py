"""The answers that merchants were given: asked again, they are given again (ACC-6)."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from uuid import UUID

from pointclub.earning.models import Accrual, AccrualPart
from pointclub.earning.queries.claims import Claim
from pointclub.earning.queries.shared_caps import find_telling_of_others
from pointclub.earning.rules.requests import Accepted, BonusGiven


def answers_given(claims: Iterable[Claim]) -> dict[tuple[UUID, str], Accepted]:
    """Return the first answer to each claimed reference, by merchant and reference."""
    by_accrual = {claim.accrual_id: claim for claim in claims if claim.accrual_id is not None}
    if not by_accrual:
        return {}
    accounts = {claim.account_id for claim in by_accrual.values()}
    accruals = list(Accrual.objects.filter(account_id__in=accounts, id__in=list(by_accrual)))
    of_accruals = AccrualPart.objects.filter(account_id__in=accounts, accrual_id__in=list(by_accrual)).order_by("id")
    telling = find_telling_of_others(of_accruals, {accrual.id: accrual.received_at for accrual in accruals})
    parts: dict[UUID, list[AccrualPart]] = {}
    for part in of_accruals:
        parts.setdefault(part.accrual_id, []).append(part)
    return {
        by_accrual[accrual.id].key: _first_answer(accrual, parts.get(accrual.id, []), telling) for accrual in accruals
    }


def _first_answer(accrual: Accrual, parts: list[AccrualPart], telling: Collection[UUID]) -> Accepted:
    bonuses = tuple(
        BonusGiven(part.campaign_code, part.first_points, part.uncapped_points, part.cap, part.id in telling)
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
