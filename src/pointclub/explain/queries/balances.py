"""Which receipts and other origins stand behind what an account holds."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from uuid import UUID

from pointclub.earning import queries as earning
from pointclub.explain.queries.answers import BalanceExplained, LotExplained, Origin
from pointclub.explain.queries.origins import tell_origins
from pointclub.foundation.refusals import NotFoundError
from pointclub.membership import queries as membership
from pointclub.points import queries as points


class UnknownLotError(NotFoundError):
    """The account holds nothing in such a lot."""

    code = "unknown_lot"


def explain_balance(account_id: UUID, *, on: dt.date) -> BalanceExplained:
    """Tell for each lot that holds points which origins are left in it."""
    balance = points.get_balance(account_id, on=on)
    return BalanceExplained(
        balance, _explain_lots(account_id, balance.lots, on=on), tuple(earning.list_pending(account_id))
    )


def explain_lot(account_id: UUID, lot_id: UUID, *, on: dt.date) -> LotExplained:
    """Tell which origins are left in one lot.

    Raises:
        UnknownLotError: the account has no such lot, or it is empty.
    """
    lots = [lot for lot in points.get_balance(account_id, on=on).lots if lot.id == lot_id]
    if not lots:
        message = f"The account holds nothing in a lot {lot_id}."
        raise UnknownLotError(message)
    return _explain_lots(account_id, lots, on=on)[0]


def _explain_lots(account_id: UUID, lots: Sequence[points.LotBalance], *, on: dt.date) -> tuple[LotExplained, ...]:
    account_ids = membership.list_succession(account_id)
    origins: dict[UUID, list[Origin]] = {}
    for flow, origin in tell_origins(account_ids, points.trace_lots(account_ids, [lot.id for lot in lots], on=on)):
        origins.setdefault(flow.stops[-1].lot_id, []).append(origin)
    return tuple(LotExplained(lot, tuple(origins.get(lot.id, ()))) for lot in lots)
