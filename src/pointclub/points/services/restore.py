"""Who comes back in time gets back what had not lapsed (END-6)."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from django.db.models import Sum

from pointclub.foundation.actors import Actor
from pointclub.foundation.acts import act
from pointclub.foundation.refusals import Refusal
from pointclub.points.models import Account, Lot, Posting, Transaction
from pointclub.points.rules.expiry import is_usable
from pointclub.points.services.book import Book, Entry, Leg, LotName, open_books

Contra = Posting.Contra


class NotRestorableError(Refusal):
    """The old account is not closed, or its points went to another membership already."""

    code = "not_restorable"


@act
def restore_points(*, from_account_id: UUID, to_account_id: UUID, at: dt.datetime, actor: Actor) -> int:
    """Move every forfeited lot that is not past its last day to the new account, with its old day.

    A negative balance comes back as well (END-7) and is paid first. A second call moves only what was forfeited
    since; where the new membership has ended meanwhile, that is forfeited there too, and goes on to whoever had the
    points restored from it. Return the points that came back, before arrears.

    Raises:
        NotRestorableError: the old account is open, or was restored into another one.
    """
    books = open_books((from_account_id, to_account_id), at=at)
    old, new = books[from_account_id], books[to_account_id]
    is_first = old.account.restored_into_id is None
    is_barred = is_first and new.account.closed_at is not None
    if old.account.closed_at is None or is_barred or old.account.restored_into_id not in {None, to_account_id}:
        message = "These points cannot be restored: the membership has not ended, or they were restored before."
        raise NotRestorableError(message)
    old.account.restored_into = new.account
    leaving, arriving = _legs(old, new)
    if not leaving:
        old.account.save(update_fields=["restored_into"])
        return 0
    key = f"restore:{old.account.last_sequence + 1}"
    old.write(Entry(Transaction.Kind.RESTORE, key, at, actor), leaving)
    entry = Entry(Transaction.Kind.RESTORE, f"{key}:{old.account.id}", at, actor)
    if new.account.closed_at is None:
        new.write(entry, new.paying_arrears_first(arriving))
    else:
        forfeited = [Leg(leg.lot, -leg.points, Contra.FORFEITED) for leg in arriving if leg.lot is not None]
        new.write(entry, [*arriving, *forfeited])
        carry_on_to_successor(new.account, at=at, actor=actor)
    return sum(leg.points for leg in arriving if leg.lot is not None)


def carry_on_to_successor(account: Account, *, at: dt.datetime, actor: Actor) -> None:
    """Move what was forfeited after the restoration to where the rest went."""
    if account.restored_into_id is not None:
        restore_points(from_account_id=account.id, to_account_id=account.restored_into_id, at=at, actor=actor)


def forfeited_by_lot(account: Account, *, on: dt.date) -> list[tuple[Lot, int]]:
    """Return the lots that a restoration on that day would bring back, with their points, in the order of use."""
    net = (
        Posting.objects.filter(account=account, contra=Contra.FORFEITED)
        .values("lot_id")
        .annotate(points=Sum("points"))
        .filter(points__lt=0)
    )
    points = {row["lot_id"]: -row["points"] for row in net}
    lots = Lot.objects.filter(account=account, id__in=list(points)).order_by("usable_through", "first_posted_on", "id")
    return [(lot, points[lot.id]) for lot in lots if is_usable(lot.usable_through, on=on)]


def _legs(old: Book, new: Book) -> tuple[list[Leg], list[Leg]]:
    leaving: list[Leg] = []
    arriving: list[Leg] = []
    for lot, points in forfeited_by_lot(old.account, on=old.on):
        old.lots[lot.id] = lot
        leaving += [Leg(lot, points, Contra.FORFEITED), Leg(lot, -points, Contra.RESTORED)]
        name = LotName(Lot.Kind.RESTORED, lot.usable_through, old.account.id, lot.id)
        arriving.append(Leg(new.lot_named(name), points, Contra.RESTORED))
    if old.account.arrears:
        leaving.append(Leg(None, old.account.arrears, Contra.RESTORED))
        arriving.append(Leg(None, -old.account.arrears, Contra.RESTORED))
    return leaving, arriving
