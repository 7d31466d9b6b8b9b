"""Corrections and reversals from merchants' systems, carried out once under their Idempotency-Keys (ACC-7, ACC-8)."""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict, replace
from typing import Any, NamedTuple
from uuid import UUID

from pointclub.earning.models import Accrual
from pointclub.earning.queries.claims import Claim, find_claim_of_accrual, find_claims
from pointclub.earning.queries.request_keys import KeyName, TakenKey, find_keys
from pointclub.earning.rules.requests import TERMINAL_KEY_CLOSED, Correction, Reversal, Target
from pointclub.earning.services.apply_change import Changed
from pointclub.earning.services.correct import correct
from pointclub.earning.services.refusals import NO_SUCH_ACCRUAL, RequestKeyReusedError, UnknownAccrualError, require_key
from pointclub.earning.services.request_keys import NewKey, take_keys
from pointclub.earning.services.reverse import reverse
from pointclub.foundation.actors import Actor
from pointclub.foundation.acts import act
from pointclub.foundation.fingerprints import fingerprint
from pointclub.foundation.postgresql.prepared import ask_together
from pointclub.foundation.refusals import Refusal
from pointclub.merchants import queries as merchants


class TerminalKeyClosedError(Refusal):
    """The terminal key that let the request in opens nothing of the merchant's any more; nothing was changed."""

    code = TERMINAL_KEY_CLOSED

    def __init__(self) -> None:
        super().__init__("The terminal key was revoked. Nothing was changed.")


class _CameMeanwhileError(Exception):
    """The accrual of a reversal that was to be kept for it is there; nothing was kept."""


@act
def correct_once(
    correction: Correction, *, key: str, at: dt.datetime, actor: Actor, opened_by: bytes | None = None
) -> Changed:
    """Correct an accrual, found by id or reference; the same key again gets the same answer.

    ``opened_by`` is the digest of the terminal key that let the request in, which must open still.

    Raises:
        TerminalKeyClosedError: it opens no longer, even if the same request came before.
        RequestKeyReusedError: the key stands for another request.
        UnknownAccrualError: the merchant, or the store, has no such accrual.
        AlreadyReversedError, ReturnExceedsSaleError, CorrectionWindowOverError, InvalidSaleError: see `correct`.
    """
    call = _open(correction, key, opened_by)
    if call.before is not None:
        return _again(call, call.before)
    if call.owner is None:
        raise UnknownAccrualError(NO_SUCH_ACCRUAL)
    changed = correct(
        merchant_number=correction.merchant_number,
        reference=call.owner.reference,
        price=correction.price,
        new_points=correction.new_points,
        key=key,
        at=at,
        actor=actor,
        reason=correction.reason,
    )
    return _close(call, changed, at=at)


def reverse_once(
    reversal: Reversal, *, key: str, at: dt.datetime, actor: Actor, opened_by: bytes | None = None
) -> Changed:
    """Reverse an accrual, found by id or reference, or keep the reversal for the reference's accrual to come (T6).

    ``opened_by`` is the digest of the terminal key that let the request in, which must open still.

    Raises:
        TerminalKeyClosedError: it opens no longer, even if the same request came before.
        RequestKeyReusedError: the key stands for another request.
        UnknownAccrualError: the merchant, or the store, has no such accrual, and no reference names one to come.
        ReturnExceedsSaleError, CorrectionWindowOverError, ReferenceConflictError, InvalidSaleError: see `reverse`.
    """
    try:
        return _reverse_once(reversal, key=key, at=at, actor=actor, opened_by=opened_by)
    except _CameMeanwhileError:
        return _reverse_once(reversal, key=key, at=at, actor=actor, opened_by=opened_by)


@act
def _reverse_once(reversal: Reversal, *, key: str, at: dt.datetime, actor: Actor, opened_by: bytes | None) -> Changed:
    call = _open(reversal, key, opened_by)
    if call.before is not None:
        return _again(call, call.before)
    reference = reversal.reference if call.owner is None else call.owner.reference
    if reference is None:
        raise UnknownAccrualError(NO_SUCH_ACCRUAL)
    is_early = call.owner is None
    # Keys before references, as where sales are taken in; what an early reversal is answered is known beforehand.
    if is_early and (before := _take(call, Changed(None, None, 0, 0, reference=reference), at=at)) is not None:
        return _again(call, before)
    changed = reverse(
        merchant_number=reversal.merchant_number,
        reference=reference,
        returned_yen=reversal.returned_yen,
        key=key,
        at=at,
        actor=actor,
        reason=reversal.reason,
        store_code=reversal.store_code,
    )
    if not is_early:
        return _close(call, changed, at=at)
    if changed.receipt_number is not None:
        raise _CameMeanwhileError
    return changed


class _Call(NamedTuple):
    """A call under its key: what was asked, whether that came before, and the accrual that it is about."""

    name: KeyName
    asked: bytes
    before: TakenKey | None
    owner: Claim | None


def _open(target: Correction | Reversal, key: str, opened_by: bytes | None) -> _Call:
    require_key(key)
    merchants_of_keys, standings = ask_together(
        merchants.merchants_of_keys_question([opened_by] if opened_by else []),
        merchants.standings_question([target.merchant_number]),
    )
    merchant = standings[target.merchant_number]
    if opened_by is not None and merchants_of_keys.get(opened_by) != merchant.id:
        raise TerminalKeyClosedError
    name = (merchant.id, key)
    before = find_keys([name]).get(name)
    owner = _find_owner(target, merchant) if before is None else None
    return _Call(name, fingerprint({"change": type(target).__name__, **_as_json(target)}), before, owner)


def _take(call: _Call, answer: Changed, *, at: dt.datetime) -> TakenKey | None:
    """Take the key for the answer; return what it stands for where somebody took it first."""
    return take_keys([NewKey(*call.name, call.asked, asdict(answer))], at=at).get(call.name)


def _close(call: _Call, changed: Changed, *, at: dt.datetime) -> Changed:
    """Take the key for what was done. Whoever comes second with it finds the first's change, or its key here.

    Raises:
        RequestKeyReusedError: the key was taken for another request meanwhile.
    """
    before = _take(call, changed, at=at)
    if before is not None and before.fingerprint != call.asked:
        raise RequestKeyReusedError
    return changed


def _again(call: _Call, before: TakenKey) -> Changed:
    if before.fingerprint != call.asked or before.answer is None:
        raise RequestKeyReusedError
    return replace(Changed(**before.answer), is_repeat=True)


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
        raise UnknownAccrualError(NO_SUCH_ACCRUAL)
    return owner


def _store_of(account_id: UUID, accrual_id: UUID) -> str:
    return Accrual.objects.values_list("store_code", flat=True).get(account_id=account_id, id=accrual_id)
