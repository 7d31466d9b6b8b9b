"""Hanging a transaction that is about to be written onto its account's chain."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping
from uuid import UUID

from pointclub.points.models import Account, Lot, Posting, Transaction
from pointclub.points.rules import chain


def chain_on(account: Account, written: Transaction, postings: Iterable[Posting], lots: Mapping[UUID, Lot]) -> None:
    """Give the transaction its hash and the account its new head; ``lots`` holds those that the postings name."""
    digest = None
    if written.reason:
        salt = secrets.token_bytes(chain.SALT_BYTES)
        digest = chain.digest_of_reason(salt, written.reason)
        written.reason_salt, written.reason_digest = salt, digest
    written.hash = chain.follow(
        bytes(account.head),
        chain.ChainedTransaction(
            account_id=account.id,
            id=written.id,
            sequence=written.sequence,
            kind=str(written.kind),
            business_key=written.business_key,
            fingerprint=None if written.fingerprint is None else bytes(written.fingerprint),
            occurred_at=written.occurred_at,
            value_on=written.value_on,
            recorded_at=written.recorded_at,
            actor=written.actor,
            reverses_id=written.reverses_id,
            approval_id=written.approval_id,
            reason_digest=digest,
        ),
        (_chained(posting, lots) for posting in postings),
    )
    account.head = written.hash


def _chained(posting: Posting, lots: Mapping[UUID, Lot]) -> chain.ChainedPosting:
    lot = None if posting.lot_id is None else lots[posting.lot_id]
    return chain.ChainedPosting(
        id=posting.id,
        points=posting.points,
        contra=str(posting.contra),
        contra_party_id=posting.contra_party_id,
        source_id=posting.source_id,
        lot=None
        if lot is None
        else chain.ChainedLot(
            id=lot.id,
            kind=str(lot.kind),
            usable_through=lot.usable_through,
            first_posted_on=lot.first_posted_on,
            origin_account_id=lot.origin_account_id,
            origin_lot_id=lot.origin_lot_id,
        ),
    )
