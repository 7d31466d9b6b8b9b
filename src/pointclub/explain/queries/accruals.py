"""Where the points of a receipt went."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from uuid import UUID

from pointclub.earning import queries as earning
from pointclub.explain.queries.answers import AccrualExplained, Taking, TakingKind
from pointclub.explain.queries.stories import Stories
from pointclub.foundation.postgresql.snapshots import one_snapshot
from pointclub.membership import queries as membership
from pointclub.points import queries as points
from pointclub.points.queries import Fate

_KINDS = {
    Fate.TAKEN_BACK: TakingKind.OWN,
    Fate.TAKEN_FOR_ANOTHER: TakingKind.OTHERS,
    Fate.PAID_ARREARS: TakingKind.ARREARS_PAID,
}


@one_snapshot()
def explain_accrual(account_id: UUID, receipt_number: str, *, on: dt.date) -> AccrualExplained:
    """Tell the story of a receipt and where its points went, as the books stand; by ``on`` points may have lapsed.

    Raises:
        UnknownReceiptError: neither the account nor one that it continues, or is continued by, has such a receipt.
    """
    account_ids = membership.list_succession(account_id)
    story = earning.tell_accrual(account_ids, receipt_number)
    parts = {part.part_id: part for part in story.parts}
    flows = points.trace_flows(account_ids, set(parts), on=on)
    granted, taken_back = points.sum_source(account_ids, set(parts))
    taken = points.trace_takings(account_ids, set(parts), on=on) if taken_back else ()
    stories = Stories(account_ids, [*flows, *taken])
    return AccrualExplained(
        story=story,
        pending=sum(part.points for part in story.parts if part.posted_on is None),
        granted=granted,
        taken_back=taken_back,
        parts=tuple(stories.destination(flow, parts[flow.grant.source_id]) for flow in flows if flow.grant.source_id),
        takings=(*_tell_taken(taken, stories), *_tell_open_arrears(account_ids, set(parts))),
    )


def _tell_taken(taken: Sequence[points.Flow], stories: Stories) -> list[Taking]:
    takings = [
        Taking(_KINDS[flow.fate], flow.points, flow.ended_on, stories.origin(flow)) for flow in taken if flow.ended_on
    ]
    return sorted(takings, key=lambda taking: taking.on)


def _tell_open_arrears(account_ids: Sequence[UUID], part_ids: Collection[UUID]) -> list[Taking]:
    return [
        Taking(TakingKind.ARREARS_OPEN, debt.points, debt.owed_by.value_on, None)
        for debt in points.list_debts(account_ids)
        if debt.source_id in part_ids and debt.paid_by is None
    ]
