"""Where the points of a source went, read from the books."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import connection

from pointclub.points.models import Lot, Posting
from pointclub.points.rules.movements import Movement, TracedPosting
from pointclub.points.rules.tracing import Share, trace

Contra = Posting.Contra

_IN = {
    Contra.REDEEMED: Movement.UNUSE,
    Contra.LAPSED: Movement.REVIVE,
    Contra.FORFEITED: Movement.UNFORFEIT,
    Contra.MOVED: Movement.MOVE_IN,
    Contra.RESTORED: Movement.RESTORE_IN,
}
_OUT = {
    Contra.LAPSED: Movement.LAPSE,
    Contra.FORFEITED: Movement.FORFEIT,
    Contra.MOVED: Movement.MOVE_OUT,
    Contra.RESTORED: Movement.RESTORE_OUT,
    Contra.MERCHANT: Movement.TAKE_BACK,
    Contra.BILLS: Movement.TAKE_BACK,
}

# Postings as they were recorded, one account after the other: those of a restoration leave before they arrive.
_POSTINGS = """
SELECT posting.lot_id, posting.points, posting.account_id, posting.id, posting.transaction_id, written.kind,
       posting.contra, posting.source_id, written.value_on, written.recorded_at, written.approval_id
FROM points_posting AS posting
JOIN points_transaction AS written ON written.account_id = posting.account_id AND written.id = posting.transaction_id
WHERE posting.account_id = ANY(%(accounts)s) AND {which}
ORDER BY array_position(%(accounts)s, posting.account_id), written.sequence, posting.id
"""
_OF_LOTS = _POSTINGS.format(which="posting.lot_id = ANY(%(lots)s) AND written.value_on <= %(through)s")
_WITHOUT_LOT = _POSTINGS.format(which="posting.lot_id IS NULL")


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


@dataclass(frozen=True, slots=True)
class Act:
    """A posting as whoever explains it needs it; ``kind`` is the transaction's, ``value_on`` the day it counts for."""

    account_id: UUID
    posting_id: UUID
    transaction_id: UUID
    kind: str
    contra: str
    source_id: UUID | None
    value_on: dt.date
    recorded_at: dt.datetime
    approval_id: UUID | None


def trace_source(family: LotFamily, source_id: UUID) -> dict[UUID, Share]:
    """Return what became of one source's points, for each lot of the family that has some of them."""
    origins = {lot.id: lot.origin_lot_id for lot in family.lots}
    accounts = list(dict.fromkeys(lot.account_id for lot in family.lots))
    traced = trace(read_postings(accounts, origins))
    return {lot_id: shares[source_id] for lot_id, shares in traced.items() if source_id in shares}


def read_postings(
    account_ids: Sequence[UUID], origins: Mapping[UUID, UUID | None], *, counted_through: dt.date = dt.date.max
) -> Iterator[TracedPosting]:
    """Yield the postings of the lots, given with their origins, as the trace reads them; each notes its act."""
    with connection.cursor() as cursor:
        cursor.execute(_OF_LOTS, {"accounts": list(account_ids), "lots": list(origins), "through": counted_through})
        for lot_id, points, *act in cursor:
            yield _traced(lot_id, points, Act(*act), origins[lot_id])


def read_arrears(account_ids: Collection[UUID]) -> Iterator[tuple[int, Act]]:
    """Yield the postings by which arrears arose, were paid or went with the membership, with their points."""
    with connection.cursor() as cursor:
        cursor.execute(_WITHOUT_LOT, {"accounts": list(account_ids)})
        for _, points, *act in cursor:
            yield points, Act(*act)


def _traced(lot_id: UUID, points: int, act: Act, origin_lot_id: UUID | None) -> TracedPosting:
    contra = Contra(act.contra)
    movement = _IN.get(contra, Movement.GRANT) if points > 0 else _OUT.get(contra, Movement.USE)
    # A redemption names its line, not a source of points.
    source_id, line_id = (None, act.source_id) if contra is Contra.REDEEMED else (act.source_id, None)
    return TracedPosting(lot_id, movement, abs(points), source_id, origin_lot_id, line_id, act)
