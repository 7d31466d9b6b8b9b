"""Portion by portion, where points went and where those used came from (BAL-4).

Accounts are given as a succession: an account, after those whose points were restored into it, and before those that
its own were restored into. A story may begin in one and end in another.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from pointclub.points.models import Lot, Posting
from pointclub.points.queries.arrears import Payments, read_payments
from pointclub.points.queries.tracing import Act, read_postings
from pointclub.points.rules.expiry import is_usable
from pointclub.points.rules.movements import TracedPosting
from pointclub.points.rules.slices import Portion, Slice, State
from pointclub.points.rules.tracing import replay

Contra = Posting.Contra


class Fate(StrEnum):
    """Where a portion of points ended; what is forfeited can come back with the membership."""

    LEFT = "left"
    REDEEMED = "redeemed"
    LAPSED = "lapsed"
    FORFEITED = "forfeited"
    TRANSFERRED = "transferred"
    ADJUSTED = "adjusted"
    PAID_ARREARS = "paid_arrears"
    TAKEN_BACK = "taken_back"  # unused, with the sale that gave them
    TAKEN_FOR_ANOTHER = "taken_for_another"  # for a sale that was undone when its own points were gone


@dataclass(frozen=True, slots=True)
class Stop:
    """A lot that points lay in: since which day, and the kind of act that brought them."""

    account_id: UUID
    lot_id: UUID
    lot_kind: str
    usable_through: dt.date
    since: dt.date
    brought_by: str


@dataclass(frozen=True, slots=True)
class Flow:
    """Points of one grant that took the same way to the same end.

    ``went_to`` is the redemption line, the request (transferred, adjusted) or the accrual part for which points were
    owed or taken. A lapse that is true but not recorded yet has its day, and no ``ended_by``.
    """

    grant: Act
    points: int
    fate: Fate
    stops: tuple[Stop, ...]
    ended_on: dt.date | None
    ended_by: Act | None
    went_to: UUID | None


def trace_flows(account_ids: Sequence[UUID], source_ids: Collection[UUID], *, on: dt.date) -> tuple[Flow, ...]:
    """Return where the points of the sources went: all that was ever granted for them, in the order of posting."""
    granted = Posting.objects.filter(account_id__in=account_ids, source_id__in=source_ids, points__gt=0)
    flows = _trace(account_ids, set(granted.values_list("lot_id", flat=True)), on=on)
    return tuple(flow for flow in flows if flow.grant.source_id in source_ids)


def trace_line(account_ids: Sequence[UUID], line_id: UUID, *, on: dt.date) -> tuple[Flow, ...]:
    """Return which points went to the redemption line and did not come back."""
    taken = Posting.objects.filter(account_id__in=account_ids, source_id=line_id, contra=Contra.REDEEMED)
    flows = _trace(account_ids, set(taken.values_list("lot_id", flat=True)), on=on)
    return tuple(flow for flow in flows if flow.fate is Fate.REDEEMED and flow.went_to == line_id)


def trace_lots(account_ids: Sequence[UUID], lot_ids: Collection[UUID], *, on: dt.date) -> tuple[Flow, ...]:
    """Return the points that lie in the lots, in the order in which they will be used."""
    flows = _trace(account_ids, set(lot_ids), on=on)
    return tuple(flow for flow in flows if flow.stops[-1].lot_id in lot_ids and flow.ended_by is None)


def _trace(account_ids: Sequence[UUID], lot_ids: Collection[UUID | None], *, on: dt.date) -> Iterator[Flow]:
    lots = {lot.id: lot for lot in Lot.objects.filter(account_id__in=account_ids)}
    family = _family(lots, lot_ids)
    payments = read_payments(account_ids)
    origins = {lot_id: lots[lot_id].origin_lot_id for lot_id in family}
    for lot in replay(read_postings(account_ids, origins)).values():
        for portion in lot.portions():
            yield from _flows_of(portion, lots, payments, on=on)


def _family(lots: dict[UUID, Lot], lot_ids: Collection[UUID | None]) -> list[UUID]:
    """Return the lots, those that points came into them from, and all that points went on to from there."""
    children: dict[UUID, list[UUID]] = {}
    for lot in lots.values():
        if (parent := _parent(lot, lots)) is not None:
            children.setdefault(parent, []).append(lot.id)
    family = []
    for lot_id in lot_ids:
        first = lot_id
        while first is not None:
            root, first = first, _parent(lots[first], lots)
        family.append(root)
    family = list(dict.fromkeys(family))
    for lot_id in family:
        family += children.get(lot_id, [])
    return family


def _parent(lot: Lot, lots: dict[UUID, Lot]) -> UUID | None:
    """Return the lot that points were moved out of; transferred ones begin anew (decision 10)."""
    is_moved = lot.kind != Lot.Kind.TRANSFERRED and lot.origin_lot_id in lots
    return lot.origin_lot_id if is_moved else None


_FATES = {
    State.LEFT: Fate.LEFT,
    State.LAPSED: Fate.LAPSED,
    State.FORFEITED: Fate.FORFEITED,
    State.TAKEN_BACK: Fate.TAKEN_BACK,
}
_USES = {
    Contra.REDEEMED: Fate.REDEEMED,
    Contra.TRANSFERRED: Fate.TRANSFERRED,
    Contra.ADJUSTED: Fate.ADJUSTED,
    Contra.ARREARS: Fate.PAID_ARREARS,
    Contra.MERCHANT: Fate.TAKEN_FOR_ANOTHER,
    Contra.BILLS: Fate.TAKEN_FOR_ANOTHER,
}


def _flows_of(portion: Portion, lots: dict[UUID, Lot], payments: Payments, *, on: dt.date) -> Iterator[Flow]:
    grant = _act(portion.slice.granted_by)
    stops = _stops(portion.slice, lots)
    if portion.ended_by is None:
        last = stops[-1].usable_through
        has_lapsed = not is_usable(last, on=on)
        fate, ended_on = (Fate.LAPSED, last + dt.timedelta(days=1)) if has_lapsed else (Fate.LEFT, None)
        yield Flow(grant, portion.points, fate, stops, ended_on, None, None)
        return
    by = _act(portion.ended_by)
    fate = _USES[Contra(by.contra)] if portion.state is State.USED else _FATES[portion.state]
    shares = [(by.source_id, portion.points)]
    if fate is Fate.PAID_ARREARS:
        shares = list(payments.pay(by, portion.points))
    for went_to, points in shares:
        yield Flow(grant, points, fate, stops, by.value_on, by, went_to)


def _stops(piece: Slice, lots: dict[UUID, Lot]) -> tuple[Stop, ...]:
    way: list[Stop] = []
    here: Slice | None = piece
    while here is not None:
        lot, act = lots[here.arrived_by.lot], _act(here.arrived_by)
        way.append(Stop(lot.account_id, lot.id, lot.kind, lot.usable_through, act.value_on, act.kind))
        here = here.came_from
    return tuple(reversed(way))


def _act(posting: TracedPosting) -> Act:
    assert isinstance(posting.note, Act)
    return posting.note
