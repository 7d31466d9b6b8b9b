"""One account with a long history: so many updates, each of one purchase, spread over the lots of ten months."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from django.db import transaction
from uuid_utils.compat import uuid7

from pointclub.earning.models import Accrual, AccrualClaim, AccrualPart
from pointclub.foundation.periods import add_months, last_day_of_month, tokyo_day
from pointclub.foundation.postgresql.copying import copy_rows
from pointclub.membership.models import Member
from pointclub.merchants.models import Merchant
from pointclub.points.models import Account, Lot, Posting, Transaction
from pointclub.points.models.chaining import chained_lot, chained_posting
from pointclub.points.services.chain_on import chain_on

LOTS = 10
_POINTS = 10
_PRICE_YEN = 1_000
_AT_A_TIME = 10_000


def fill_history(member: Member, merchant: Merchant, *, transactions: int, until: dt.datetime) -> None:
    """Give a member to whom nothing has happened so many transactions, chained, the last one at ``until``."""
    account = member.membership.account
    lots = [_lot(account, month, transactions, on=tokyo_day(until)) for month in range(LOTS)]
    copy_rows(lots)
    rows = _transactions(member, merchant, lots, transactions, until=until)
    batch: list[tuple[Transaction, Posting, Accrual, AccrualPart, AccrualClaim]] = []
    for row in rows:
        batch.append(row)
        if len(batch) == _AT_A_TIME or row[0].sequence == transactions:
            _write(batch)
            batch = []
    account.save(update_fields=["book_balance", "last_sequence", "head"])


def _write(batch: list[tuple[Transaction, Posting, Accrual, AccrualPart, AccrualClaim]]) -> None:
    written, postings, accruals, parts, claims = zip(*batch, strict=True)
    with transaction.atomic():
        for rows in (written, postings, accruals, parts, claims):
            copy_rows(rows)


def _lot(account: Account, month: int, transactions: int, *, on: dt.date) -> Lot:
    first = add_months(on.replace(day=1), month - LOTS)
    points = _POINTS * sum(1 for number in range(transactions) if number * LOTS // transactions == month)
    return Lot(
        account=account,
        id=uuid7(),
        kind=Lot.Kind.ORDINARY,
        usable_through=last_day_of_month(add_months(first, 36)),
        first_posted_on=first,
        granted=points,
        remaining=points,
    )


def _transactions(
    member: Member, merchant: Merchant, lots: list[Lot], transactions: int, *, until: dt.datetime
) -> Iterator[tuple[Transaction, Posting, Accrual, AccrualPart, AccrualClaim]]:
    account = member.membership.account
    named = {lot.id: chained_lot(lot) for lot in lots}
    between = dt.timedelta(days=30 * LOTS) / transactions
    for number in range(transactions):
        lot = lots[number * LOTS // transactions]
        at = until - between * (transactions - 1 - number)
        accrual, part, claim = _purchase(member, merchant, lot, f"history-{number + 1}", at=at)
        account.last_sequence += 1
        account.book_balance += part.points
        written = Transaction(
            account=account,
            id=uuid7(),
            sequence=account.last_sequence,
            kind=Transaction.Kind.UPDATE,
            business_key=f"update:{account.last_sequence}",
            occurred_at=at,
            value_on=tokyo_day(at),
            recorded_at=at,
            actor="system:benchmark",
        )
        posting = Posting(
            account=account,
            id=part.id,
            transaction_id=written.id,
            lot_id=lot.id,
            points=part.points,
            contra=Posting.Contra.MERCHANT,
            contra_party_id=merchant.id,
            source_id=part.id,
        )
        chain_on(account, written, [chained_posting(posting, named)])
        yield written, posting, accrual, part, claim


def _purchase(
    member: Member, merchant: Merchant, lot: Lot, reference: str, *, at: dt.datetime
) -> tuple[Accrual, AccrualPart, AccrualClaim]:
    account, reference = member.membership.account, f"{reference}-{member.number}"
    accrual = Accrual(
        account=account,
        id=uuid7(),
        member_id=member.id,
        merchant_id=merchant.id,
        reference=reference,
        receipt_number=reference[-24:],
        kind=Accrual.Kind.PURCHASE,
        sold_at=at,
        sold_on=tokyo_day(at),
        price_yen=_PRICE_YEN,
        eligible_yen=_PRICE_YEN,
        first_points=_POINTS,
        points=_POINTS,
        received_at=at,
    )
    part = AccrualPart(
        account=account,
        id=uuid7(),
        accrual_id=accrual.id,
        merchant_id=merchant.id,
        contra=Posting.Contra.MERCHANT,
        sold_on=accrual.sold_on,
        uncapped_points=_POINTS,
        first_points=_POINTS,
        points=_POINTS,
        posted_on=tokyo_day(at),
        lot_id=lot.id,
    )
    claim = AccrualClaim(
        merchant=merchant,
        reference=reference,
        account_id=account.id,
        accrual_id=accrual.id,
        receipt_number=accrual.receipt_number,
        fingerprint=b"benchmark",
    )
    return accrual, part, claim
