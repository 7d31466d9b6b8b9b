"""Writing an application with its lines, by one statement."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol
from uuid import UUID

from psycopg.types.numeric import Int8

from pointclub.foundation.postgresql import arrays
from pointclub.foundation.postgresql.prepared import Question, write
from pointclub.rewards.models import RedemptionLine, RedemptionOrder

_WRITE = """
WITH ordered AS (
    INSERT INTO rewards_redemption_order (account_id, id, number, key, transaction_id, points, accepted_at)
    VALUES (%(account_id)s, %(id)s, %(number)s, %(key)s, %(transaction_id)s, %(points)s, %(accepted_at)s)
)
INSERT INTO rewards_redemption_line
    (account_id, id, order_id, position, kind, label, points, returned_points, state, reason)
SELECT %(account_id)s, line.id, %(id)s, line.position, line.kind, line.label, line.points, 0, %(state)s, ''
FROM unnest(%(ids)s::uuid[], %(kinds)s::text[], %(labels)s::text[], %(each)s::bigint[])
    WITH ORDINALITY AS line (id, kind, label, points, position)
"""


class Asked(Protocol):
    """A reward asked for."""

    @property
    def kind(self) -> RedemptionLine.Kind:
        """Which kind."""

    @property
    def points(self) -> int:
        """For how many points."""

    @property
    def label(self) -> str:
        """What it is called."""


def write_order(order: RedemptionOrder, lines: Sequence[tuple[UUID, Asked]]) -> None:
    """Write the application and its lines, in the order in which they were asked for, each under its id."""
    values = vars(order) | {
        "points": Int8(order.points),
        "state": str(RedemptionLine.State.ACCEPTED),
        "ids": arrays.uuids(line_id for line_id, _ in lines),
        "kinds": arrays.texts(str(line.kind) for _, line in lines),
        "labels": arrays.texts(line.label for _, line in lines),
        "each": arrays.numbers(line.points for _, line in lines),
    }
    write(Question(_WRITE, values))
