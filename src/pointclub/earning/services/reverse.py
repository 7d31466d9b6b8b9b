"""A sale was undone, in whole or in part: its points are taken back (ACC-8)."""

from __future__ import annotations

import datetime as dt

from pointclub.audit import services as audit
from pointclub.earning.models import Accrual, AccrualChange, EarlyReversal
from pointclub.earning.queries.claims import find_claims
from pointclub.earning.rules.requests import is_reference
from pointclub.earning.services.apply_change import (
    Change,
    Changed,
    apply_change,
    by_campaign,
    campaign_code,
    figures_at_sale,
    find_same_change,
    lock_accrual,
    parts_of,
    refuse_late,
)
from pointclub.earning.services.catalogue import wrong_yen
from pointclub.earning.services.claim import await_accrual
from pointclub.earning.services.figures import CapUsage, Figure
from pointclub.earning.services.refusals import (
    NO_SUCH_ACCRUAL,
    InvalidSaleError,
    ReferenceConflictError,
    ReturnExceedsSaleError,
    UnknownAccrualError,
    require_key,
)
from pointclub.earning.services.write_accruals import reversal_fingerprint
from pointclub.foundation.actors import Actor
from pointclub.foundation.acts import act
from pointclub.merchants import queries as merchants


@act
def reverse(
    *,
    merchant_number: str,
    reference: str,
    returned_yen: int | None,
    key: str,
    at: dt.datetime,
    actor: Actor,
    reason: str = "",
    store_code: str = "",
) -> Changed:
    """Take back the points of a sale that was undone: the whole of it, or ``returned_yen`` of its eligible price.

    A reversal that comes before its accrual is kept for it. Undoing what is undone changes nothing. ``store_code``
    keeps it to sales of that store, known or still to come.

    Raises:
        UnknownAccrualError: the sale is another store's.
        ReturnExceedsSaleError: more is returned than is left of the sale.
        ReferenceConflictError: the key came before with another price.
        CorrectionWindowOverError: the merchant is too late (ACC-9).
    """
    require_key(key)
    _require_sense(reference, returned_yen)
    merchant = merchants.get_merchant(merchant_number)
    owner = find_claims([(merchant.id, reference)]).get((merchant.id, reference))
    if owner is None or owner.accrual_id is None:
        owner = await_accrual((merchant.id, reference))
    if owner is None:
        early = EarlyReversal(
            merchant=merchant,
            reference=reference,
            key=key,
            returned_yen=returned_yen,
            store_code=store_code,
            reason=reason,
            actor=str(actor),
            received_at=at,
        )
        return _keep_early(early, actor=actor)
    accrual = lock_accrual(owner)
    if store_code and accrual.store_code != store_code:
        raise UnknownAccrualError(NO_SUCH_ACCRUAL)
    fingerprint = reversal_fingerprint(returned_yen)
    if repeat := find_same_change(accrual, key, fingerprint):
        return repeat
    if accrual.is_reversed and returned_yen is None:
        return Changed(accrual.receipt_number, 0, 0, 0, is_repeat=True, reference=accrual.reference)
    refuse_late(accrual, at=at, actor=actor)
    left = accrual.eligible_yen - accrual.returned_yen
    if returned_yen is not None and (returned_yen > left or accrual.is_reversed):
        message = f"{left:,} yen of the sale are left; {returned_yen:,} cannot be returned. Nothing was changed."
        raise ReturnExceedsSaleError(message, remaining_yen=left, returned_yen=returned_yen)
    accrual.is_reversed = returned_yen is None
    accrual.returned_yen += left if returned_yen is None else returned_yen
    targets = _targets_after_return(accrual)
    change = Change(AccrualChange.Kind.REVERSED, key, fingerprint, reason, at, actor)
    return apply_change(accrual, targets, change, remaining_yen_before=left)


def _require_sense(reference: str, returned_yen: int | None) -> None:
    if not is_reference(reference):
        message = "This is not a reference of a sale."
        raise InvalidSaleError(message)
    if returned_yen is not None and (returned_yen == 0 or wrong_yen(returned_yen, 0, 0)):
        message = f"{returned_yen!r} is no price to return: a whole number of yen from 1 on is."
        raise InvalidSaleError(message)


def _keep_early(early: EarlyReversal, *, actor: Actor) -> Changed:
    kept = EarlyReversal.objects.filter(merchant=early.merchant, reference=early.reference, key=early.key).first()
    if kept is not None and kept.returned_yen != early.returned_yen:
        message = "This key was used before, for another price."
        raise ReferenceConflictError(message, key=early.key)
    if kept is None:
        early.save(force_insert=True)
        # The reference is whatever the merchant wrote; its claim is found by it, and this by who and when.
        audit.record_act(
            act="earning.keep_early_reversal",
            actor=actor,
            subject=audit.Subject("merchant", early.merchant_id),
            at=early.received_at,
            details={"returned_yen": early.returned_yen},
            reason=early.reason,
        )
    return Changed(None, None, 0, 0, is_repeat=kept is not None, reference=early.reference)


def _targets_after_return(accrual: Accrual) -> list[Figure]:
    """Return what the price that is left gives, and never more than was given: any split ends the same (ACC-8)."""
    if accrual.kind != Accrual.Kind.PURCHASE:
        return [Figure(None, 0, 0)]
    standing = {code: sum(part.points for part in parts) for code, parts in by_campaign(parts_of(accrual)).items()}
    figures = figures_at_sale(accrual, CapUsage([], []))
    return [figure._replace(points=min(figure.points, standing.get(campaign_code(figure), 0))) for figure in figures]
