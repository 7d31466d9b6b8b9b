"""Points moved to another account by way of exception, with their dates (BAL-3)."""

from __future__ import annotations

import datetime as dt

from pointclub.foundation.actors import Actor
from pointclub.foundation.acts import act
from pointclub.points.models import ChangeRequest, Lot, Posting, Transaction
from pointclub.points.services.book import Entry, Leg, LotName, open_books
from pointclub.points.services.refusals import AccountClosedError, InsufficientPointsError


@act
def carry_out_transfer(request: ChangeRequest, *, at: dt.datetime, actor: Actor) -> Transaction:
    """Move the points in the order of use; every lot keeps its last day. Return the receiver's transaction.

    Raises:
        InsufficientPointsError: the giver cannot use that many.
        AccountClosedError: one of the memberships has ended.
    """
    assert request.account_id is not None
    assert request.to_account_id is not None
    assert request.points is not None
    books = open_books((request.account_id, request.to_account_id), at=at)
    giver, receiver = books[request.account_id], books[request.to_account_id]
    if giver.account.closed_at is not None or receiver.account.closed_at is not None:
        message = "One of the memberships has ended; its account can neither give nor receive."
        raise AccountClosedError(message)
    if request.points > giver.usable_balance():
        raise InsufficientPointsError(requested=request.points, available=giver.usable_balance())
    entry = Entry(
        Transaction.Kind.TRANSFER,
        f"transfer:{request.id}",
        at,
        actor,
        approval_id=request.id,
        reason=request.reason,
    )
    leaving: list[Leg] = []
    arriving: list[Leg] = []
    for part in giver.take(request.points)[0]:
        lot = giver.lots[part.lot_id]
        leaving.append(Leg(lot, -part.points, Posting.Contra.TRANSFERRED, source_id=request.id))
        name = LotName(Lot.Kind.TRANSFERRED, lot.usable_through, giver.account.id, lot.id)
        arriving.append(Leg(receiver.lot_named(name), part.points, Posting.Contra.TRANSFERRED, source_id=request.id))
    giver.write(entry, leaving)
    return receiver.write(entry, receiver.paying_arrears_first(arriving))
