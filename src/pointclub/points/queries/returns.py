"""What came back of redemption lines, and until when it can then be used."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from pointclub.points.models import Lot, Posting, Transaction

Contra = Posting.Contra


@dataclass(frozen=True, slots=True)
class Returned:
    """Points that came back to one lot, on a day and for a reason.

    The two last days differ where the lot's own had passed, so that they got another (RED-8).
    """

    points: int
    on: dt.date
    reason: str
    taken_through: dt.date
    usable_through: dt.date


def list_returns(account_id: UUID, line_id: UUID) -> tuple[Returned, ...]:
    """Return what came back of the line, in the order in which it did."""
    back = Posting.objects.filter(account_id=account_id, source_id=line_id, contra=Contra.REDEEMED, points__gt=0)
    written = Transaction.objects.filter(account_id=account_id, id__in=back.values("transaction_id"))
    by_id = {one.id: one for one in written}
    postings = Posting.objects.filter(account_id=account_id, transaction_id__in=list(by_id), points__gt=0)
    lots = dict(Lot.objects.filter(account_id=account_id).values_list("id", "usable_through"))
    in_order = sorted(postings, key=lambda posting: (by_id[posting.transaction_id].sequence, posting.id))
    return _read(in_order, by_id, lots)


def _read(
    postings: Sequence[Posting], written: dict[UUID, Transaction], lots: dict[UUID, dt.date]
) -> tuple[Returned, ...]:
    returned: list[Returned] = []
    for posting in postings:
        if posting.lot_id is None:
            continue
        through = lots[posting.lot_id]
        if posting.contra == Contra.REDEEMED:
            by = written[posting.transaction_id]
            returned.append(Returned(posting.points, by.value_on, by.reason, through, through))
        elif posting.contra == Contra.MOVED:
            # What comes back to a lot that is past its day moves on at once, in the posting after.
            returned[-1] = replace(returned[-1], usable_through=through)
    return tuple(returned)
