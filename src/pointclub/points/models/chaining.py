"""Rows as the chain sees them."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from pointclub.points.models.ledger import Lot, Posting, Transaction
from pointclub.points.rules.chain import ChainedLot, ChainedPosting, ChainedTransaction


def chained_lot(lot: Lot) -> ChainedLot:
    """Return what never changes about the lot."""
    return ChainedLot(
        id=lot.id,
        kind=str(lot.kind),
        usable_through=lot.usable_through,
        first_posted_on=lot.first_posted_on,
        origin_account_id=lot.origin_account_id,
        origin_lot_id=lot.origin_lot_id,
    )


def chained_posting(posting: Posting, lots: Mapping[UUID, ChainedLot]) -> ChainedPosting:
    """Return the posting with its lot, which is one of ``lots``."""
    return ChainedPosting(
        id=posting.id,
        points=posting.points,
        contra=str(posting.contra),
        contra_party_id=posting.contra_party_id,
        source_id=posting.source_id,
        lot=None if posting.lot_id is None else lots[posting.lot_id],
    )


def chained_transaction(written: Transaction) -> ChainedTransaction:
    """Return the transaction without its postings."""
    return ChainedTransaction(
        account_id=written.account_id,
        id=written.id,
        sequence=written.sequence,
        kind=str(written.kind),
        business_key=written.business_key,
        fingerprint=_bytes(written.fingerprint),
        occurred_at=written.occurred_at,
        value_on=written.value_on,
        recorded_at=written.recorded_at,
        actor=written.actor,
        reverses_id=written.reverses_id,
        approval_id=written.approval_id,
        reason_digest=_bytes(written.reason_digest),
    )


def _bytes(value: bytes | memoryview | None) -> bytes | None:
    return None if value is None else bytes(value)
