"""Hanging a transaction that is about to be written onto its account's chain."""

from __future__ import annotations

import secrets
from collections.abc import Iterable

from pointclub.points.models import Account, Transaction
from pointclub.points.models.chaining import chained_transaction
from pointclub.points.rules import chain


def chain_on(account: Account, written: Transaction, postings: Iterable[chain.ChainedPosting]) -> None:
    """Give the transaction its hash and the account its new head."""
    if written.reason:
        salt = secrets.token_bytes(chain.SALT_BYTES)
        written.reason_salt, written.reason_digest = salt, chain.digest_of_reason(salt, written.reason)
    written.hash = chain.follow(
        bytes(account.head), chained_transaction(written)._replace(account_id=account.id), postings
    )
    account.head = written.hash
