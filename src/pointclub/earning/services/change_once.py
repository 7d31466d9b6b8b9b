"""Corrections and reversals from merchants' systems, carried out once under their Idempotency-Keys (ACC-7, ACC-8)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import asdict, replace
from typing import Any, NoReturn
from uuid import UUID

from pointclub.earning.models import Accrual
from pointclub.earning.queries.claims import Claim, find_claim_of_accrual, find_claims
from pointclub.earning.queries.request_keys import find_keys
from pointclub.earning.rules.requests import Correction, Reversal, Target
from pointclub.earning.services.apply_change import Changed
from pointclub.earning.services.correct import correct
from pointclub.earning.services.refusals import NO_SUCH_ACCRUAL, RequestKeyReusedError, UnknownAccrualError, require_key
from pointclub.earning.services.request_keys import NewKey, take_keys
from pointclub.earning.services.reverse import reverse
from pointclub.foundation.actors import Actor
from pointclub.foundation.acts import act
from pointclub.foundation.fingerprints import fingerprint
from pointclub.merchants import queries as merchants


@act
def correct_once(correction: Correction, *, key: str, at: dt.datetime, actor: Actor) -> Changed:
    """Correct an accrual, found by id or reference; the same key again gets the same answer.

    Raises:
        RequestKeyReusedError: the key stands for another request.
        UnknownAccrualError: the merchant, or the store, has no such accrual.
        AlreadyReversedError, ReturnExceedsSaleError, CorrectionWindowOverError, InvalidSaleError: see `correct`.
    """

    def carry_out(merchant: merchants.Standing) -> Changed:
        owner = _find_owner(correction, merchant)
        if owner is None:
            _refuse_unknown()
        return correct(
            merchant_number=merchant.number,
            reference=owner.reference,
            price=correction.price,
            new_points=correction.new_points,
            key=key,
            at=at,
            actor=actor,
            reason=correction.reason,
        )

    return _change_once(correction, carry_out, key=key, at=at)


@act
def reverse_once(reversal: Reversal, *, key: str, at: dt.datetime, actor: Actor) -> Changed:
    """Reverse an accrual, found by id or reference, or keep the reversal for the reference's accrual to come (T6).

    Raises:
        RequestKeyReusedError: the key stands for another request.
        UnknownAccrualError: the merchant, or the store, has no such accrual, and no reference names one to come.
        ReturnExceedsSaleError, CorrectionWindowOverError, ReferenceConflictError, InvalidSaleError: see `reverse`.
    """

    def carry_out(merchant: merchants.Standing) -> Changed:
        owner = _find_owner(reversal, merchant)
        reference = reversal.reference if owner is None else owner.reference
        if reference is None:
            _refuse_unknown()
        return reverse(
            merchant_number=merchant.number,
            reference=reference,
            returned_yen=reversal.returned_yen,
            key=key,
            at=at,
            actor=actor,
            reason=reversal.reason,
            store_code=reversal.store_code,
        )

    return _change_once(reversal, carry_out, key=key, at=at)


def _change_once(
    target: Correction | Reversal, carry_out: Callable[[merchants.Standing], Changed], *, key: str, at: dt.datetime
) -> Changed:
    require_key(key)
    merchant = merchants.find_standings([target.merchant_number])[target.merchant_number]
    asked = fingerprint({"change": type(target).__name__, **_as_json(target)})
    name = (merchant.id, key)
    before = find_keys([name])
    if not before:
        changed = carry_out(merchant)
        # Two with one key at once are alike or not: whoever comes second finds the first's change, or its key here.
        before = take_keys([NewKey(*name, asked, asdict(changed))], at=at)
        if not before or before[name].fingerprint == asked:
            return changed
    taken = before[name]
    if taken.fingerprint != asked or taken.answer is None:
        raise RequestKeyReusedError
    return replace(Changed(**taken.answer), is_repeat=True)


def _as_json(target: Correction | Reversal) -> dict[str, Any]:
    return asdict(target) | {"accrual_id": str(target.accrual_id) if target.accrual_id else None}


def _find_owner(target: Target, merchant: merchants.Standing) -> Claim | None:
    """Return the claim of the accrual, or None where its reference is not known yet.

    Raises:
        UnknownAccrualError: it is another store's, or no accrual has that id.
    """
    if target.accrual_id is not None:
        owner = find_claim_of_accrual(merchant.id, merchant.number, target.accrual_id)
    else:
        assert target.reference is not None
        owner = find_claims([(merchant.id, target.reference)]).get((merchant.id, target.reference))
    if owner is None or owner.accrual_id is None:
        return None
    assert owner.account_id is not None
    if target.store_code and target.store_code != _store_of(owner.account_id, owner.accrual_id):
        _refuse_unknown()
    return owner


def _store_of(account_id: UUID, accrual_id: UUID) -> str:
    return Accrual.objects.values_list("store_code", flat=True).get(account_id=account_id, id=accrual_id)


def _refuse_unknown() -> NoReturn:
    raise UnknownAccrualError(NO_SUCH_ACCRUAL)
