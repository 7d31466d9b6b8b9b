"""An accrual as its merchant may see it: what was sold and what it gave, and nothing of what the member has (BAL-2)."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from uuid import UUID

from pointclub.earning.models import Accrual, AccrualChange, AccrualClaim, AccrualPart
from pointclub.earning.queries.shared_caps import find_telling_of_others
from pointclub.earning.rules.receipt import as_printed, randomness_of, receipt_number
from pointclub.earning.rules.requests import BonusGiven
from pointclub.foundation.actors import ActorKind, named
from pointclub.foundation.refusals import NotFoundError


class NoSuchAccrualError(NotFoundError):
    """The merchant, or its store, has no such accrual; another's looks the same."""

    code = "unknown_accrual"


@dataclass(frozen=True, slots=True)
class MerchantView:
    """Who looks: a merchant, or with a store code one store of it alone."""

    merchant_id: UUID
    merchant_number: str
    store_code: str = ""


@dataclass(frozen=True, slots=True)
class ChangeForMerchant:
    """A correction or reversal; yen are what was left of the eligible price before and after.

    Whoever of the operator's staff changed something wrote the reason for colleagues, so only the merchant's own is
    told.
    """

    kind: str
    at: dt.datetime
    is_by_merchant: bool
    remaining_yen_before: int
    remaining_yen_after: int
    points_before: int
    points_after: int
    reason: str


@dataclass(frozen=True, slots=True)
class AccrualForMerchant:
    """One accrual with its figures as they stand now; ``first_points`` are those that were granted at first."""

    id: UUID
    receipt_number: str
    reference: str
    store_code: str
    terminal_code: str
    sold_at: dt.datetime
    received_at: dt.datetime
    price_yen: int
    ineligible_yen: int
    tax_yen: int
    eligible_yen: int
    returned_yen: int
    is_reversed: bool
    first_points: int
    points: int
    base_points: int
    bonuses: tuple[BonusGiven, ...]
    changes: tuple[ChangeForMerchant, ...]


def show_accrual(viewer: MerchantView, accrual_id: UUID) -> AccrualForMerchant:
    """Return the accrual of that id.

    Raises:
        NoSuchAccrualError: the viewer has none.
    """
    number = receipt_number(viewer.merchant_number, randomness_of(accrual_id))
    claim = _claim_of(viewer, receipt_number=number)
    if claim.accrual_id != accrual_id:
        raise _unknown()
    return _show(viewer, claim)


def show_accrual_of_reference(viewer: MerchantView, reference: str) -> AccrualForMerchant:
    """Return the accrual that the merchant called so.

    Raises:
        NoSuchAccrualError: the viewer has none, or only a reversal of that reference has come.
    """
    return _show(viewer, _claim_of(viewer, reference=reference))


def show_accrual_of_receipt(viewer: MerchantView, typed: str) -> AccrualForMerchant:
    """Return the accrual of a receipt, however its number was typed.

    Raises:
        NoSuchAccrualError: the viewer has none.
    """
    return _show(viewer, _claim_of(viewer, receipt_number=as_printed(typed)))


def _claim_of(viewer: MerchantView, **named_by: str) -> AccrualClaim:
    claim = AccrualClaim.objects.filter(merchant_id=viewer.merchant_id, **named_by).first()
    if claim is None or claim.accrual_id is None:
        raise _unknown()
    return claim


def _unknown() -> NoSuchAccrualError:
    return NoSuchAccrualError("There is no such accrual.")


def _show(viewer: MerchantView, claim: AccrualClaim) -> AccrualForMerchant:
    assert claim.account_id is not None
    assert claim.accrual_id is not None
    accrual = Accrual.objects.get(account_id=claim.account_id, id=claim.accrual_id)
    if viewer.store_code and accrual.store_code != viewer.store_code:
        raise _unknown()
    bonuses = _bonuses(accrual)
    return AccrualForMerchant(
        id=accrual.id,
        receipt_number=accrual.receipt_number,
        reference=accrual.reference,
        store_code=accrual.store_code,
        terminal_code=accrual.terminal_code,
        sold_at=accrual.sold_at,
        received_at=accrual.received_at,
        price_yen=accrual.price_yen,
        ineligible_yen=accrual.ineligible_yen,
        tax_yen=accrual.tax_yen,
        eligible_yen=accrual.eligible_yen,
        returned_yen=accrual.returned_yen,
        is_reversed=accrual.is_reversed,
        first_points=accrual.first_points,
        points=accrual.points,
        base_points=accrual.points - sum(bonus.points for bonus in bonuses),
        bonuses=bonuses,
        changes=_changes(accrual),
    )


def _bonuses(accrual: Accrual) -> tuple[BonusGiven, ...]:
    """Return what each campaign gives now; the figure before the cap is that of the sale."""
    of_accrual = AccrualPart.objects.filter(account_id=accrual.account_id, accrual_id=accrual.id)
    parts = of_accrual.exclude(campaign_code="").order_by("id")
    telling = find_telling_of_others(parts, {accrual.id: accrual.received_at})
    bonuses: dict[str, BonusGiven] = {}
    for part in parts:
        first = bonuses.get(part.campaign_code)
        bonuses[part.campaign_code] = (
            BonusGiven(part.campaign_code, part.points, part.uncapped_points, part.cap, part.id in telling)
            if first is None
            else replace(first, points=first.points + part.points)
        )
    return tuple(bonuses.values())


def _changes(accrual: Accrual) -> tuple[ChangeForMerchant, ...]:
    changes = AccrualChange.objects.filter(account_id=accrual.account_id, accrual_id=accrual.id).order_by("at", "id")
    return tuple(_change(change) for change in changes)


def _change(change: AccrualChange) -> ChangeForMerchant:
    is_by_merchant = named(change.actor).kind is ActorKind.MERCHANT
    return ChangeForMerchant(
        kind=change.kind,
        at=change.at,
        is_by_merchant=is_by_merchant,
        remaining_yen_before=change.remaining_yen_before,
        remaining_yen_after=change.remaining_yen_after,
        points_before=change.points_before,
        points_after=change.points_after,
        reason=change.reason if is_by_merchant else "",
    )
