"""An account rebuilt from its first transaction, act by act (I11).

Where `ledger verify` sums what is written, this goes through it in order and holds each act against what stood before
it: a redemption must have taken the lots in the order of use, a lapse the whole of a lot that was past its day.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from pointclub.points.rules.expiry import is_usable
from pointclub.points.rules.taking import OpenLot, in_order_of_use, take

# Points that come back to a lot that held them before; everything else that is positive adds to what a lot was granted.
_COMING_BACK = frozenset({"redeemed", "lapsed", "forfeited"})


@dataclass(frozen=True, slots=True)
class WrittenPosting:
    """A posting as it stands in the books; ``lot_id`` is None where arrears arose (below zero) or were paid."""

    id: UUID
    lot_id: UUID | None
    points: int
    contra: str


@dataclass(frozen=True, slots=True)
class WrittenTransaction:
    """A transaction with its postings in the order of their ids."""

    sequence: int
    kind: str
    value_on: dt.date
    postings: tuple[WrittenPosting, ...]


@dataclass(frozen=True, slots=True)
class LotTerms:
    """What a lot is from its opening on and never changes."""

    id: UUID
    usable_through: dt.date
    first_posted_on: dt.date


@dataclass(slots=True)
class RebuiltLot:
    """A lot as the postings make it."""

    terms: LotTerms
    granted: int = 0
    remaining: int = 0


@dataclass(slots=True)
class Rebuilt:
    """An account as its transactions make it; ``broken`` says where an act does not fit what stood before."""

    lots: dict[UUID, RebuiltLot] = field(default_factory=dict)
    arrears: int = 0
    last_sequence: int = 0
    postings: int = 0
    broken: list[str] = field(default_factory=list)

    @property
    def book_balance(self) -> int:
        """Return what all lots hold, less the arrears (BAL-1)."""
        return sum(lot.remaining for lot in self.lots.values()) - self.arrears


def rebuild(transactions: Iterable[WrittenTransaction], *, lots: Iterable[LotTerms]) -> Rebuilt:
    """Go through an account's transactions, given in the order of their sequence, from the first one on."""
    account = Rebuilt(lots={terms.id: RebuiltLot(terms) for terms in lots})
    for written in transactions:
        account.broken += (f"transaction {written.sequence} {wrong}" for wrong in _check_before(account, written))
        _carry_out(account, written)
        account.broken += (f"transaction {written.sequence} {wrong}" for wrong in _check_after(account, written))
    return account


def _check_before(account: Rebuilt, written: WrittenTransaction) -> Iterable[str]:
    if written.sequence <= account.last_sequence:
        yield "is not numbered after the one before it"
    used = _moved(written.postings, contra="redeemed")
    if written.kind == "redeem" and used != _due_by_order_of_use(account, -sum(used.values()), on=written.value_on):
        yield "took points out of the order of use"
    for lot_id, points in _moved(written.postings, contra="lapsed").items():
        lot = account.lots.get(lot_id)
        if lot is not None and written.kind == "lapse":
            if is_usable(lot.terms.usable_through, on=written.value_on):
                yield f"lapsed points that could be used through {lot.terms.usable_through}"
            if lot.remaining + points:
                yield f"left points in the lot through {lot.terms.usable_through}, which had lapsed"


def _due_by_order_of_use(account: Rebuilt, points: int, *, on: dt.date) -> dict[UUID, int]:
    usable = in_order_of_use(
        OpenLot(lot.terms.id, lot.terms.usable_through, lot.terms.first_posted_on, lot.remaining)
        for lot in account.lots.values()
        if lot.remaining > 0 and is_usable(lot.terms.usable_through, on=on)
    )
    parts, _ = take(points, lots=usable)
    return {part.lot_id: -part.points for part in parts}


def _carry_out(account: Rebuilt, written: WrittenTransaction) -> None:
    account.last_sequence = written.sequence
    account.postings += len(written.postings)
    for posting in written.postings:
        if posting.lot_id is None:
            account.arrears -= posting.points
        elif posting.lot_id not in account.lots:
            account.broken.append(f"transaction {written.sequence} names a lot that is not there")
        else:
            lot = account.lots[posting.lot_id]
            lot.remaining += posting.points
            if posting.points > 0 and posting.contra not in _COMING_BACK:
                lot.granted += posting.points


def _check_after(account: Rebuilt, written: WrittenTransaction) -> Iterable[str]:
    if not written.postings:
        yield "moves nothing"
    if account.arrears < 0:
        yield "paid more arrears than there were"
    for lot in [account.lots[lot_id] for lot_id in account.lots.keys() & {one.lot_id for one in written.postings}]:
        if not 0 <= lot.remaining <= lot.granted:
            yield f"left {lot.remaining} of {lot.granted} points in the lot through {lot.terms.usable_through}"


def _moved(postings: Sequence[WrittenPosting], *, contra: str) -> dict[UUID, int]:
    moved: dict[UUID, int] = {}
    for posting in postings:
        if posting.contra == contra and posting.lot_id is not None:
            moved[posting.lot_id] = moved.get(posting.lot_id, 0) + posting.points
    return moved
