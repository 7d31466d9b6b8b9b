"""Who owns a merchant's reference, and which reversals wait for theirs."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import NamedTuple
from uuid import UUID

from django.db import connection

from pointclub.earning.models import AccrualClaim, EarlyReversal
from pointclub.earning.rules.receipt import randomness_of, receipt_number
from pointclub.foundation.postgresql import arrays

Key = tuple[UUID, str]

_FIND = """
SELECT claim.merchant_id, claim.reference, claim.account_id, claim.accrual_id, claim.receipt_number, claim.fingerprint
FROM earning_accrual_claim AS claim
JOIN unnest(%s::uuid[], %s::text[]) AS wanted (merchant_id, reference)
    ON claim.merchant_id = wanted.merchant_id AND claim.reference = wanted.reference
"""


class Claim(NamedTuple):
    """Who owns a reference; without an accrual it is only awaited, because its reversal came first."""

    merchant_id: UUID
    reference: str
    account_id: UUID | None
    accrual_id: UUID | None
    receipt_number: str | None
    fingerprint: bytes | None

    @property
    def key(self) -> Key:
        """What is unique."""
        return (self.merchant_id, self.reference)


def find_claims(keys: Iterable[Key], *, for_update: bool = False) -> dict[Key, Claim]:
    """Return the claims that exist among the keys."""
    wanted = sorted(set(keys))
    if not wanted:
        return {}
    lock = " ORDER BY claim.merchant_id, claim.reference FOR UPDATE OF claim" if for_update else ""
    with connection.cursor() as cursor:
        merchants, references = zip(*wanted, strict=True)
        cursor.execute(_FIND + lock, [arrays.uuids(merchants), arrays.texts(references)])
        rows = cursor.fetchall()
    found = (
        Claim(merchant_id, reference, account_id, accrual_id, number, bytes(fingerprint) if fingerprint else None)
        for merchant_id, reference, account_id, accrual_id, number, fingerprint in rows
    )
    return {claim.key: claim for claim in found}


def find_claim_of_accrual(merchant_id: UUID, merchant_number: str, accrual_id: UUID) -> Claim | None:
    """Return the merchant's claim of that accrual, found by the receipt whose randomness its id ends in."""
    number = receipt_number(merchant_number, randomness_of(accrual_id))
    claim = AccrualClaim.objects.filter(merchant_id=merchant_id, receipt_number=number).first()
    if claim is None or claim.accrual_id != accrual_id:
        return None
    assert claim.fingerprint is not None
    return Claim(merchant_id, claim.reference, claim.account_id, accrual_id, number, bytes(claim.fingerprint))


def waiting_reversals(keys: Iterable[Key]) -> dict[Key, list[EarlyReversal]]:
    """Return the reversals that came before their accrual, in the order in which they came."""
    wanted = set(keys)
    if not wanted:
        return {}
    reversals = EarlyReversal.objects.filter(
        merchant_id__in={merchant for merchant, _ in wanted},
        reference__in={reference for _, reference in wanted},
        matched_at__isnull=True,
    ).order_by("received_at", "key")
    waiting: dict[Key, list[EarlyReversal]] = {}
    for reversal in reversals:
        if (key := (reversal.merchant_id, reversal.reference)) in wanted:
            waiting.setdefault(key, []).append(reversal)
    return waiting


def list_unmatched_reversals(*, merchant_id: UUID, received_before: dt.datetime) -> list[EarlyReversal]:
    """Return the merchant's reversals whose accrual has not come, the oldest first (T6)."""
    return list(
        EarlyReversal.objects.filter(
            merchant_id=merchant_id, matched_at__isnull=True, received_at__lt=received_before
        ).order_by("received_at", "reference")
    )
