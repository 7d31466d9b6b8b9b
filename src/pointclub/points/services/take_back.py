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

    What had lapsed unused of a grant is its last part, so a reduction meets it first, and it is not taken a second
    time. On an account whose membership has ended the reduction falls on what could be restored; where that was
    restored already, on the account that has it.
    """
    chain = _chain(account_id)
    books = open_books(chain, at=at)
    target = books[chain[-1]]
    held = _held(target)
    legs: list[Leg] = []
    lapsed = 0
    for grant in grants:
        posting = Posting.objects.get(
            account_id=account_id, source_id=grant.source_id, points__gt=0, contra__in=[Contra.MERCHANT, Contra.BILLS]
        )
        assert posting.lot_id is not None
        family = lot_family(list(books), account_id, posting.lot_id)
        excused = _lapsed_unused(family, posting, grant, target)
        reduction = grant.points_before - grant.points_after
        lapsed += min(excused, reduction)
        legs += _take(target, held, family, posting, max(0, reduction - excused))
    from_lots = -sum(leg.points for leg in legs if leg.lot is not None and leg.contra is not Contra.FORFEITED)
    as_arrears = -sum(leg.points for leg in legs if leg.lot is None)
    if not legs:
        return TakenBack(None, 0, 0, lapsed)
    written = target.write(Entry(Transaction.Kind.TAKE_BACK, key, at, actor, reason=reason), legs)
    return TakenBack(written.id, from_lots, as_arrears, lapsed)


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
    target.lots.update({lot.id: lot for lot, _ in restorable})
    return {lot.id: points for lot, points in restorable}


def _lapsed_unused(family: LotFamily, posting: Posting, grant: GrantToReduce, target: Book) -> int:
    """Return how much of the grant lapsed unused and was not yet set against an earlier reduction."""
    if all(lot.usable_through >= target.on for lot in family.lots):
        return 0
    traced = trace_source(family, grant.source_id, on=target.on)
    reduced_before = posting.points - grant.points_before
    excused_before = reduced_before - traced.taken_back
    return max(0, traced.share.lapsed - excused_before)


def _take(target: Book, held: dict[UUID, int], family: LotFamily, grant: Posting, points: int) -> list[Leg]:
    own = [lot.id for lot in family.lots if lot.id in held]
    legs: list[Leg] = []
    for lot_id in [*own, *(other for other in held if other not in own)]:
        taken = min(held[lot_id], points)
        if not taken:
            continue
        held[lot_id] -= taken
        points -= taken
        legs += _legs_from(target, target.lots[lot_id], taken, grant)
    if points:
        legs.append(_leg(None, points, grant))
    return legs


def _legs_from(target: Book, lot: Lot, points: int, grant: Posting) -> list[Leg]:
    if target.account.closed_at is None:
        return [_leg(lot, points, grant)]
    return [Leg(lot, points, Contra.FORFEITED), _leg(lot, points, grant)]


def _leg(lot: Lot | None, points: int, grant: Posting) -> Leg:
    return Leg(lot, -points, Contra(grant.contra), grant.contra_party_id, grant.source_id)
