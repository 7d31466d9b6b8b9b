"""Puts names to what the ledger tells by id, with a fixed number of statements for any number of flows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TypeVar
from uuid import UUID

from pointclub.earning import queries as earning
from pointclub.explain.queries.answers import Destination, Origin, OriginKind, OriginStory, Stop
from pointclub.points import queries as points
from pointclub.points.queries import Fate
from pointclub.rewards import queries as rewards

_Story = TypeVar("_Story")
_ORIGINS = {"opening": OriginKind.OPENING, "adjusted": OriginKind.ADJUSTMENT, "transferred": OriginKind.TRANSFER}
_FOR_ANOTHER_SALE = {Fate.PAID_ARREARS, Fate.TAKEN_FOR_ANOTHER}


class Stories:
    """The receipts, redemption lines, requests and opening balances that flows name."""

    def __init__(self, account_ids: Sequence[UUID], flows: Sequence[points.Flow]) -> None:
        """Read them all at once."""
        granted = {flow.grant.source_id for flow in flows}
        went_to = {flow.went_to for flow in flows}
        lines = _known({*went_to, *(stop.line_id for flow in flows for stop in flow.stops)})
        requests = _known({*granted, *went_to, *(stop.request_id for flow in flows for stop in flow.stops)})
        openings = {flow.grant.transaction_id for flow in flows if _origin(flow) is OriginKind.OPENING}
        # An id is of one kind only, so each question leaves out what the others answer.
        self._receipts = earning.describe_grants_of(account_ids, _known(granted | went_to))
        self._lines = rewards.tell_lines(account_ids, lines)
        self._requests = points.tell_requests(requests - set(self._receipts) - set(self._lines))
        self._openings = points.opening_references(account_ids, openings)

    def origin(self, flow: points.Flow) -> Origin:
        """Tell where the points came from."""
        story = OriginStory(
            kind=_origin(flow),
            granted_on=flow.grant.value_on,
            receipt=_of(self._receipts, flow.grant.source_id),
            request=_of(self._requests, flow.grant.source_id),
            reference=self._openings.get(flow.grant.transaction_id, ""),
        )
        return Origin(flow.points, story, self._stops(flow))

    def destination(self, flow: points.Flow, part: earning.PartStory) -> Destination:
        """Tell where the points of a receipt went."""
        return Destination(
            fate=flow.fate,
            points=flow.points,
            part=part,
            stops=self._stops(flow),
            ended_on=flow.ended_on,
            recorded_at=flow.ended_by.recorded_at if flow.ended_by else None,
            line=_of(self._lines, flow.went_to),
            other_receipt=_of(self._receipts, flow.went_to) if flow.fate in _FOR_ANOTHER_SALE else None,
            request=_of(self._requests, flow.went_to),
        )

    def _stops(self, flow: points.Flow) -> tuple[Stop, ...]:
        return tuple(
            Stop(
                account_id=stop.account_id,
                lot_id=stop.lot_id,
                lot_kind=stop.lot_kind,
                usable_through=stop.usable_through,
                since=stop.since,
                brought_by=stop.brought_by,
                line=_of(self._lines, stop.line_id),
                request=_of(self._requests, stop.request_id),
            )
            for stop in flow.stops
        )


def _origin(flow: points.Flow) -> OriginKind:
    return _ORIGINS.get(flow.grant.contra, OriginKind.ACCRUAL)


def _known(ids: Iterable[UUID | None]) -> set[UUID]:
    return {one for one in ids if one is not None}


def _of(stories: Mapping[UUID, _Story], of: UUID | None) -> _Story | None:
    return None if of is None else stories.get(of)
