"""Corrections and reversals, of the accrual with an id or of the one that the merchant calls so."""

from __future__ import annotations

from uuid import UUID

from msgspec import UNSET, UnsetType

from pointclub.earning.rules.requests import Correction, NewPrice, Reversal, is_reference
from pointclub.earning.services import Changed
from pointclub.foundation.texts import is_line
from pointclub.merchant_api import field_words
from pointclub.merchant_api.calls import Answer, Call, encoded
from pointclub.merchant_api.decoding import Shape, refuse
from pointclub.merchant_api.lookups import id_in
from pointclub.merchant_api.sales import REPLAYED
from pointclub.merchant_api.shapes import (
    LONGEST_REASON,
    ChangedOut,
    CorrectionByReferenceIn,
    CorrectionIn,
    ReversalByReferenceIn,
    ReversalIn,
)

_correction = Shape(CorrectionIn)
_correction_by_reference = Shape(CorrectionByReferenceIn)
_reversal = Shape(ReversalIn)
_reversal_by_reference = Shape(ReversalByReferenceIn)


async def correct(call: Call) -> Answer:
    """Put the right figure in place of a wrong one, by the accrual's id."""
    return await _correct(call, _correction.decode(call.take_body()), accrual_id=id_in(call))


async def correct_by_reference(call: Call) -> Answer:
    """Put the right figure in place of a wrong one, by the merchant's reference."""
    body = _correction_by_reference.decode(call.take_body())
    return await _correct(call, body, reference=_reference(body.reference))


async def reverse(call: Call) -> Answer:
    """Undo a sale, in whole or in part, by the accrual's id."""
    return await _reverse(call, _reversal.decode(call.take_body()), accrual_id=id_in(call))


async def reverse_by_reference(call: Call) -> Answer:
    """Undo a sale, in whole or in part, by the merchant's reference; it may come before the sale."""
    body = _reversal_by_reference.decode(call.take_body())
    return await _reverse(call, body, reference=_reference(body.reference))


async def _correct(
    call: Call, body: CorrectionIn, *, accrual_id: UUID | None = None, reference: str | None = None
) -> Answer:
    correction = Correction(
        merchant_number=call.key.merchant_number,
        accrual_id=accrual_id,
        reference=reference,
        price=_price(body),
        new_points=_given(body.points),
        reason=_reason(body.reason),
        store_code=call.key.store_code,
    )
    changed = await call.desk.correct(call.digest, correction, call.idempotency_key)
    return _told(changed)


async def _reverse(
    call: Call, body: ReversalIn, *, accrual_id: UUID | None = None, reference: str | None = None
) -> Answer:
    reversal = Reversal(
        merchant_number=call.key.merchant_number,
        accrual_id=accrual_id,
        reference=reference,
        returned_yen=_given(body.returned_yen),
        reason=_reason(body.reason),
        store_code=call.key.store_code,
    )
    changed = await call.desk.reverse(call.digest, reversal, call.idempotency_key)
    return _told(changed)


def _told(changed: Changed) -> Answer:
    """Answer with the figures of the sale; what was taken from which lots is the member's own matter (BAL-2)."""
    is_awaited = changed.receipt_number is None
    body = ChangedOut(
        receipt_number=changed.receipt_number,
        reference=changed.reference,
        remaining_yen=changed.remaining_yen,
        points_before=changed.points_before,
        points_after=changed.points_after,
        state="awaiting_accrual" if is_awaited else "applied",
    )
    return encoded(202 if is_awaited else 200, body, REPLAYED if changed.is_repeat else ())


def _price(body: CorrectionIn) -> NewPrice | None:
    if body.price_yen is UNSET:
        if body.points is UNSET:
            refuse("/price_yen", field_words.PRICE_OR_POINTS)
        for pointer, yen in (("/ineligible_yen", body.ineligible_yen), ("/tax_yen", body.tax_yen)):
            if yen:
                refuse(pointer, field_words.NOT_WITH_POINTS)
        return None
    if body.points is not UNSET:
        refuse("/points", field_words.PRICE_XOR_POINTS)
    return NewPrice(body.price_yen, body.ineligible_yen, body.tax_yen)


def _given(figure: int | UnsetType) -> int | None:
    return None if figure is UNSET else figure


def _reason(reason: str) -> str:
    if reason and not is_line(reason, longest=LONGEST_REASON):
        refuse("/reason", field_words.NOT_A_LINE)
    return reason


def _reference(reference: str) -> str:
    if not is_reference(reference):
        refuse("/reference", field_words.NOT_A_LINE)
    return reference
