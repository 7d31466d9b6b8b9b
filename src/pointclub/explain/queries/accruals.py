"""Where the points of a receipt went."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from uuid import UUID

from pointclub.earning import queries as earning
from pointclub.explain.queries.answers import AccrualExplained, Destination, Taking, TakingKind
from pointclub.explain.queries.origins import tell_receipts
from pointclub.membership import queries as membership
from pointclub.points import queries as points
from pointclub.points.queries import Fate
from pointclub.rewards import queries as rewards


def explain_accrual(account_id: UUID, receipt_number: str, *, on: dt.date) -> AccrualExplained:
    """Tell the story of a receipt and where its points went.

    Raises:
        UnknownReceiptError: neither the account nor the one it continues has such a receipt.
    """
    account_ids = membership.list_succession(account_id)
    story = earning.tell_accrual(account_ids, receipt_number)
    part_ids = {part.part_id for part in story.parts}
    flows = points.trace_flows(account_ids, part_ids, on=on)
    takings = _tell_takings(account_ids, part_ids, flows)
    return AccrualExplained(
        story=story,
        pending=sum(part.points for part in story.parts if part.posted_on is None),
        granted=sum(flow.points for flow in flows),
        taken_back=sum(taking.points for taking in takings),
        parts=_tell_destinations(account_ids, story, flows),
        takings=takings,
    )


def _tell_destinations(
    account_ids: Sequence[UUID], story: earning.AccrualStory, flows: Sequence[points.Flow]
) -> tuple[Destination, ...]:
    parts = {part.part_id: part for part in story.parts}
    went_to = {flow.went_to for flow in flows if flow.went_to is not None}
    lines = rewards.tell_lines(account_ids, went_to)
    requests = points.tell_requests(went_to - set(lines))
    others = tell_receipts(account_ids, went_to - set(lines) - set(requests) - set(parts))
    told = []
    for flow in flows:
        assert flow.grant.source_id is not None
        told.append(
            Destination(
                fate=flow.fate,
                points=flow.points,
                part=parts[flow.grant.source_id],
                stops=flow.stops,
                ended_on=flow.ended_on,
                recorded_at=flow.ended_by.recorded_at if flow.ended_by else None,
                line=lines.get(flow.went_to) if flow.went_to else None,
                other_receipt=others.get(flow.went_to) if flow.went_to else None,
                request=requests.get(flow.went_to) if flow.went_to else None,
            )
        )
    return tuple(told)


def _tell_takings(account_ids: Sequence[UUID], part_ids: set[UUID], flows: Sequence[points.Flow]) -> tuple[Taking, ...]:
    """Split what was taken back into own points, those of others, and arrears with what became of them."""
    own: dict[UUID, int] = {}
    for flow in flows:
        if flow.fate is Fate.TAKEN_BACK and flow.ended_by is not None:
            own[flow.ended_by.posting_id] = own.get(flow.ended_by.posting_id, 0) + flow.points
    takings: list[Taking] = []
    for taken, act in points.list_takings(account_ids, part_ids):
        its_own = own.get(act.posting_id, 0)
        if its_own:
            takings.append(Taking(TakingKind.OWN, its_own, act.value_on, None))
        if taken > its_own:
            takings.append(Taking(TakingKind.OTHERS, taken - its_own, act.value_on, None))
    for debt in points.list_debts(account_ids):
        if debt.source_id in part_ids:
            kind = TakingKind.ARREARS_PAID if debt.paid_by else TakingKind.ARREARS_OPEN
            paid_on = debt.paid_by.value_on if debt.paid_by else None
            takings.append(Taking(kind, debt.points, debt.owed_by.value_on, paid_on))
    return tuple(sorted(takings, key=lambda taking: taking.on))
