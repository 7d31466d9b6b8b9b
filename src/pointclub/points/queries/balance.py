"""What an account holds on a day, and how it came to be."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Sum

from pointclub.points.models import Account, Lot, Posting, Transaction
from pointclub.points.rules.expiry import is_usable


@dataclass(frozen=True, slots=True)
class LotBalance:
    """A lot on a day: ``remaining`` as the books have it, whether or not its last day has passed."""

    id: UUID
    kind: str
    usable_through: dt.date
    first_posted_on: dt.date
    remaining: int
    is_usable: bool
    origin_lot_id: UUID | None


@dataclass(frozen=True, slots=True)
class Balance:
    """An account on a day (BAL-1): ``usable`` is what can be redeemed, never below zero."""

    on: dt.date
    book: int
    usable: int
    arrears: int
    lots: tuple[LotBalance, ...]
    is_closed: bool


@dataclass(frozen=True, slots=True)
class HistoryPosting:
    """One movement within a transaction; ``lot_id`` is None where arrears arose or were paid."""

    points: int
    contra: str
    contra_party_id: UUID | None
    source_id: UUID | None
    lot_id: UUID | None
    usable_through: dt.date | None


@dataclass(frozen=True, slots=True)
class HistoryEntry:
    """One transaction as the statement shows it.

    A lapse that is true but not yet recorded has no sequence and no ``recorded_at``.
    """

    sequence: int | None
    kind: str
    value_on: dt.date
    recorded_at: dt.datetime | None
    points: int
    actor: str
    reason: str
    postings: tuple[HistoryPosting, ...]


def is_closed(account_id: UUID) -> bool:
    """Return whether the membership of the account has ended."""
    return Account.objects.get(id=account_id).closed_at is not None


def get_balance(account_id: UUID, *, on: dt.date) -> Balance:
    """Return the balance on that day, past or to come, whether or not the lapse job has run.

    A day in the past is read from the postings whose value day had come by then.
    """
    account = Account.objects.get(id=account_id)
    if Transaction.objects.filter(account=account, value_on__gt=on).exists():
        remaining, arrears = _as_of(account, on)
        lots = list(Lot.objects.filter(account=account, id__in=list(remaining)))
    else:
        lots = list(Lot.objects.filter(account=account, remaining__gt=0))
        remaining, arrears = {lot.id: lot.remaining for lot in lots}, account.arrears
    balances = sorted(
        (_lot_balance(lot, remaining[lot.id], on) for lot in lots),
        key=lambda lot: (lot.usable_through, lot.first_posted_on, lot.id),
    )
    usable = sum(lot.remaining for lot in balances if lot.is_usable)
    return Balance(
        on=on,
        book=sum(remaining.values()) - arrears,
        usable=max(0, usable - arrears),
        arrears=arrears,
        lots=tuple(balances),
        is_closed=account.closed_at is not None,
    )


def find_lot(account_id: UUID, lot_id: UUID, *, on: dt.date) -> LotBalance | None:
    """Return one lot as it stood on that day, whether or not it still held points."""
    lot = Lot.objects.filter(account_id=account_id, id=lot_id).first()
    if lot is None:
        return None
    counted = Transaction.objects.filter(account_id=account_id, value_on__lte=on).values("id")
    postings = Posting.objects.filter(account_id=account_id, lot_id=lot_id, transaction_id__in=counted)
    return _lot_balance(lot, postings.aggregate(points=Sum("points"))["points"] or 0, on)


def get_history(account_id: UUID, *, on: dt.date, limit: int | None = None) -> list[HistoryEntry]:
    """Return what counts by that day, the latest first; lapses that are true but not recorded are among them."""
    written = Transaction.objects.filter(account_id=account_id, value_on__lte=on).order_by("-sequence")
    transactions = list(written[:limit] if limit else written)
    postings = _postings_of(account_id, transactions)
    recorded = [
        HistoryEntry(
            sequence=one.sequence,
            kind=one.kind,
            value_on=one.value_on,
            recorded_at=one.recorded_at,
            points=sum(posting.points for posting in postings.get(one.id, ())),
            actor=one.actor,
            reason=one.reason,
            postings=tuple(postings.get(one.id, ())),
        )
        for one in transactions
    ]
    return sorted(
        [*_lapses_not_recorded(account_id, on), *recorded],
        key=lambda entry: (entry.value_on, entry.sequence is None, entry.sequence or 0),
        reverse=True,
    )[:limit]


def _as_of(account: Account, on: dt.date) -> tuple[dict[UUID, int], int]:
    counted = Transaction.objects.filter(account=account, value_on__lte=on).values("id")
    sums = (
        Posting.objects.filter(account=account, transaction_id__in=counted)
        .values_list("lot_id")
        .annotate(points=Sum("points"))
    )
    by_lot = dict(sums)
    arrears = -by_lot.pop(None, 0)
    return {lot_id: points for lot_id, points in by_lot.items() if points}, arrears


def _lot_balance(lot: Lot, remaining: int, on: dt.date) -> LotBalance:
    return LotBalance(
        id=lot.id,
        kind=lot.kind,
        usable_through=lot.usable_through,
        first_posted_on=lot.first_posted_on,
        remaining=remaining,
        is_usable=is_usable(lot.usable_through, on=on),
        origin_lot_id=lot.origin_lot_id,
    )


def _postings_of(account_id: UUID, transactions: list[Transaction]) -> dict[UUID, list[HistoryPosting]]:
    by_transaction: dict[UUID, list[HistoryPosting]] = {}
    rows = list(
        Posting.objects.filter(account_id=account_id, transaction_id__in=[one.id for one in transactions]).order_by(
            "id"
        )
    )
    lot_ids = {row.lot_id for row in rows}
    through = dict(Lot.objects.filter(account_id=account_id, id__in=lot_ids).values_list("id", "usable_through"))
    for row in rows:
        by_transaction.setdefault(row.transaction_id, []).append(
            HistoryPosting(
                points=row.points,
                contra=row.contra,
                contra_party_id=row.contra_party_id,
                source_id=row.source_id,
                lot_id=row.lot_id,
                usable_through=through.get(row.lot_id) if row.lot_id else None,
            )
        )
    return by_transaction


def _lapses_not_recorded(account_id: UUID, on: dt.date) -> list[HistoryEntry]:
    due = [lot for lot in get_balance(account_id, on=on).lots if not lot.is_usable]
    return [
        HistoryEntry(
            sequence=None,
            kind=Transaction.Kind.LAPSE,
            value_on=lot.usable_through + dt.timedelta(days=1),
            recorded_at=None,
            points=-lot.remaining,
            actor="",
            reason="",
            postings=(HistoryPosting(-lot.remaining, Posting.Contra.LAPSED, None, None, lot.id, lot.usable_through),),
        )
        for lot in due
    ]
