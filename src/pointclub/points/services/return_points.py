"""Points of a redemption that could not be delivered go back (RED-8)."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from pointclub.foundation.actors import Actor
from pointclub.foundation.acts import act
from pointclub.points.models import Lot, Posting, Transaction
from pointclub.points.rules.expiry import is_usable, usable_through_after_return
from pointclub.points.rules.taking import Part, give_back
from pointclub.points.services.book import Book, Entry, Leg, LotName, open_book
from pointclub.points.services.refusals import ReturnExceedsLineError, require_points
from pointclub.points.services.restore import carry_on_to_successor
from pointclub.program import queries as program

Contra = Posting.Contra


@act
def return_points(
    *,
    account_id: UUID,
    line_id: UUID,
    points: int | None,
    key: str,
    at: dt.datetime,
    actor: Actor,
    reason: str,
) -> Transaction:
    """Give a line's points back to the lots they came from, with their old dates; ``None`` is all that is left.

    What came from a lot whose last day has passed goes into a lot through the end of the month after. Arrears are
    paid first. After a loss of membership the points are forfeited, and can come back with it (END-6).

    Raises:
        ReturnExceedsLineError: the line took less, or has got back part of it already.
    """
    book = open_book(account_id, at=at)
    if before := book.find(key):
        return before
    taken = _still_taken(book, line_id)
    rest = sum(part.points for part in taken)
    wanted = rest if points is None else require_points(points)
    if not rest or wanted > rest:
        message = f"{rest} points of this line are still taken; {wanted} cannot go back. Nothing was changed."
        raise ReturnExceedsLineError(message, still_taken=rest, requested=wanted)
    legs: list[Leg] = []
    for part in give_back(wanted, taken=taken):
        legs += _legs_back(book, part, line_id)
    entry = Entry(Transaction.Kind.RETURN, key, at, actor, reason=reason)
    if book.account.closed_at is None:
        return book.write(entry, book.paying_arrears_first(legs))
    written = book.write(entry, legs)
    carry_on_to_successor(book.account, at=at, actor=actor)
    return written


def returned_so_far(*, account_id: UUID, line_id: UUID) -> int:
    """Return how many of the line's points have come back."""
    postings = Posting.objects.filter(account_id=account_id, source_id=line_id, contra=Contra.REDEEMED, points__gt=0)
    return sum(postings.values_list("points", flat=True))


def _still_taken(book: Book, line_id: UUID) -> list[Part]:
    by_lot: dict[UUID, int] = {}
    postings = Posting.objects.filter(account=book.account, source_id=line_id, contra=Contra.REDEEMED).order_by("id")
    for posting in postings:
        if posting.lot_id is not None:
            by_lot[posting.lot_id] = by_lot.get(posting.lot_id, 0) - posting.points
    return [Part(lot_id, points) for lot_id, points in by_lot.items() if points]


def _legs_back(book: Book, part: Part, line_id: UUID) -> list[Leg]:
    lot = book.lot(part.lot_id)
    legs = [Leg(lot, part.points, Contra.REDEEMED, source_id=line_id)]
    if not is_usable(lot.usable_through, on=book.on):
        months = program.get_version(on=book.on).return_validity_months
        name = LotName(Lot.Kind.RETURNED, usable_through_after_return(book.on, months=months), book.account.id, lot.id)
        later = book.lot_named(name)
        legs += [Leg(lot, -part.points, Contra.MOVED), Leg(later, part.points, Contra.MOVED)]
        lot = later
    if book.account.closed_at is not None:
        legs.append(Leg(lot, -part.points, Contra.FORFEITED))
    return legs
