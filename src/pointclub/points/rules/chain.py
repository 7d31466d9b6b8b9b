"""The hash chain of an account: what a hash covers, byte by byte, and how one follows from another (decision 13).

A transaction's hash is SHA-256 over the hash before it and the transaction's content. The content is one line for the
transaction and one for each posting, in the order of the postings' ids, in UTF-8:

    transaction ACCOUNT ID SEQUENCE OCCURRED VALUE_ON RECORDED FINGERPRINT REVERSES APPROVAL REASON KIND KEY ACTOR
    posting ID POINTS PARTY SOURCE CONTRA LOT

LOT is ``LOT_ID USABLE_THROUGH FIRST_POSTED_ON ORIGIN_ACCOUNT ORIGIN_LOT KIND``. A dash stands for what is not there.
Ids are lower-case UUIDs, days are ISO dates, instants are whole microseconds since 1970 in UTC, bytes are hexadecimal.
Whatever is text is preceded by its length in bytes (``5:lapse,``), so that no two transactions share a content. REASON
is the digest of the reason, never its words. PostgreSQL writes the same bytes by `points/queries/chained.py`.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable
from typing import NamedTuple
from uuid import UUID

DIGEST_BYTES = 32
SALT_BYTES = 16

_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_MICROSECOND = dt.timedelta(microseconds=1)


class ChainedLot(NamedTuple):
    """What never changes about a lot."""

    id: UUID
    kind: str
    usable_through: dt.date
    first_posted_on: dt.date
    origin_account_id: UUID | None
    origin_lot_id: UUID | None


class ChainedPosting(NamedTuple):
    """A posting, with its lot."""

    id: UUID
    points: int
    contra: str
    contra_party_id: UUID | None
    source_id: UUID | None
    lot: ChainedLot | None


class ChainedTransaction(NamedTuple):
    """A transaction without its postings."""

    account_id: UUID
    id: UUID
    sequence: int
    kind: str
    business_key: str
    fingerprint: bytes | None
    occurred_at: dt.datetime
    value_on: dt.date
    recorded_at: dt.datetime
    actor: str
    reverses_id: UUID | None
    approval_id: UUID | None
    reason_digest: bytes | None


def genesis(account_id: UUID, opened_at: dt.datetime) -> bytes:
    """Return the head of an account that has no transactions yet."""
    return hashlib.sha256(f"pointclub account {account_id} {_instant(opened_at)}\n".encode()).digest()


def follow(head: bytes, transaction: ChainedTransaction, postings: Iterable[ChainedPosting]) -> bytes:
    """Return the hash of a transaction that follows on the one with the hash ``head``."""
    return hashlib.sha256(head + content(transaction, postings)).digest()


def content(transaction: ChainedTransaction, postings: Iterable[ChainedPosting]) -> bytes:
    """Return the bytes that stand for a transaction."""
    lines = [_transaction_line(transaction)]
    lines += (_posting_line(posting) for posting in sorted(postings, key=lambda posting: posting.id))
    return "".join(lines).encode()


def digest_of_reason(salt: bytes, reason: str) -> bytes:
    """Return what a reason is known by in the chain; without the salt nobody can guess the words from it."""
    return hashlib.sha256(salt + reason.encode()).digest()


def _transaction_line(written: ChainedTransaction) -> str:
    return (
        f"transaction {written.account_id} {written.id} {written.sequence}"
        f" {_instant(written.occurred_at)} {written.value_on} {_instant(written.recorded_at)}"
        f" {_bytes(written.fingerprint)} {_id(written.reverses_id)} {_id(written.approval_id)}"
        f" {_bytes(written.reason_digest)} {_text(written.kind)} {_text(written.business_key)} {_text(written.actor)}\n"
    )


def _posting_line(posting: ChainedPosting) -> str:
    lot = posting.lot
    where = (
        "-"
        if lot is None
        else (
            f"{lot.id} {lot.usable_through} {lot.first_posted_on} {_id(lot.origin_account_id)} {_id(lot.origin_lot_id)}"
            f" {_text(lot.kind)}"
        )
    )
    return (
        f"posting {posting.id} {posting.points} {_id(posting.contra_party_id)} {_id(posting.source_id)}"
        f" {_text(posting.contra)} {where}\n"
    )


def _instant(at: dt.datetime) -> int:
    return (at - _EPOCH) // _MICROSECOND


def _id(value: UUID | None) -> str:
    return "-" if value is None else str(value)


def _bytes(value: bytes | None) -> str:
    return "-" if value is None else value.hex()


def _text(value: str) -> str:
    return f"{len(value.encode())}:{value},"
