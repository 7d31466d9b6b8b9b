"""Another expiry date for points already issued, account by account (EXP-4)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from uuid import UUID

from django.db.models import Sum

from pointclub.audit import services as audit
from pointclub.foundation.actors import Actor
from pointclub.foundation.acts import act
from pointclub.points.models import ChangeRequest, Lot, Posting, Transaction
from pointclub.points.services.book import Book, Entry, Leg, LotName, open_book
from pointclub.points.services.refusals import AlreadyDecidedError, UnknownRequestError

Contra = Posting.Contra


def carry_out_extension(*, request_id: UUID, at: dt.datetime, actor: Actor) -> Iterator[int]:
    """Move the selected points into lots of the new day; yield the points moved, one account at a time.

    Stopped midway and run again it goes on with the accounts that are left: each account has one transaction for
    the announcement. A lot's own day never changes.

    Raises:
        AlreadyDecidedError: the request is not approved, or carried out already.
    """
    request = ChangeRequest.objects.filter(id=request_id, kind=ChangeRequest.Kind.EXTEND).first()
    if request is None:
        message = f"There is no request for an extension {request_id}."
        raise UnknownRequestError(message)
    if request.state != ChangeRequest.State.APPROVED:
        message = f"Only an approved request is carried out; this one is {request.get_state_display()}."
        raise AlreadyDecidedError(message, state=request.state)
    accounts = points = 0
    for account_id in _selected_accounts(request):
        moved = _extend_account(account_id, request, at=at, actor=actor)
        if moved:
            accounts, points = accounts + 1, points + moved
            yield moved
    _finish(request, at=at, actor=actor, accounts=accounts, points=points)


def count_selected_accounts(request: ChangeRequest) -> int:
    """Return in how many accounts the announcement finds lots, for the progress bar."""
    return len(_selected_accounts(request))


def _selected_accounts(request: ChangeRequest) -> list[UUID]:
    lots = Lot.objects.filter(usable_through__range=(request.lots_usable_from, request.lots_usable_through))
    if request.account_id is not None:
        lots = lots.filter(account_id=request.account_id)
    if not request.includes_lapsed:
        lots = lots.filter(remaining__gt=0)
    return list(lots.order_by("account_id").values_list("account_id", flat=True).distinct())


@act
def _finish(request: ChangeRequest, *, at: dt.datetime, actor: Actor, **figures: int) -> None:
    ChangeRequest.objects.filter(id=request.id).update(state=ChangeRequest.State.CARRIED_OUT)
    subject = audit.Subject("change_request", request.id)
    audit.record_act(act="points.carry_out_extension", actor=actor, subject=subject, at=at, details=figures)


@act
def _extend_account(account_id: UUID, request: ChangeRequest, *, at: dt.datetime, actor: Actor) -> int:
    book = open_book(account_id, at=at)
    key = f"extend:{request.id}"
    if book.account.closed_at is not None or book.find(key):
        return 0
    legs: list[Leg] = []
    selected = Lot.objects.filter(
        account=book.account,
        usable_through__range=(request.lots_usable_from, request.lots_usable_through),
        usable_through__lt=request.usable_through,
    )
    for lot in selected.order_by("usable_through", "first_posted_on", "id"):
        legs += _legs_of(book, lot, request)
    if not legs:
        return 0
    entry = Entry(Transaction.Kind.EXTEND, key, at, actor, approval_id=request.id, reason=request.reason)
    book.write(entry, book.paying_arrears_first(legs))
    return sum(leg.points for leg in legs if leg.points > 0 and leg.contra is Contra.MOVED)


def _legs_of(book: Book, lot: Lot, request: ChangeRequest) -> list[Leg]:
    assert request.usable_through is not None
    book.lots[lot.id] = lot
    lapsed = 0
    if request.includes_lapsed:
        net = Posting.objects.filter(account=book.account, lot_id=lot.id, contra=Contra.LAPSED)
        lapsed = -(net.aggregate(points=Sum("points"))["points"] or 0)
    moved = lot.remaining + lapsed
    if not moved:
        return []
    later = book.lot_named(LotName(Lot.Kind.EXTENDED, request.usable_through, book.account.id, lot.id))
    revived = [Leg(lot, lapsed, Contra.LAPSED)] if lapsed else []
    return [*revived, Leg(lot, -moved, Contra.MOVED), Leg(later, moved, Contra.MOVED)]
