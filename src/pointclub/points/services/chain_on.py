"""Hanging a transaction that is about to be written onto its account's chain."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping
from uuid import UUID

from pointclub.points.models import Account, Lot, Posting, Transaction
from pointclub.points.models.chaining import chained_lot, chained_posting, chained_transaction
from pointclub.points.rules import chain


def chain_on(account: Account, written: Transaction, postings: Iterable[Posting], lots: Mapping[UUID, Lot]) -> None:
    """Give the transaction its hash and the account its new head; ``lots`` holds those that the postings name."""
    if written.reason:
        salt = secrets.token_bytes(chain.SALT_BYTES)
        written.reason_salt, written.reason_digest = salt, chain.digest_of_reason(salt, written.reason)
    chained_lots = {lot_id: chained_lot(lot) for lot_id, lot in lots.items()}
    written.hash = chain.follow(
        bytes(account.head),
        chained_transaction(written)._replace(account_id=account.id),
        (chained_posting(posting, chained_lots) for posting in postings),
    )
    account.head = written.hash
