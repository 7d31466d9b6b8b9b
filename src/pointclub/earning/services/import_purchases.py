"""A merchant's file of purchases: checked as a whole, then taken in like any other sale (FIL-1, ACC-6)."""

import datetime as dt
from collections.abc import Iterator, Sequence

from pointclub.earning.rules.requests import AccrualRequest, Refused
from pointclub.earning.rules.requests import Outcome as Answer
from pointclub.earning.services.accrue import accrue_batch
from pointclub.earning.services.refusals import MerchantSuspendedError
from pointclub.files import services as files
from pointclub.files.rules.feeds import PURCHASES
from pointclub.files.rules.outcomes import Bad, KnownBefore, Outcome, ReadableRow, Taken
from pointclub.foundation.actors import Actor
from pointclub.merchants import queries as merchants
from pointclub.program import queries as program


def import_purchases(incoming: files.IncomingFile, *, at: dt.datetime, actor: Actor) -> Iterator[files.Progress]:
    """Take in a file of purchases, yielding after each chunk of rows; stopped anywhere, it goes on from there.

    The same file again does nothing. Rows that are wrong, or refused as sales, are reported and change nothing.

    Raises:
        BrokenFileError: the file is not whole; nothing was taken in.
        SequenceReusedError, SequenceGapError, EarlierFileUnfinishedError: it is not the merchant's next file.
        UnknownMerchantError: its sender is no merchant.
        MerchantSuspendedError, PointsSuspendedError: not now; the file is held (SUS-1).
    """
    return files.import_file(
        incoming,
        feed=PURCHASES,
        judge_of=lambda sender: _Sales(merchants.get_merchant(sender).number, at, actor),
        at=at,
        actor=actor,
    )


class _Sales:
    """Carries out rows as sales of one merchant."""

    def __init__(self, merchant_number: str, at: dt.datetime, actor: Actor) -> None:
        self._merchant_number = merchant_number
        self._at = at
        self._actor = actor

    def __call__(self, rows: Sequence[ReadableRow]) -> list[Outcome]:
        program.refuse_if_suspended(program.Activity.ACCRUAL, at=self._at)
        suspended_at = merchants.get_merchant(self._merchant_number).suspended_at
        if suspended_at is not None and suspended_at <= self._at:
            message = f"Merchant {self._merchant_number} is suspended; the file is held until it may give points again."
            raise MerchantSuspendedError(message)
        answers = accrue_batch([self._request(row) for row in rows], at=self._at, actor=self._actor)
        return [_outcome(answer) for answer in answers]

    def _request(self, row: ReadableRow) -> AccrualRequest:
        sold_at = row.values["sold_at"]
        assert isinstance(sold_at, dt.datetime)
        return AccrualRequest(
            merchant_number=self._merchant_number,
            reference=row.text("reference"),
            member_number=row.text("member_number"),
            store_code=row.text("store_code"),
            sold_at=sold_at,
            price_yen=row.number("price_yen") or 0,
            ineligible_yen=row.number("ineligible_yen") or 0,
            tax_yen=row.number("tax_yen") or 0,
            points=row.number("points"),
        )


def _outcome(answer: Answer) -> Outcome:
    if isinstance(answer, Refused):
        return Bad(answer.code, answer.message)
    return KnownBefore() if answer.is_repeat else Taken(answer.points)
