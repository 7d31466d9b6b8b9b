"""What must hold of all explanations of a club, whatever has happened in it."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from pointclub.earning.models import Accrual, AccrualPart
from pointclub.explain import queries as explain
from pointclub.membership import queries as membership
from pointclub.points import queries as points
from pointclub.points.models import Account, Lot, Posting
from pointclub.points.queries import Fate, Flow
from pointclub.rewards.models import RedemptionLine, RedemptionOrder

Way = tuple[object, ...]


@dataclass(frozen=True)
class Books:
    """The accounts of a club that are explained as of one day."""

    on: dt.date

    def find_contradictions(self) -> list[str]:
        """Return every explanation whose parts do not add up, or that another one contradicts."""
        found: list[str] = []
        for account_id in Account.objects.order_by("id").values_list("id", flat=True):
            found += self._of_receipts(account_id)
            found += self._of_lines(account_id)
            found += self._of_lots(account_id)
            found += self._of_both_sides(account_id)
        return found

    def _of_receipts(self, account_id: UUID) -> Iterable[str]:
        for accrual in Accrual.objects.filter(account_id=account_id):
            told = explain.explain_accrual(account_id, accrual.receipt_number, on=self.on)
            parts, takings = sum(part.points for part in told.parts), sum(taking.points for taking in told.takings)
            if parts != told.granted:
                yield f"{accrual}: {parts} in parts, {told.granted} granted"
            base = [part for part in told.story.parts if part.campaign is None]
            worked = [
                told.story.worked and told.story.worked.points,
                told.story.worked_now and told.story.worked_now.points,
            ]
            if worked != [base[0].first_points, sum(part.points for part in base)]:
                yield f"{accrual}: {worked} worked out, {base} given"
            if takings != told.taken_back:
                yield f"{accrual}: {takings} in takings, {told.taken_back} taken back"
            if told.pending + told.granted - told.taken_back != accrual.points:
                yield f"{accrual}: {told.pending} pending, {told.granted} granted, {told.taken_back} taken back"

    def _of_lines(self, account_id: UUID) -> Iterable[str]:
        orders = dict(RedemptionOrder.objects.filter(account_id=account_id).values_list("id", "number"))
        for line in RedemptionLine.objects.filter(account_id=account_id):
            told = explain.explain_line(account_id, orders[line.order_id], line.position, on=self.on)
            origins, returns = sum(one.points for one in told.origins), sum(one.points for one in told.returns)
            if (origins, returns) != (line.points - line.returned_points, line.returned_points):
                yield f"line {line}: {origins} from origins, {returns} came back of {line.returned_points}"

    def _of_lots(self, account_id: UUID) -> Iterable[str]:
        told = {lot.lot.id: lot for lot in explain.explain_balance(account_id, on=self.on).lots}
        for lot in Lot.objects.filter(account_id=account_id):
            if lot.id not in told:
                told[lot.id] = explain.explain_lot(account_id, lot.id, on=self.on)
            lapsed = -sum(
                Posting.objects.filter(account_id=account_id, lot_id=lot.id, contra="lapsed").values_list(
                    "points", flat=True
                )
            )
            left = sum(origin.points for origin in told[lot.id].origins)
            if (left, sum(origin.points for origin in told[lot.id].lapsed)) != (lot.remaining, lapsed):
                yield f"{lot}: {left} left from origins"

    def _of_both_sides(self, account_id: UUID) -> Iterable[str]:
        """Hold what receipts say of lines and other receipts against what those say of them, portion by portion."""
        succession = membership.list_succession(account_id)
        parts = AccrualPart.objects.filter(account_id__in=succession)
        part_ids = set(parts.values_list("id", flat=True))
        line_ids = RedemptionLine.objects.filter(account_id__in=succession).values_list("id", flat=True)
        out = points.trace_flows(succession, part_ids, on=self.on)
        of_lines = [flow for line_id in line_ids for flow in points.trace_line(succession, line_id, on=self.on)]
        of_takings = [flow for part_id in part_ids for flow in points.trace_takings(succession, {part_id}, on=self.on)]
        for fates, other_side in (
            ({Fate.REDEEMED}, of_lines),
            ({Fate.TAKEN_BACK, Fate.TAKEN_FOR_ANOTHER, Fate.PAID_ARREARS}, of_takings),
        ):
            this_side = [flow for flow in out if flow.fate in fates]
            others = [flow for flow in other_side if flow.grant.source_id in part_ids]
            if _by_way(this_side) != _by_way(others):
                yield f"account {account_id}: {_by_way(this_side)} against {_by_way(others)}"


def fates_of(account_ids: Sequence[UUID], part_ids: set[UUID], *, on: dt.date) -> Counter[str]:
    """Return how many points of the parts have which fate."""
    fates: Counter[str] = Counter()
    for flow in points.trace_flows(account_ids, part_ids, on=on):
        fates[flow.fate] += flow.points
    return fates


def _by_way(flows: Iterable[Flow]) -> Counter[Way]:
    ways: Counter[Way] = Counter()
    for flow in flows:
        ways[flow.way] += flow.points
    return ways
