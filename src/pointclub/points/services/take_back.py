"""A sale was cancelled or corrected downwards: its points are taken back (ACC-7, ACC-8)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from pointclub.foundation.actors import Actor
from pointclub.foundation.acts import act
from pointclub.points.models import Account, Lot, Posting, Transaction
from pointclub.points.queries.tracing import LotFamily, lot_family, trace_source
from pointclub.points.rules.expiry import is_usable
from pointclub.points.rules.tracing import Share
from pointclub.points.services.book import Book, Entry, Leg, open_books
from pointclub.points.services.restore import forfeited_by_lot

Contra = Posting.Contra


@dataclass(frozen=True, slots=True)
class GrantToReduce:
    """A posted grant whose figure falls from ``points_before`` to ``points_after``; ``source_id`` names it."""

    source_id: UUID
    points_before: int
    points_after: int


@dataclass(frozen=True, slots=True)
class TakenBack:
    """What was taken: from lots, as arrears, and what was left alone because it had lapsed unused."""

    transaction_id: UUID | None
    from_lots: int
    as_arrears: int
    lapsed_before: int


@act
def take_back_points(
    *,
    account_id: UUID,
    grants: Sequence[GrantToReduce],
    key: str,
    at: dt.datetime,
    actor: Actor,
    reason: str,
) -> TakenBack:
    """Take back the difference: first from the very lot, then from others in the order of use, then as arrears.

    Where the grant's points were moved on to another lot, that one is theirs as well, after the first; a lot into which
    only other points of the very lot went is not.

    What had lapsed unused of a grant is its last part, so a reduction meets it first: that part changes from lapsed to
    taken back, and no other point is taken for it. On an account whose membership has ended the reduction falls on what
    could be restored; where that was restored already, on the account that has it.
    """
    chain = _chain(account_id)
    books = open_books(chain, at=at)
    target = books[chain[-1]]
    held = _held(target)
    legs: dict[UUID, list[Leg]] = {one: [] for one in chain}
    lapsed = 0
    for grant in grants:
        posting = Posting.objects.get(
            account_id=account_id, source_id=grant.source_id, points__gt=0, contra__in=[Contra.MERCHANT, Contra.BILLS]
        )
        assert posting.lot_id is not None
        family = lot_family(chain, account_id, posting.lot_id)
        shares = _shares(family, grant.source_id, on=target.on)
        reduction = grant.points_before - grant.points_after
        for lot, lost_to, points in _lost_unused(family, shares, on=target.on):
            met = min(points, reduction)
            if met:
                books[lot.account_id].lots.setdefault(lot.id, lot)
                legs[lot.account_id] += (Leg(lot, met, lost_to, None, grant.source_id), _leg(lot, met, posting))
                reduction -= met
                lapsed += met
        own = [lot.id for lot in family.lots if lot.id == posting.lot_id or lot.id in shares]
        legs[target.account.id] += _take(target, held, own, posting, reduction)
    return _write(books, legs, Entry(Transaction.Kind.TAKE_BACK, key, at, actor, reason=reason), lapsed)


def _write(books: dict[UUID, Book], legs: dict[UUID, list[Leg]], entry: Entry, lapsed: int) -> TakenBack:
    written = {one: books[one].write(entry, its_legs) for one, its_legs in legs.items() if its_legs}
    issued = [leg for its_legs in legs.values() for leg in its_legs if leg.points < 0]
    return TakenBack(
        # Books are in the order of the chain, so the last is that of the account that lives on.
        transaction_id=next(reversed(written.values())).id if written else None,
        from_lots=-sum(leg.points for leg in issued if leg.lot is not None) - lapsed,
        as_arrears=-sum(leg.points for leg in issued if leg.lot is None),
        lapsed_before=lapsed,
    )


def _chain(account_id: UUID) -> list[UUID]:
    """Return the account and those its points were restored into, in that order."""
    chain = [account_id]
    while True:
        successor = Account.objects.get(id=chain[-1]).restored_into_id
        if successor is None:
            return chain
        chain.append(successor)


def _held(target: Book) -> dict[UUID, int]:
    """Return what can be taken from each lot, in the order of use: what remains, or what could be restored."""
    if target.account.closed_at is None:
        return {lot.id: lot.remaining for lot in target.usable_lots()}
    restorable = forfeited_by_lot(target.account, on=target.on)
    for lot, _ in restorable:
        target.lots.setdefault(lot.id, lot)
    return {lot.id: points for lot, points in restorable}


def _shares(family: LotFamily, source_id: UUID, *, on: dt.date) -> dict[UUID, Share]:
    """Return what became of the source's points, lot by lot; nothing where one lot has them all and is still usable."""
    if len(family.lots) == 1 and is_usable(family.lots[0].usable_through, on=on):
        return {}
    return {lot_id: share for lot_id, share in trace_source(family, source_id).items() if share != Share()}


def _lost_unused(family: LotFamily, shares: dict[UUID, Share], *, on: dt.date) -> list[tuple[Lot, Posting.Contra, int]]:
    """Return what lapsed unused of a source, lot by lot; what is forfeited and past its day has lapsed too."""
    return [
        (lot, contra, points)
        for lot in family.lots
        if lot.id in shares and not is_usable(lot.usable_through, on=on)
        for contra, points in ((Contra.LAPSED, shares[lot.id].lapsed), (Contra.FORFEITED, shares[lot.id].forfeited))
    ]


def _take(target: Book, held: dict[UUID, int], own: list[UUID], grant: Posting, points: int) -> list[Leg]:
    legs: list[Leg] = []
    first = [lot_id for lot_id in own if lot_id in held]
    for lot_id in [*first, *(other for other in held if other not in first)]:
        taken = min(held[lot_id], points)
        if not taken:
            continue
        held[lot_id] -= taken
        points -= taken
        lot = target.lots[lot_id]
        if target.account.closed_at is not None:
            legs.append(Leg(lot, taken, Contra.FORFEITED, None, grant.source_id))
        legs.append(_leg(lot, taken, grant))
    if points:
        legs.append(_leg(None, points, grant))
    return legs


def _leg(lot: Lot | None, points: int, grant: Posting) -> Leg:
    return Leg(lot, -points, Contra(grant.contra), grant.contra_party_id, grant.source_id)
