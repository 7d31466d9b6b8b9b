"""An account rebuilt from its first transaction, act by act (I11).

Where `ledger verify` sums what is written, this goes through it in order and holds each act against what stood before
it: a redemption must have taken the lots in the order of use, line by line, a return must have gone back to the lots
that its line took from, a lapse must have taken the whole of a lot that was past its day.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from pointclub.points.rules.allocating import Allocation, Allocations
from pointclub.points.rules.expiry import is_usable
from pointclub.points.rules.taking import OpenLot, in_order_of_use, take

# Points that come back to a lot that held them before; everything else that is positive adds to what a lot was granted.
_COMING_BACK = frozenset({"redeemed", "lapsed", "forfeited"})

# What takes points in the order of use, by the kind of the act.
_TAKES = {"redeem": "redeemed", "transfer": "transferred", "adjust": "adjusted"}

# The kind of lot into which points move within an account, by the kind of the act.
_MOVES_INTO = {"return": "returned", "extend": "extended"}


@dataclass(frozen=True, slots=True)
class WrittenPosting:
    """A posting as it stands in the books; ``lot_id`` is None where arrears arose (below zero) or were paid."""

    id: UUID
    lot_id: UUID | None
    points: int
    contra: str
    source_id: UUID | None


@dataclass(frozen=True, slots=True)
class WrittenTransaction:
    """A transaction with its postings in the order of their ids."""

    sequence: int
    kind: str
    value_on: dt.date
    postings: tuple[WrittenPosting, ...]


@dataclass(frozen=True, slots=True)
class LotTerms:
    """What a lot is from its opening on and never changes; ``moved_from`` is its origin if of the same account."""

    id: UUID
    usable_through: dt.date
    first_posted_on: dt.date
    kind: str
    moved_from: UUID | None


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
    allocations: list[Allocation] = field(default_factory=list)
    held_by_lines: Allocations = field(default_factory=Allocations)
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
        account.allocations += _allocate(account, written)
        _carry_out(account, written)
        account.broken += (f"transaction {written.sequence} {wrong}" for wrong in _check_after(account, written))
    return account


def _check_before(account: Rebuilt, written: WrittenTransaction) -> Iterable[str]:
    if written.sequence <= account.last_sequence:
        yield "is not numbered after the one before it"
    used = _moved(written.postings, contra=_TAKES.get(written.kind, ""))
    # Who receives points by a transfer or an adjustment gets them into one lot or another.
    if sum(used.values()) < 0 and used != _due(-sum(used.values()), lots=_usable(account, on=written.value_on)):
        yield "took points out of the order of use"
    paid = _moved(written.postings, contra="arrears")
    if paid and paid != _due(*_owed(account, written)):
        yield "paid arrears out of the order of use"
    for lot_id, points in _moved(written.postings, contra="lapsed").items():
        lot = account.lots.get(lot_id)
        if lot is not None and written.kind == "lapse":
            if is_usable(lot.terms.usable_through, on=written.value_on):
                yield f"lapsed points that could be used through {lot.terms.usable_through}"
            if lot.remaining + points:
                yield f"left points in the lot through {lot.terms.usable_through}, which had lapsed"


def _due(points: int, lots: Sequence[OpenLot]) -> dict[UUID, int]:
    parts, _ = take(points, lots=lots)
    return {part.lot_id: -part.points for part in parts}


def _owed(account: Rebuilt, written: WrittenTransaction) -> tuple[int, list[OpenLot]]:
    """Return what is owed once all else of the act is done, and the lots that it is paid from."""
    owed, held = account.arrears, {lot_id: lot.remaining for lot_id, lot in account.lots.items()}
    for posting in written.postings:
        if posting.contra == "arrears":
            continue
        if posting.lot_id is None:
            owed -= posting.points
        else:
            held[posting.lot_id] = held.get(posting.lot_id, 0) + posting.points
    return owed, _usable(account, on=written.value_on, held=held)


def _usable(account: Rebuilt, *, on: dt.date, held: Mapping[UUID, int] | None = None) -> list[OpenLot]:
    """Return the lots that can be used that day, with what they hold, or are said to hold, in the order of use."""
    remaining = held or {lot_id: lot.remaining for lot_id, lot in account.lots.items()}
    return in_order_of_use(
        OpenLot(lot.terms.id, lot.terms.usable_through, lot.terms.first_posted_on, remaining[lot.terms.id])
        for lot in account.lots.values()
        if remaining[lot.terms.id] > 0 and is_usable(lot.terms.usable_through, on=on)
    )


def _allocate(account: Rebuilt, written: WrittenTransaction) -> Iterator[Allocation]:
    """Yield what the lines have to take or to get back, whatever lots the postings name."""
    lines: dict[UUID | None, int] = {}
    for posting in written.postings:
        if posting.contra == "redeemed":
            lines[posting.source_id] = lines.get(posting.source_id, 0) + posting.points
    if written.kind == "redeem":
        wanted = {line_id: -points for line_id, points in lines.items()}
        usable = _usable(account, on=written.value_on)
        yield from account.held_by_lines.take(wanted, sequence=written.sequence, lots=usable)
    elif written.kind == "return":
        yield from account.held_by_lines.give_back(lines, sequence=written.sequence)


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
            if posting.contra == "redeemed":
                account.held_by_lines.note(posting.source_id, posting.lot_id, posting.points)


def _check_after(account: Rebuilt, written: WrittenTransaction) -> Iterable[str]:
    if not written.postings:
        yield "moves nothing"
    if account.arrears < 0:
        yield "paid more arrears than there were"
    for lot in [account.lots[lot_id] for lot_id in account.lots.keys() & {one.lot_id for one in written.postings}]:
        if not 0 <= lot.remaining <= lot.granted:
            yield f"left {lot.remaining} of {lot.granted} points in the lot through {lot.terms.usable_through}"
    if not _moves_add_up(account, written):
        yield "moved points into a lot that is not the next of theirs"


def _moves_add_up(account: Rebuilt, written: WrittenTransaction) -> bool:
    """Return whether what left a lot to live on is what arrived in those that name it as their origin."""
    left: dict[UUID | None, int] = {}
    for posting in written.postings:
        lot = account.lots.get(posting.lot_id) if posting.lot_id else None
        if posting.contra != "moved" or lot is None:
            continue
        if posting.points > 0 and lot.terms.kind != _MOVES_INTO.get(written.kind):
            return False
        origin = lot.terms.id if posting.points < 0 else lot.terms.moved_from
        left[origin] = left.get(origin, 0) + posting.points
    return not any(left.values())


def _moved(postings: Sequence[WrittenPosting], *, contra: str) -> dict[UUID, int]:
    moved: dict[UUID, int] = {}
    for posting in postings:
        if posting.contra == contra and posting.lot_id is not None:
            moved[posting.lot_id] = moved.get(posting.lot_id, 0) + posting.points
    return moved
