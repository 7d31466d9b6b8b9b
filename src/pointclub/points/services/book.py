"""The pen: how one locked account's transactions are written.

Every act on an account opens its book, which locks the account row, lapses what is due, and reads the lots that hold
points. The act decides, and writes one transaction with its postings. Nothing else in the project writes to an
account one at a time.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple
from uuid import UUID

from uuid_utils.compat import uuid7

from pointclub.foundation.actors import Actor
from pointclub.foundation.periods import tokyo_day
from pointclub.foundation.postgresql.prepared import as_model, as_models, ask, ask_together
from pointclub.points.models import Account, Lot, Posting, Transaction
from pointclub.points.models.chaining import chained_lot
from pointclub.points.rules.chain import ChainedLot, ChainedPosting
from pointclub.points.rules.expiry import is_usable
from pointclub.points.rules.taking import OpenLot, Part, in_order_of_use, take
from pointclub.points.services.chain_on import chain_on
from pointclub.points.services.lapse import lapse_due_lots
from pointclub.points.services.read_book import book_questions, key_question
from pointclub.points.services.refusals import KeyReusedError, MonthClosedError
from pointclub.points.services.write_transaction import LotMoved, write_transaction

Contra = Posting.Contra

# Points that come back to a lot that held them before; everything else that is positive adds to what a lot was granted.
COMING_BACK = frozenset({Contra.REDEEMED, Contra.LAPSED, Contra.FORFEITED})


class LotName(NamedTuple):
    """What tells the lots of one account apart."""

    kind: Lot.Kind
    usable_through: dt.date
    origin_account_id: UUID | None = None
    origin_lot_id: UUID | None = None


def _name_of(lot: Lot) -> LotName:
    return LotName(Lot.Kind(lot.kind), lot.usable_through, lot.origin_account_id, lot.origin_lot_id)


class Leg(NamedTuple):
    """One posting to be written; ``lot`` is None where arrears arise or are paid off."""

    lot: Lot | None
    points: int
    contra: Posting.Contra
    party_id: UUID | None = None
    source_id: UUID | None = None

    def posting(self, posting_id: UUID, lots: Mapping[UUID, ChainedLot]) -> ChainedPosting:
        """Return the posting as the chain sees it; ``lots`` holds the leg's."""
        lot = lots[self.lot.id] if self.lot else None
        return ChainedPosting(posting_id, self.points, str(self.contra), self.party_id, self.source_id, lot)


@dataclass(frozen=True, slots=True)
class Entry:
    """What a transaction says beside its postings."""

    kind: Transaction.Kind
    key: str
    at: dt.datetime
    actor: Actor
    fingerprint: bytes | None = None
    reverses_id: UUID | None = None
    approval_id: UUID | None = None
    reason: str = ""


