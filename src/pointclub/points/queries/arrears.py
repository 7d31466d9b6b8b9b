"""How arrears arose, and which points paid them."""

from __future__ import annotations

from bisect import bisect
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from uuid import UUID

from pointclub.points.models import Posting
from pointclub.points.queries.tracing import Act, read_arrears
from pointclub.points.rules.arrears import ArrearsMovement, ArrearsPosting, Settlement, settle

Contra = Posting.Contra


@dataclass(frozen=True, slots=True)
class Debt:
    """Points that an accrual part came to owe, in one act, and what paid them; None where they are still owed."""

    source_id: UUID | None
    points: int
    owed_by: Act
    paid_by: Act | None


class Payments:
    """Tells for each posting that took points from a lot for arrears whose arrears they were."""

    def __init__(self, settlements: Iterable[Settlement], acts: dict[UUID, Act]) -> None:
        """Keep what each payment paid, in the order in which it was owed."""
        self._paid: dict[UUID, deque[tuple[UUID | None, int]]] = {}
        self._of_transaction: dict[UUID, list[UUID]] = {}
        for settlement in settlements:
            if settlement.paid_by is None:
                continue
            posting_id = settlement.paid_by.id
            if posting_id not in self._paid:
                self._of_transaction.setdefault(acts[posting_id].transaction_id, []).append(posting_id)
            paid = self._paid.setdefault(posting_id, deque())
            paid.append((settlement.owed_by.source, settlement.points))

    def pay(self, by: Act, points: int) -> Iterator[tuple[UUID | None, int]]:
        """Yield for whom the next points of the posting were taken; each of its points is asked for once."""
        # The leg that takes points from a lot is written right before the one by which they pay.
        legs = self._of_transaction[by.transaction_id]
        paid = self._paid[legs[bisect(legs, by.posting_id)]]
        while points:
            source_id, owed = paid.popleft()
            part = min(owed, points)
            yield source_id, part
            points -= part
            if owed > part:
                paid.appendleft((source_id, owed - part))


def read_payments(account_ids: Sequence[UUID]) -> Payments:
    """Return what the arrears of a succession of accounts were paid by."""
    settlements, acts = _settle(account_ids)
    return Payments(settlements, acts)


def list_debts(account_ids: Sequence[UUID]) -> list[Debt]:
    """Return all arrears that there ever were, and what paid them."""
    settlements, acts = _settle(account_ids)
    return [
        Debt(one.owed_by.source, one.points, acts[one.owed_by.id], acts[one.paid_by.id] if one.paid_by else None)
        for one in settlements
    ]


def _settle(account_ids: Sequence[UUID]) -> tuple[list[Settlement], dict[UUID, Act]]:
    rows = list(read_arrears(account_ids))
    postings = [
        ArrearsPosting(act.posting_id, _movement(Contra(act.contra), points), abs(points), act.source_id)
        for points, act in rows
    ]
    return settle(postings), {act.posting_id: act for _, act in rows}


def _movement(contra: Posting.Contra, points: int) -> ArrearsMovement:
    if contra is Contra.RESTORED:
        return ArrearsMovement.HAND_ON if points > 0 else ArrearsMovement.TAKE_OVER
    return ArrearsMovement.PAY if points > 0 else ArrearsMovement.OWE
