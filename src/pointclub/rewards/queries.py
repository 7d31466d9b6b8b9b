"""Questions about redemptions."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from django.db import connection

from pointclub.foundation.refusals import NotFoundError
from pointclub.rewards.models import RedemptionLine, RedemptionOrder

_CHECKS = (
    # An application is the sum of its lines, and its transaction took that sum.
    """
    SELECT ordered.account_id, 'application ' || ordered.number || ' lines', ordered.points,
           coalesce(sum(line.points), 0)
    FROM rewards_redemption_order AS ordered
    LEFT JOIN rewards_redemption_line AS line
        ON line.account_id = ordered.account_id AND line.order_id = ordered.id
    GROUP BY ordered.account_id, ordered.id, ordered.number, ordered.points
    HAVING ordered.points <> coalesce(sum(line.points), 0)
    """,
    """
    SELECT ordered.account_id, 'application ' || ordered.number || ' taken', ordered.points,
           coalesce(-sum(posting.points), 0)
    FROM rewards_redemption_order AS ordered
    LEFT JOIN points_posting AS posting
        ON posting.account_id = ordered.account_id AND posting.transaction_id = ordered.transaction_id
       AND posting.contra = 'redeemed'
    GROUP BY ordered.account_id, ordered.id, ordered.number, ordered.points
    HAVING ordered.points <> coalesce(-sum(posting.points), 0)
    """,
    # A line took its points and got back what it says; returned means all of it, and only then.
    """
    SELECT line.account_id, 'line ' || line.id || ' taken', line.points,
           coalesce(-sum(posting.points) FILTER (WHERE posting.points < 0), 0)
    FROM rewards_redemption_line AS line
    LEFT JOIN points_posting AS posting
        ON posting.account_id = line.account_id AND posting.source_id = line.id AND posting.contra = 'redeemed'
    GROUP BY line.account_id, line.id, line.points
    HAVING line.points <> coalesce(-sum(posting.points) FILTER (WHERE posting.points < 0), 0)
    """,
    """
    SELECT line.account_id, 'line ' || line.id || ' returned', line.returned_points,
           coalesce(sum(posting.points) FILTER (WHERE posting.points > 0), 0)
    FROM rewards_redemption_line AS line
    LEFT JOIN points_posting AS posting
        ON posting.account_id = line.account_id AND posting.source_id = line.id AND posting.contra = 'redeemed'
    GROUP BY line.account_id, line.id, line.returned_points
    HAVING line.returned_points <> coalesce(sum(posting.points) FILTER (WHERE posting.points > 0), 0)
    """,
    """
    SELECT account_id, 'line ' || id || ' is ' || state, returned_points, points
    FROM rewards_redemption_line WHERE (state = 'returned') <> (returned_points = points)
    """,
    # Whatever was redeemed was asked for.
    """
    SELECT posting.account_id, 'redeemed without a line: source ' || coalesce(posting.source_id::text, 'none'),
           sum(posting.points), 0
    FROM points_posting AS posting
    LEFT JOIN rewards_redemption_line AS line
        ON line.account_id = posting.account_id AND line.id = posting.source_id
    WHERE posting.contra = 'redeemed' AND line.id IS NULL
    GROUP BY posting.account_id, posting.source_id
    """,
)


class UnknownOrderError(NotFoundError):
    """The member has no such application, or it has no such line."""

    code = "unknown_order"


def list_orders(account_id: UUID) -> list[tuple[RedemptionOrder, list[RedemptionLine]]]:
    """Return the applications with their lines, in the order of acceptance (RED-6)."""
    lines: dict[UUID, list[RedemptionLine]] = {}
    for line in RedemptionLine.objects.filter(account_id=account_id).order_by("order_id", "position"):
        lines.setdefault(line.order_id, []).append(line)
    orders = RedemptionOrder.objects.filter(account_id=account_id).order_by("accepted_at", "id")
    return [(order, lines.get(order.id, [])) for order in orders]


def get_line(account_id: UUID, *, order_number: str, position: int) -> RedemptionLine:
    """Return one line of an application, counted from 1.

    Raises:
        UnknownOrderError: there is none.
    """
    order = RedemptionOrder.objects.filter(account_id=account_id, number=order_number).first()
    line = order and RedemptionLine.objects.filter(account_id=account_id, order_id=order.id, position=position).first()
    if not line:
        message = f"The member has no application {order_number!r} with a line {position}."
        raise UnknownOrderError(message)
    return line


@dataclass(frozen=True, slots=True)
class LineStory:
    """One line of an application: what was asked for, and what became of it."""

    account_id: UUID
    line_id: UUID
    order_number: str
    position: int
    kind: str
    label: str
    points: int
    returned_points: int
    state: str
    reason: str
    accepted_at: dt.datetime
    ended_at: dt.datetime | None


def tell_lines(account_ids: Collection[UUID], line_ids: Collection[UUID]) -> dict[UUID, LineStory]:
    """Return the story of each line of the accounts; others are left out."""
    lines = list(RedemptionLine.objects.filter(account_id__in=account_ids, id__in=list(line_ids)))
    orders = RedemptionOrder.objects.filter(account_id__in=account_ids, id__in={line.order_id for line in lines})
    by_id = {order.id: order for order in orders}
    return {line.id: _tell_line(line, by_id[line.order_id]) for line in lines}


def tell_line(account_ids: Collection[UUID], *, order_number: str, position: int) -> LineStory:
    """Return the story of one line of an application, counted from 1.

    Raises:
        UnknownOrderError: the accounts have no such application, or it has no such line.
    """
    order = RedemptionOrder.objects.filter(account_id__in=account_ids, number=order_number).first()
    if order is None:
        message = f"The member has no application {order_number!r}."
        raise UnknownOrderError(message)
    return _tell_line(get_line(order.account_id, order_number=order_number, position=position), order)


def _tell_line(line: RedemptionLine, order: RedemptionOrder) -> LineStory:
    return LineStory(
        account_id=line.account_id,
        line_id=line.id,
        order_number=order.number,
        position=line.position,
        kind=line.kind,
        label=line.label,
        points=line.points,
        returned_points=line.returned_points,
        state=line.state,
        reason=line.reason,
        accepted_at=order.accepted_at,
        ended_at=line.ended_at,
    )


@dataclass(frozen=True, slots=True)
class RedemptionDifference:
    """A figure of a redemption that does not agree with the ledger."""

    account_id: UUID
    what: str
    stands: int
    follows: int


def verify_redemptions() -> list[RedemptionDifference]:
    """Hold applications, lines and postings against each other; return what differs (I7)."""
    found: list[RedemptionDifference] = []
    with connection.cursor() as cursor:
        for check in _CHECKS:
            cursor.execute(check)
            found += (RedemptionDifference(*row) for row in cursor.fetchall())
    return found
