"""Everything that is hashed of one account: what the statement to its member is made of."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from uuid import UUID

from pointclub.points.models import Account, Lot, Posting, Transaction
from pointclub.points.models.chaining import chained_lot, chained_posting, chained_transaction
from pointclub.points.rules.chain import ChainedLot, ChainedPosting
from pointclub.points.rules.proof_file import Written

_AT_A_TIME = 1_000


def get_opening(account_id: UUID) -> dt.datetime:
    """Return the instant with which the account's chain begins."""
    return Account.objects.values_list("opened_at", flat=True).get(id=account_id)


def chained_lots(account_id: UUID, *, through: int) -> dict[UUID, ChainedLot]:
    """Return the lots that the account's transactions through that number name, by last day."""
    written = Transaction.objects.filter(account_id=account_id, sequence__lte=through)
    named = Posting.objects.filter(account_id=account_id, transaction_id__in=written.values("id"))
    lots = Lot.objects.filter(account_id=account_id, id__in=named.values("lot_id"))
    return {lot.id: chained_lot(lot) for lot in lots.order_by("usable_through", "id")}


def stream_chain(account_id: UUID, lots: Mapping[UUID, ChainedLot], *, through: int) -> Iterator[Written]:
    """Yield the account's transactions from the first through that number, however many; ``lots`` are theirs."""
    for first in range(1, through + 1, _AT_A_TIME):
        last = min(through, first + _AT_A_TIME - 1)
        chunk = list(
            Transaction.objects.filter(account_id=account_id, sequence__range=(first, last)).order_by("sequence")
        )
        postings: dict[UUID, list[ChainedPosting]] = {}
        ids = [written.id for written in chunk]
        for posting in Posting.objects.filter(account_id=account_id, transaction_id__in=ids).order_by("id"):
            postings.setdefault(posting.transaction_id, []).append(chained_posting(posting, lots))
        for written in chunk:
            yield Written(chained_transaction(written), bytes(written.hash), tuple(postings.get(written.id, ())))
