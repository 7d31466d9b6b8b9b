"""Points added or taken by hand, after two people have agreed (STF-2)."""

from __future__ import annotations

import datetime as dt

from pointclub.foundation.actors import Actor
from pointclub.foundation.acts import act
from pointclub.points.models import ChangeRequest, Lot, Posting, Transaction
from pointclub.points.rules.expiry import usable_through
from pointclub.points.services.book import Book, Entry, Leg, LotName, open_book
from pointclub.points.services.refusals import AccountClosedError, InsufficientPointsError
from pointclub.program import queries as program


@act
def carry_out_adjustment(request: ChangeRequest, *, at: dt.datetime, actor: Actor) -> Transaction:
    """Write the adjustment.

    Raises:
        InsufficientPointsError: more would be taken than can be used.
        AccountClosedError: the membership has ended.
    """
    assert request.account_id is not None
    assert request.points is not None
    book = open_book(request.account_id, at=at)
    if book.account.closed_at is not None:
        message = "The membership has ended; its account cannot be adjusted."
        raise AccountClosedError(message)
    entry = Entry(
        Transaction.Kind.ADJUST,
        f"adjust:{request.id}",
        at,
        actor,
        approval_id=request.id,
        reason=request.reason,
    )
    if request.points > 0:
        lot = book.lot_named(_lot_name(request, book))
        leg = Leg(lot, request.points, Posting.Contra.ADJUSTED, source_id=request.id)
        return book.write(entry, book.paying_arrears_first([leg]))
    if -request.points > book.usable_balance():
        raise InsufficientPointsError(requested=-request.points, available=book.usable_balance())
    parts, _ = book.take(-request.points)
    return book.write(
        entry,
        [Leg(book.lots[part.lot_id], -part.points, Posting.Contra.ADJUSTED, source_id=request.id) for part in parts],
    )


def _lot_name(request: ChangeRequest, book: Book) -> LotName:
    if request.usable_through is not None:
        return LotName(Lot.Kind.SPECIAL, request.usable_through)
    months = program.get_version(on=book.on).validity_months
    return LotName(Lot.Kind.ORDINARY, usable_through(book.on, months=months))
