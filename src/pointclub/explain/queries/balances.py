"""Which receipts and other origins stand behind what an account holds."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from uuid import UUID

from pointclub.earning import queries as earning
from pointclub.explain.queries.answers import BalanceExplained, DayLot, LotExplained, Origins
from pointclub.explain.queries.stories import Stories
from pointclub.foundation.postgresql.snapshots import one_snapshot
from pointclub.foundation.refusals import NotFoundError
from pointclub.membership import queries as membership
from pointclub.points import queries as points


class UnknownLotError(NotFoundError):
    """The account holds nothing in such a lot."""

    code = "unknown_lot"


@one_snapshot()
def explain_balance(account_id: UUID, *, on: dt.date) -> BalanceExplained:
    """Tell for each lot that holds points which origins are left in it."""
    balance = points.get_balance(account_id, on=on)
    return BalanceExplained(
        balance, _explain_lots(account_id, balance.lots, on=on), tuple(earning.list_pending(account_id))
    )


@one_snapshot()
def explain_lot(account_id: UUID, lot_id: UUID, *, on: dt.date) -> LotExplained:
    """Tell which origins are left in one lot, and which lapsed in it.

    Raises:
        UnknownLotError: the account has no such lot.
    """
    lot = points.find_lot(account_id, lot_id, on=on)
    if lot is None:
        message = f"The account has no lot {lot_id}."
        raise UnknownLotError(message)
    return _explain_lots(account_id, [lot], on=on)[0]


@one_snapshot()
def explain_day(account_id: UUID, usable_through: dt.date, *, on: dt.date, most: int) -> tuple[DayLot, ...]:
    """Tell of all lots whose last day that is, of which there may be none, which origins are in each.

    At most so many origins of a lot are told: very many receipts can lie in one.
    """
    lots = points.list_lots_through(account_id, usable_through, on=on)
    account_ids = membership.list_succession(account_id)
    is_over = usable_through < on
    # What is past its day and not recorded yet lies in its lot still, as the books have it.
    by_lot: dict[UUID, list[points.Flow]] = {lot.id: [] for lot in lots}
    for flow in points.trace_lots(account_ids, set(by_lot), on=on):
        if flow.is_in_lot or is_over:
            by_lot[flow.stops[-1].lot_id].append(flow)
    stories = Stories(account_ids, [flow for flows in by_lot.values() for flow in flows[:most]])
    return tuple(DayLot(lot, _first(by_lot[lot.id], stories, most=most)) for lot in lots)


def _first(flows: Sequence[points.Flow], stories: Stories, *, most: int) -> Origins:
    return Origins(
        points=sum(flow.points for flow in flows),
        shown=tuple(stories.origin(flow) for flow in flows[:most]),
        not_shown=max(0, len(flows) - most),
    )


def _explain_lots(account_id: UUID, lots: Sequence[points.LotBalance], *, on: dt.date) -> tuple[LotExplained, ...]:
    account_ids = membership.list_succession(account_id)
    flows = points.trace_lots(account_ids, {lot.id for lot in lots}, on=on)
    stories = Stories(account_ids, flows)
    by_lot: dict[UUID, list[points.Flow]] = {}
    for flow in flows:
        by_lot.setdefault(flow.stops[-1].lot_id, []).append(flow)
    return tuple(
        LotExplained(
            lot,
            origins=tuple(stories.origin(flow) for flow in by_lot.get(lot.id, ()) if flow.is_in_lot),
            lapsed=tuple(stories.origin(flow) for flow in by_lot.get(lot.id, ()) if not flow.is_in_lot),
        )
        for lot in lots
    )
