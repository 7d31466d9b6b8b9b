"""Questions about redemptions."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from pointclub.foundation.refusals import NotFoundError
from pointclub.rewards.models import RedemptionLine, RedemptionOrder


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
