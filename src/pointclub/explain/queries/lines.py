"""Where the points of a redemption line came from."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from pointclub.explain.queries.answers import LineExplained
from pointclub.explain.queries.stories import Stories
from pointclub.foundation.postgresql.snapshots import one_snapshot
from pointclub.membership import queries as membership
from pointclub.points import queries as points
from pointclub.rewards import queries as rewards


@one_snapshot()
def explain_line(account_id: UUID, order_number: str, position: int, *, on: dt.date) -> LineExplained:
    """Tell where the points of a line came from, counted from 1.

    Raises:
        UnknownOrderError: neither the account nor the one it continues has such a line.
    """
    account_ids = membership.list_succession(account_id)
    line = rewards.tell_line(account_ids, order_number=order_number, position=position)
    flows = points.trace_line(account_ids, line.line_id, on=on)
    stories = Stories(account_ids, flows)
    returns = points.list_returns(line.account_id, line.line_id)
    return LineExplained(line, tuple(stories.origin(flow) for flow in flows), returns)
