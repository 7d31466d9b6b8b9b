"""What an account holds on a day."""

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


def list_lots_through(account_id: UUID, usable_through: dt.date, *, on: dt.date) -> list[LotBalance]:
    """Return the lots whose last day that is, as they stood on a day, whether or not they still held points."""
    counted = Transaction.objects.filter(account_id=account_id, value_on__lte=on).values("id")
    lots = list(Lot.objects.filter(account_id=account_id, usable_through=usable_through))
    postings = Posting.objects.filter(account_id=account_id, lot_id__in=[lot.id for lot in lots])
    sums = postings.filter(transaction_id__in=counted).values_list("lot_id").annotate(points=Sum("points"))
    remaining = dict(sums)
    in_order = sorted(lots, key=lambda lot: (lot.first_posted_on, lot.id))
    return [_lot_balance(lot, remaining.get(lot.id, 0), on) for lot in in_order]


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
