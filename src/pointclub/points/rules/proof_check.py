"""Whether a proof holds: every hash, the way to the root, the signature; and what the account then has."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pointclub.points.rules import signing
from pointclub.points.rules.chain import follow, genesis
from pointclub.points.rules.merkle import root_by_path
from pointclub.points.rules.proof_file import Proof, Written


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that does not hold."""

    what: str
    stands: str
    follows: str


@dataclass(frozen=True, slots=True)
class Holding:
    """What an account has by its postings: points by last day, and points owed."""

    by_last_day: dict[dt.date, int]
    arrears: int

    @property
    def book_balance(self) -> int:
        """What the books say."""
        return sum(self.by_last_day.values()) - self.arrears

    def usable_on(self, day: dt.date) -> int:
        """Return what can be used that day (BAL-1)."""
        return max(0, sum(points for last, points in self.by_last_day.items() if last >= day) - self.arrears)


def check_proof(proof: Proof, transactions: Sequence[Written], *, key: bytes | None) -> list[Finding]:
    """Return all that does not hold; without a key, the one in the root is taken at its word."""
    return [*_root(proof, key), *_path(proof), *_chain(proof, transactions), *_lots(proof, transactions)]


def holding_of(transactions: Iterable[Written]) -> Holding:
    """Return what the postings of all transactions leave."""
    by_last_day: dict[dt.date, int] = {}
    arrears = 0
    for written in transactions:
        for posting in written.postings:
            if posting.lot is None:
                arrears -= posting.points
            else:
                day = posting.lot.usable_through
                by_last_day[day] = by_last_day.get(day, 0) + posting.points
    return Holding({day: points for day, points in sorted(by_last_day.items()) if points}, arrears)


def _root(proof: Proof, key: bytes | None) -> Iterable[Finding]:
    if key is not None and key != proof.root.public_key:
        yield Finding("root: signed with another key", signing.key_id(proof.root.public_key), signing.key_id(key))
    if not proof.root.is_signed():
        yield Finding("root: the signature is not that of this header", "", "")


def _path(proof: Proof) -> Iterable[Finding]:
    size = proof.root.accounts
    if proof.index >= size:
        yield Finding("index: beyond the number of accounts", str(proof.index), str(size))
        return
    root = root_by_path(proof.account.leaf(), proof.path, index=proof.index, size=size)
    if root != proof.root.root:
        what = "path: does not lead from the account to the root"
        yield Finding(what, "" if root is None else root.hex(), proof.root.root.hex())


def _chain(proof: Proof, transactions: Sequence[Written]) -> Iterable[Finding]:
    """Hold each transaction to the hash that stands before it, so that only what was changed is named."""
    head = genesis(proof.account.account_id, proof.opened_at)
    for number, written in enumerate(transactions, start=1):
        if written.transaction.sequence != number:
            yield Finding(f"transaction {number}: its number", str(written.transaction.sequence), str(number))
        follows = follow(head, written.transaction, written.postings)
        if written.hash != follows:
            yield Finding(f"transaction {number}: hash", written.hash.hex(), follows.hex())
        head = written.hash
    if len(transactions) != proof.account.sequence:
        yield Finding("account: number of transactions", str(len(transactions)), str(proof.account.sequence))
    if head != proof.account.head:
        yield Finding("account: head", proof.account.head.hex(), head.hex())


def _lots(proof: Proof, transactions: Iterable[Written]) -> Iterable[Finding]:
    """Find lots that no posting proves."""
    named = {posting.lot.id for written in transactions for posting in written.postings if posting.lot is not None}
    seen = set()
    for lot in proof.lots:
        if lot.id in seen:
            yield Finding(f"lot {lot.id}: is there twice", "", "")
        if lot.id not in named:
            yield Finding(f"lot {lot.id}: is named by no posting", "", "")
        seen.add(lot.id)
