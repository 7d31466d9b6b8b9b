"""A figure was wrong: the right one replaces it, and both stay visible (ACC-7)."""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict

from pointclub.earning.models import Accrual, AccrualChange
from pointclub.earning.queries.claims import find_claims
from pointclub.earning.rules.requests import NewPrice
from pointclub.earning.services.apply_change import (
    Change,
    Changed,
    apply_change,
    figures_at_sale,
    find_same_change,
    lock_accrual,
    refuse_late,
    rule_of,
)
from pointclub.earning.services.catalogue import eligible_yen, known_campaigns, wrong_yen
from pointclub.earning.services.figures import CapUsage, Figure, has_running_cap
from pointclub.earning.services.refusals import (
    AlreadyReversedError,
    InvalidSaleError,
    MerchantSuspendedError,
    ReturnExceedsSaleError,
    UnknownAccrualError,
    require_key,
)
from pointclub.foundation.actors import Actor, ActorKind
from pointclub.foundation.acts import act
from pointclub.foundation.fingerprints import fingerprint
from pointclub.merchants import queries as merchants
from pointclub.merchants.models import Merchant
from pointclub.points import services as points
from pointclub.program import queries as program


@act
def correct(
    *,
    merchant_number: str,
    reference: str,
    price: NewPrice | None,
    new_points: int | None,
    key: str,
    at: dt.datetime,
    actor: Actor,
    reason: str = "",
) -> Changed:
    """Put the right figure in place of a wrong one: the price of a purchase, or the number of fixed points.

    Raises:
        AlreadyReversedError: the sale was undone.
        ReturnExceedsSaleError: the new price is below what was returned already.
        CorrectionWindowOverError: the merchant is too late (ACC-9).
        MerchantSuspendedError: the merchant is suspended, and the right figure is the higher one (ACC-1).
        PointsSuspendedError: accrual is paused, and the right figure is the higher one (SUS-1).
        UnknownAccrualError: the merchant has no such accrual.
    """
    require_key(key)
    merchant = merchants.get_merchant(merchant_number)
    owner = find_claims([(merchant.id, reference)]).get((merchant.id, reference))
    if owner is None or owner.accrual_id is None:
        message = f"The merchant has no accrual {reference!r}."
        raise UnknownAccrualError(message)
    accrual = lock_accrual(owner)
    asked = fingerprint({"price": asdict(price) if price else None, "points": new_points})
    if repeat := find_same_change(accrual, key, asked):
        return repeat
    refuse_late(accrual, at=at, actor=actor)
    if accrual.is_reversed:
        message = "The sale was undone as a whole; there is nothing left to correct."
        raise AlreadyReversedError(message)
    before = accrual.eligible_yen - accrual.returned_yen
    change = Change(AccrualChange.Kind.CORRECTED, key, asked, reason, at, actor)
    if accrual.kind == Accrual.Kind.PURCHASE:
        _set_price(accrual, price)
        targets = _targets_after_correction(accrual)
    else:
        if new_points is None or price is not None:
            message = "These points were given as a number; correct them by the right number."
            raise InvalidSaleError(message)
        targets = [Figure(None, points.require_points(new_points), new_points)]
    if sum(target.points for target in targets) > accrual.points:
        program.refuse_if_suspended(program.Activity.ACCRUAL, at=at)
        _refuse_while_suspended(merchant, at=at, actor=actor)
    return apply_change(accrual, targets, change, remaining_yen_before=before)


def _refuse_while_suspended(merchant: Merchant, *, at: dt.datetime, actor: Actor) -> None:
    if actor.kind is ActorKind.MERCHANT and merchant.suspended_at is not None and merchant.suspended_at <= at:
        message = f"Merchant {merchant.number} is suspended; only the operator can still give more points."
        raise MerchantSuspendedError(message)


def _set_price(accrual: Accrual, price: NewPrice | None) -> None:
    if price is None:
        message = "These points follow from a price; correct them by the right price."
        raise InvalidSaleError(message)
    if problem := wrong_yen(price.price_yen, price.ineligible_yen, price.tax_yen):
        raise InvalidSaleError(problem)
    eligible = eligible_yen(rule_of(accrual), price.price_yen, price.ineligible_yen, price.tax_yen)
    if eligible < accrual.returned_yen:
        message = f"{accrual.returned_yen:,} yen were returned already; the price cannot be less."
        raise ReturnExceedsSaleError(message, returned_yen=accrual.returned_yen, eligible_yen=eligible)
    accrual.price_yen, accrual.ineligible_yen, accrual.tax_yen = price.price_yen, price.ineligible_yen, price.tax_yen
    accrual.eligible_yen = eligible


def _targets_after_correction(accrual: Accrual) -> list[Figure]:
    """Return what the right price gives under the rules and campaigns of the sale, within what the caps leave."""
    campaigns = known_campaigns([accrual.merchant_id], known_at=accrual.received_at)
    codes = [campaign.code for campaign in campaigns if has_running_cap(campaign)]
    return figures_at_sale(accrual, CapUsage([accrual.account_id], codes, leaving_out=accrual.id))