class Book:
    """One account under lock, as it stands after everything due has lapsed."""

    def __init__(self, account: Account, lots: Iterable[Lot], *, on: dt.date, closed_through: dt.date | None) -> None:
        """Take the lots that hold points; use :func:`open_book`, which takes the lock first."""
        self.account = account
        self.on = on
        self._closed_through = closed_through
        self.lots: dict[UUID, Lot] = {lot.id: lot for lot in lots}

    def find(self, key: str, fingerprint: bytes | None = None) -> Transaction | None:
        """Return the transaction written under the key before.

        Raises:
            KeyReusedError: it was written for another content.
        """
        before = ask(key_question(self.account.id, key))
        found = before[0] if before else None
        if found and fingerprint and found.fingerprint and bytes(found.fingerprint) != fingerprint:
            message = "This key was used before, for something else. Nothing was changed."
            raise KeyReusedError(message, key=key)
        return found

    def usable_balance(self, lots: Sequence[OpenLot] | None = None) -> int:
        """Return what can be redeemed on the book's day: never below zero (BAL-1); ``lots`` are the usable ones."""
        return max(0, sum(lot.remaining for lot in lots or self.usable_lots()) - self.account.arrears)

    def usable_lots(self) -> list[OpenLot]:
        """Return the lots that can be used on the book's day, in the order of use (EXP-5)."""
        return in_order_of_use(
            OpenLot(lot.id, lot.usable_through, lot.first_posted_on, lot.remaining)
            for lot in self.lots.values()
            if lot.remaining and is_usable(lot.usable_through, on=self.on)
        )

    def take(self, points: int) -> tuple[list[Part], int]:
        """Choose the lots that give the points; return the parts, and how many points no lot has."""
        return take(points, lots=self.usable_lots())

    def lot(self, lot_id: UUID) -> Lot:
        """Return a lot of this account, whether or not it still holds points."""
        if lot_id not in self.lots:
            self.lots[lot_id] = Lot.objects.get(account=self.account, id=lot_id)
        return self.lots[lot_id]

    def lot_named(self, name: LotName) -> Lot:
        """Return the account's lot of that kind, last day and origin, and open it where there is none."""
        return self.lots_named([name])[0]

    def lots_named(self, names: Sequence[LotName]) -> list[Lot]:
        """Return the account's lot of each name, and open those that are not there: the lock keeps others from it."""
        days = {name.usable_through for name in names}
        there = {_name_of(lot): lot for lot in Lot.objects.filter(account=self.account, usable_through__in=days)}
        opened = [
            Lot(account=self.account, id=uuid7(), first_posted_on=self.on, **name._asdict())
            for name in dict.fromkeys(names)
            if name not in there
        ]
        if opened:
            Lot.objects.bulk_create(opened)
        for lot in opened:
            there[_name_of(lot)] = lot
        return [self.lots.setdefault(there[name].id, there[name]) for name in names]

    def write(self, entry: Entry, legs: Sequence[Leg]) -> Transaction:
        """Write one transaction and its postings, and carry the running figures forward.

        Raises:
            MonthClosedError: the day lies in a month whose books are closed.
        """
        if self._closed_through and self.on <= self._closed_through:
            message = f"The books are closed through {self._closed_through}; {self.on} lies within."
            raise MonthClosedError(message, closed_through=str(self._closed_through))
        self.account.last_sequence += 1
        written = as_model(
            Transaction,
            {
                "account_id": self.account.id,
                "id": uuid7(),
                "sequence": self.account.last_sequence,
                "kind": entry.kind,
                "business_key": entry.key,
                "fingerprint": entry.fingerprint,
                "occurred_at": entry.at,
                "value_on": self.on,
                "recorded_at": entry.at,
                "actor": str(entry.actor),
                "reverses_id": entry.reverses_id,
                "approval_id": entry.approval_id,
                "reason": entry.reason,
                "reason_salt": None,
                "reason_digest": None,
            },
        )
        # Sorted, so that the order of the postings of one transaction can be read off their ids.
        lots = {leg.lot.id: chained_lot(leg.lot) for leg in legs if leg.lot}
        postings = [
            leg.posting(posting_id, lots) for posting_id, leg in zip(sorted(uuid7() for _ in legs), legs, strict=True)
        ]
        chain_on(self.account, written, postings)
        write_transaction(self.account, written, postings, self._count(legs))
        return written

    def paying_arrears_first(self, legs: Sequence[Leg]) -> list[Leg]:
        """Return the legs with those added by which arrears are paid before anything can be used (ACC-8).

        Arrears are paid from what the usable lots hold once the legs are written, in the order of use.
        """
        owed = self.account.arrears - sum(leg.points for leg in legs if leg.lot is None)
        if owed <= 0:
            return list(legs)
        held = {lot_id: lot.remaining for lot_id, lot in self.lots.items()}
        for leg in legs:
            if leg.lot is not None:
                held[leg.lot.id] = held.get(leg.lot.id, 0) + leg.points
        usable = in_order_of_use(
            OpenLot(lot.id, lot.usable_through, lot.first_posted_on, held[lot.id])
            for lot in self.lots.values()
            if held[lot.id] > 0 and is_usable(lot.usable_through, on=self.on)
        )
        parts, _ = take(owed, lots=usable)
        paying = [
            leg
            for part in parts
            for leg in (
                Leg(self.lots[part.lot_id], -part.points, Contra.ARREARS),
                Leg(None, part.points, Contra.ARREARS),
            )
        ]
        return [*legs, *paying]

    def _count(self, legs: Sequence[Leg]) -> list[LotMoved]:
        """Carry the figures forward, here; return by how much those of each lot change."""
        moved: dict[UUID, list[int]] = {}
        for leg in legs:
            self.account.book_balance += leg.points
            if leg.lot is None:
                self.account.arrears -= leg.points
                continue
            change = moved.setdefault(leg.lot.id, [0, 0])
            change[0] += leg.points
            if leg.points > 0 and leg.contra not in COMING_BACK:
                change[1] += leg.points
        for lot_id, (remaining, granted) in moved.items():
            self.lots[lot_id].remaining += remaining
            self.lots[lot_id].granted += granted
        return [LotMoved(lot_id, remaining, granted) for lot_id, (remaining, granted) in moved.items()]


def open_book(account_id: UUID, *, at: dt.datetime) -> Book:
    """Lock the account, lapse what is due on the day of ``at``, and return its book.

    Call it inside a transaction. Several accounts are locked in the order of their ids (:func:`open_books`).
    """
    on = tokyo_day(at)
    book = _read(account_id, on=on)
    if any(not is_usable(lot.usable_through, on=on) for lot in book.lots.values()):
        lapse_due_lots([account_id], on=on, at=at)
        book = _read(account_id, on=on)
    return book


def open_books(account_ids: Iterable[UUID], *, at: dt.datetime) -> dict[UUID, Book]:
    """Open several books; locking by ascending id keeps two such acts from waiting on each other."""
    return {account_id: open_book(account_id, at=at) for account_id in sorted(set(account_ids))}


def _read(account_id: UUID, *, on: dt.date) -> Book:
    ((*account, closed_through),), lots = ask_together(*book_questions(account_id))
    (locked,) = as_models(Account, [tuple(account)])
    return Book(locked, lots, on=on, closed_through=closed_through)
