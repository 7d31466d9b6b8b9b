"""Where the points of a source went, read from the books."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from pointclub.points.models import Lot, Posting, Transaction
from pointclub.points.rules.tracing import Movement, Share, TracedPosting, trace

Contra = Posting.Contra

_IN = {
    Contra.REDEEMED: Movement.UNUSE,
    Contra.LAPSED: Movement.REVIVE,
    Contra.FORFEITED: Movement.UNFORFEIT,
    Contra.MOVED: Movement.MOVE_IN,
    Contra.RESTORED: Movement.MOVE_IN,
}
_OUT = {
    Contra.LAPSED: Movement.LAPSE,
    Contra.FORFEITED: Movement.FORFEIT,
    Contra.MOVED: Movement.MOVE_OUT,
    Contra.RESTORED: Movement.MOVE_OUT,
    Contra.MERCHANT: Movement.TAKE_BACK,
    Contra.BILLS: Movement.TAKE_BACK,
}


@dataclass(frozen=True, slots=True)
class LotFamily:
    """A lot and all those its points were moved on to, the first one first, over the given accounts."""

    account_ids: tuple[UUID, ...]
    lots: tuple[Lot, ...]


def lot_family(account_ids: Sequence[UUID], account_id: UUID, lot_id: UUID) -> LotFamily:
    """Return the lot and its descendants within the accounts (a chain of restorations, or one account)."""
    family = list(Lot.objects.filter(account_id=account_id, id=lot_id))
    for parent in family:
        family += Lot.objects.filter(
            account_id__in=account_ids, origin_account_id=parent.account_id, origin_lot_id=parent.id
        ).order_by("usable_through", "first_posted_on", "id")
    return LotFamily(tuple(account_ids), tuple(family))


def trace_source(family: LotFamily, source_id: UUID) -> dict[UUID, Share]:
    """Return what became of one source's points, for each lot of the family that has some of them."""
    origins = {lot.id: lot.origin_lot_id for lot in family.lots}
    traced = trace(_traced(posting, origins) for posting in _postings(family))
    return {lot_id: shares[source_id] for lot_id, shares in traced.items() if source_id in shares}


def _postings(family: LotFamily) -> list[Posting]:
    """Return the family's postings as they were recorded; those of a restoration leave before they arrive."""
    found: list[tuple[int, int, Posting]] = []
    order = list(dict.fromkeys(lot.account_id for lot in family.lots))
    for place, account_id in enumerate(order):
        lot_ids = [lot.id for lot in family.lots if lot.account_id == account_id]
        postings = Posting.objects.filter(account_id=account_id, lot_id__in=lot_ids)
        written = Transaction.objects.filter(account_id=account_id, id__in=postings.values("transaction_id"))
        sequences = dict(written.values_list("id", "sequence"))
        found += ((place, sequences[posting.transaction_id], posting) for posting in postings.order_by("id"))
    found.sort(key=lambda row: row[:2])
    return [posting for _, _, posting in found]


def _traced(posting: Posting, origins: dict[UUID, UUID | None]) -> TracedPosting:
    contra = Contra(posting.contra)
    assert posting.lot_id is not None
    movement = _IN.get(contra, Movement.GRANT) if posting.points > 0 else _OUT.get(contra, Movement.USE)
    # A redemption names its line, not a source of points.
    source_id = None if contra is Contra.REDEEMED else posting.source_id
    return TracedPosting(posting.lot_id, movement, abs(posting.points), source_id, origins.get(posting.lot_id))
