"""Portion by portion, where points went and where those used came from (BAL-4).

Accounts are given as a succession: an account, after those whose points were restored into it, and before those that
its own were restored into. A story may begin in one and end in another.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from uuid import UUID

from django.db.models import Q, Sum

from pointclub.points.models import Lot, Posting
from pointclub.points.queries.arrears import list_debts, read_payments
from pointclub.points.queries.tracing import Act, read_postings
from pointclub.points.rules.expiry import is_usable
from pointclub.points.rules.movements import Movement, TracedPosting
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


_GRANTING = (Contra.MERCHANT, Contra.BILLS)
_TAKEN = {Fate.TAKEN_BACK, Fate.TAKEN_FOR_ANOTHER, Fate.PAID_ARREARS}


@dataclass(frozen=True, slots=True)
class Stop:
    """A lot that points lay in, since which day, and by what kind of act.

    What moved them there is named: the redemption line that they came back from, or the request for another last day.
    """

    account_id: UUID
    lot_id: UUID
    lot_kind: str
    usable_through: dt.date
    since: dt.date
    brought_by: str
    line_id: UUID | None
    request_id: UUID | None


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

    @property
    def way(self) -> tuple[object, ...]:
        """What points with the same story have in common."""
        ended_by = self.ended_by.posting_id if self.ended_by else None
        stops = tuple((stop.lot_id, stop.since, stop.line_id, stop.request_id) for stop in self.stops)
        return (self.grant.posting_id, stops, self.fate, ended_by, self.went_to)

    @property
    def is_in_lot(self) -> bool:
        """Tell whether the books still have them in a lot."""
        return self.ended_by is None


def trace_flows(account_ids: Sequence[UUID], source_ids: Collection[UUID], *, on: dt.date) -> tuple[Flow, ...]:
    """Return where the points of the sources went: all that was ever granted for them, lot by lot."""
    granted = Posting.objects.filter(account_id__in=account_ids, source_id__in=source_ids, points__gt=0)
    traced = _Traced(account_ids, granted.values_list("lot_id", flat=True), on=on)
    return traced.flows(lambda flow: flow.grant.source_id in source_ids)


def trace_takings(account_ids: Sequence[UUID], source_ids: Collection[UUID], *, on: dt.date) -> tuple[Flow, ...]:
    """Return the points taken when the sources were reduced: their own, those of others, those that paid arrears."""
    taken = Posting.objects.filter(
        account_id__in=account_ids, source_id__in=source_ids, contra__in=_GRANTING, points__lt=0, lot_id__isnull=False
    )
    paid_by = [debt.paid_by for debt in list_debts(account_ids) if debt.source_id in source_ids]
    paid = Posting.objects.filter(
        account_id__in=account_ids,
        transaction_id__in={act.transaction_id for act in paid_by if act},
        contra=Contra.ARREARS,
        lot_id__isnull=False,
    )
    traced = _Traced(
        account_ids, [lot_id for one in (taken, paid) for lot_id in one.values_list("lot_id", flat=True)], on=on
    )
    return traced.flows(lambda flow: flow.fate in _TAKEN and flow.went_to in source_ids)


def sum_source(account_ids: Sequence[UUID], source_ids: Collection[UUID]) -> tuple[int, int]:
    """Return how many points were ever granted for the sources, and how many of them were taken back."""
    postings = Posting.objects.filter(account_id__in=account_ids, source_id__in=source_ids, contra__in=_GRANTING)
    sums = postings.aggregate(
        granted=Sum("points", filter=Q(points__gt=0)), taken=Sum("points", filter=Q(points__lt=0))
    )
    return sums["granted"] or 0, -(sums["taken"] or 0)


def trace_line(account_ids: Sequence[UUID], line_id: UUID, *, on: dt.date) -> tuple[Flow, ...]:
    """Return which points went to the redemption line and did not come back."""
    taken = Posting.objects.filter(account_id__in=account_ids, source_id=line_id, contra=Contra.REDEEMED)
    traced = _Traced(account_ids, taken.values_list("lot_id", flat=True), on=on)
    return traced.flows(lambda flow: flow.fate is Fate.REDEEMED and flow.went_to == line_id)


def trace_lots(account_ids: Sequence[UUID], lot_ids: Collection[UUID], *, on: dt.date) -> tuple[Flow, ...]:
    """Return the points that the lots held on that day in the order of use, and those that had lapsed in them."""
    traced = _Traced(account_ids, lot_ids, on=on, counted_through=on)
    return traced.flows(lambda flow: flow.stops[-1].lot_id in lot_ids and (flow.is_in_lot or flow.fate is Fate.LAPSED))


class _Traced:
    """The families of some lots, replayed."""

    def __init__(
        self,
        account_ids: Sequence[UUID],
        lot_ids: Iterable[UUID | None],
        *,
        on: dt.date,
        counted_through: dt.date = dt.date.max,
    ) -> None:
        self._on = on
        self._lots = {lot.id: lot for lot in Lot.objects.filter(account_id__in=account_ids)}
        self._returned_lines: dict[UUID, UUID | None] = {}
        origins = {lot_id: self._lots[lot_id].origin_lot_id for lot_id in self._family(lot_ids)}
        postings = read_postings(account_ids, origins, counted_through=counted_through)
        self._replayed = replay(self._noting_returns(postings)).values()
        self._payments = read_payments(account_ids)

    def flows(self, is_wanted: Callable[[Flow], bool]) -> tuple[Flow, ...]:
        """Return the flows wanted; what went the same way in several pieces is one."""
        found: dict[tuple[object, ...], Flow] = {}
        for lot in self._replayed:
            for portion in lot.portions():
                for flow in self._flows_of(portion):
                    if is_wanted(flow):
                        way = flow.way
                        same = found.get(way)
                        found[way] = replace(flow, points=flow.points + same.points) if same else flow
        return tuple(found.values())

    def _family(self, lot_ids: Iterable[UUID | None]) -> list[UUID]:
        """Return the lots, those that points came into them from, and all that points went on to from there."""
        children: dict[UUID, list[UUID]] = {}
        for lot in self._lots.values():
            if (parent := self._parent(lot)) is not None:
                children.setdefault(parent, []).append(lot.id)
        family = list({self._root(lot_id): None for lot_id in lot_ids if lot_id is not None})
        for lot_id in family:
            family += children.get(lot_id, [])
        return family

    def _root(self, lot_id: UUID) -> UUID:
        while (parent := self._parent(self._lots[lot_id])) is not None:
            lot_id = parent
        return lot_id

    def _parent(self, lot: Lot) -> UUID | None:
        """Return the lot that points were moved out of, where it is one of these accounts'."""
        return lot.origin_lot_id if lot.origin_lot_id in self._lots else None

    def _noting_returns(self, postings: Iterable[TracedPosting]) -> Iterator[TracedPosting]:
        for posting in postings:
            if posting.movement is Movement.UNUSE:
                self._returned_lines[_act(posting).transaction_id] = posting.line
            yield posting

    def _flows_of(self, portion: Portion) -> Iterator[Flow]:
        grant, stops = _act(portion.slice.granted_by), self._stops(portion.slice)
        if portion.ended_by is None:
            last = stops[-1].usable_through
            has_lapsed = not is_usable(last, on=self._on)
            fate, ended_on = (Fate.LAPSED, last + dt.timedelta(days=1)) if has_lapsed else (Fate.LEFT, None)
            yield Flow(grant, portion.points, fate, stops, ended_on, None, None)
            return
        by = _act(portion.ended_by)
        fate = _USES[Contra(by.contra)] if portion.state is State.USED else _FATES[portion.state]
        # One payment may pay the arrears of several sales.
        shares = (
            self._payments.pay(by, portion.points) if fate is Fate.PAID_ARREARS else [(by.source_id, portion.points)]
        )
        for went_to, points in shares:
            yield Flow(grant, points, fate, stops, by.value_on, by, went_to)

    def _stops(self, piece: Slice) -> tuple[Stop, ...]:
        stops: list[Stop] = []
        here: Slice | None = piece
        while here is not None:
            lot, act = self._lots[here.arrived_by.lot], _act(here.arrived_by)
            stops.append(
                Stop(
                    account_id=lot.account_id,
                    lot_id=lot.id,
                    lot_kind=lot.kind,
                    usable_through=lot.usable_through,
                    since=act.value_on,
                    brought_by=act.kind,
                    line_id=self._returned_lines.get(act.transaction_id) if here.came_from else None,
                    request_id=act.approval_id if here.came_from else None,
                )
            )
            here = here.came_from
        return tuple(reversed(stops))


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


def _act(posting: TracedPosting) -> Act:
    assert isinstance(posting.note, Act)
    return posting.note
