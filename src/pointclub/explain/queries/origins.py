"""How points began."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from uuid import UUID

from pointclub.earning import queries as earning
from pointclub.explain.queries.answers import Origin, OriginKind, OriginStory
from pointclub.points import queries as points

_KINDS = {"opening": OriginKind.OPENING, "adjusted": OriginKind.ADJUSTMENT, "transferred": OriginKind.TRANSFER}


def tell_origins(account_ids: Sequence[UUID], flows: Iterable[points.Flow]) -> list[tuple[points.Flow, Origin]]:
    """Return each flow with the origin of its points."""
    flows = list(flows)
    source_ids = {flow.grant.source_id for flow in flows if flow.grant.source_id}
    receipts = tell_receipts(account_ids, source_ids)
    requests = points.tell_requests(source_ids - set(receipts))
    told = []
    for flow in flows:
        source_id = flow.grant.source_id
        story = OriginStory(
            kind=_KINDS.get(flow.grant.contra, OriginKind.ACCRUAL),
            granted_on=flow.grant.value_on,
            receipt=receipts.get(source_id) if source_id else None,
            request=requests.get(source_id) if source_id else None,
        )
        told.append((flow, Origin(flow.points, story, flow.stops)))
    return told


def tell_receipts(account_ids: Sequence[UUID], source_ids: Iterable[UUID]) -> dict[UUID, earning.GrantStory]:
    """Return the receipt behind each source that is part of an accrual, in whichever of the accounts."""
    wanted = set(source_ids)
    return {
        source_id: story
        for account_id in account_ids
        for source_id, story in earning.describe_grants(account_id, wanted).items()
    }
