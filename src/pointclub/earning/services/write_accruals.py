"""The rows of a batch of sales, worked out one by one (ACC-3, ACC-4)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from uuid import UUID

from uuid_utils.compat import uuid7

from pointclub.earning.models import Accrual, AccrualChange, AccrualPart, Campaign, EarlyReversal
from pointclub.earning.queries.claims import Claim
from pointclub.earning.rules.amount import RUNNING_CAPS
from pointclub.earning.rules.requests import Accepted, AccrualRequest, BonusGiven
from pointclub.earning.services.catalogue import Sale
from pointclub.earning.services.figures import CapUsage, Figure, price_figures
from pointclub.earning.services.insert_accruals import (
    AccrualRow,
    BonusRow,
    Inserted,
    insert_new_sales,
    insert_sales,
)
from pointclub.earning.services.request_keys import NewKey
from pointclub.foundation.fingerprints import fingerprint
from pointclub.foundation.postgresql.copying import copy_rows
from pointclub.points import services as points


class AccrualWriter:
    """Collects the rows of a batch."""

    def __init__(self, at: dt.datetime, usage: CapUsage) -> None:
        """Begin with what the accounts have used of their campaigns' caps."""
        self._at = at
        self._usage = usage
        self._accruals: list[AccrualRow] = []
        self._bonuses: list[BonusRow] = []
        self._changes: list[AccrualChange] = []
        self._matched: list[EarlyReversal] = []

    def add(self, sale: Sale, claim: Claim, early: Sequence[EarlyReversal]) -> Accepted:
        """Work out the points at the price that earlier reversals leave, and keep the rows to be written."""
        assert claim.accrual_id is not None
        assert claim.account_id is not None
        assert claim.receipt_number is not None
        is_undone = bool(early) and any(one.returned_yen is None for one in early)
        returned = _returned_before(sale, early) if early else 0
        figures = self._figures(sale, sale.eligible_yen - returned, is_undone=is_undone)
        row = _accrual_row(sale, claim, figures, returned_yen=returned, is_reversed=is_undone)
        self._accruals.append(row)
        if early:
            self._match(sale, claim.account_id, claim.accrual_id, early)
        for figure in figures:
            if figure.campaign:
                self._bonuses.append(_bonus_row(row, figure.campaign, figure))
                self._usage.add(row.account_id, figure.campaign.code, sale.sold_on, figure.points)
        return Accepted(
            receipt_number=claim.receipt_number,
            reference=claim.reference,
            points=row.points,
            base_points=row.base_points,
            bonuses=tuple(
                [
                    BonusGiven(
                        figure.campaign.code,
                        figure.points,
                        figure.uncapped_points,
                        figure.cap or "",
                        tells_of_others=figure.cap in RUNNING_CAPS and figure.campaign.code in sale.shared_codes,
                    )
                    for figure in figures
                    if figure.campaign
                ]
            ),
            account_id=claim.account_id,
            accrual_id=claim.accrual_id,
        )

    def write(self) -> None:
        """Write everything collected; the references have been taken."""
        insert_sales(self._accruals, self._bonuses, at=self._at)
        self._write_matches()

    def write_with_claims(self, keys: Sequence[NewKey]) -> Inserted:
        """Write everything collected, and take the keys and then the references of all of it; tell how many were free.

        Where not all were, nothing of this may be kept: the accruals are written whether or not theirs was.
        """
        inserted = insert_new_sales(self._accruals, self._bonuses, keys, at=self._at)
        self._write_matches()
        return inserted

    def _write_matches(self) -> None:
        copy_rows(self._changes)
        for reversal in self._matched:
            reversal.matched_at = self._at
            reversal.save(update_fields=["matched_at"])

    def _figures(self, sale: Sale, remaining_yen: int, *, is_undone: bool) -> list[Figure]:
        if sale.request.points is not None:
            given = 0 if is_undone else sale.request.points
            return [Figure(None, given, given)]
        assert sale.rule is not None
        return price_figures(
            remaining_yen,
            rule=sale.rule,
            campaigns=sale.campaigns,
            account_id=sale.member.account_id,
            sold_on=sale.sold_on,
            usage=self._usage,
        )

    def _match(self, sale: Sale, account_id: UUID, accrual_id: UUID, early: Sequence[EarlyReversal]) -> None:
        """Keep what each reversal did to the sale, worked out before the sale's own points count against the caps."""
        left = sale.eligible_yen
        points_left = sum(figure.points for figure in self._figures(sale, left, is_undone=False))
        for reversal in early:
            before, points_before = left, points_left
            is_undone = reversal.returned_yen is None
            left = 0 if reversal.returned_yen is None else max(0, left - reversal.returned_yen)
            points_left = sum(figure.points for figure in self._figures(sale, left, is_undone=is_undone))
            self._changes.append(
                AccrualChange(
                    account_id=account_id,
                    accrual_id=accrual_id,
                    kind=AccrualChange.Kind.REVERSED,
                    key=reversal.key,
                    fingerprint=reversal_fingerprint(reversal.returned_yen),
                    remaining_yen_before=before,
                    remaining_yen_after=left,
                    points_before=points_before,
                    points_after=points_left,
                    reason=reversal.reason,
                    actor=reversal.actor,
                    at=reversal.received_at,
                )
            )
            self._matched.append(reversal)


def _accrual_row(
    sale: Sale, claim: Claim, figures: Sequence[Figure], *, returned_yen: int, is_reversed: bool
) -> AccrualRow:
    request = sale.request
    assert claim.account_id is not None
    assert claim.accrual_id is not None
    assert claim.receipt_number is not None
    kind = _kind(request)
    return AccrualRow(
        claim.account_id,
        claim.accrual_id,
        sale.member.member_id,
        claim.merchant_id,
        sale.rule.id if sale.rule else None,
        uuid7(),
        claim.reference,
        request.store_code,
        request.terminal_code,
        claim.receipt_number,
        kind,
        _CONTRA[kind],
        sale.fingerprint,
        sale.sold_at,
        sale.sold_on,
        request.price_yen,
        request.ineligible_yen,
        request.tax_yen,
        sale.eligible_yen,
        returned_yen,
        is_reversed,
        figures[0].points,
        sum([figure.points for figure in figures]),
    )


def _bonus_row(accrual: AccrualRow, campaign: Campaign, figure: Figure) -> BonusRow:
    return BonusRow(
        accrual.account_id,
        uuid7(),
        accrual.id,
        accrual.merchant_id,
        accrual.contra,
        accrual.sold_on,
        figure.uncapped_points,
        figure.points,
        campaign.id,
        campaign.code,
        figure.cap.value if figure.cap else "",
        campaign.usable_through,
    )


def supplement(accrual: Accrual, figure: Figure, *, points: int) -> AccrualPart:
    """Return a part that adds points to an accrual whose parts have been posted."""
    campaign = figure.campaign
    return AccrualPart(
        account_id=accrual.account_id,
        accrual_id=accrual.id,
        merchant_id=accrual.merchant_id,
        campaign_id=campaign.id if campaign else None,
        campaign_code=campaign.code if campaign else "",
        contra=_CONTRA[accrual.kind],
        sold_on=accrual.sold_on,
        uncapped_points=figure.uncapped_points,
        first_points=points,
        points=points,
        cap=figure.cap.value if figure.cap else "",
        usable_through=campaign.usable_through if campaign else None,
        is_supplement=True,
    )


_CONTRA = {
    Accrual.Kind.BILL.value: points.Contra.BILLS.value,
    Accrual.Kind.PURCHASE.value: points.Contra.MERCHANT.value,
    Accrual.Kind.FIXED.value: points.Contra.MERCHANT.value,
}


def reversal_fingerprint(returned_yen: int | None) -> bytes:
    """Return what tells one reversal under a key from another."""
    return fingerprint({"returned_yen": returned_yen})


def _returned_before(sale: Sale, early: Sequence[EarlyReversal]) -> int:
    if any(reversal.returned_yen is None for reversal in early):
        return sale.eligible_yen
    return min(sale.eligible_yen, sum(reversal.returned_yen or 0 for reversal in early))


def _kind(request: AccrualRequest) -> str:
    if request.is_bill:
        return Accrual.Kind.BILL.value
    return Accrual.Kind.PURCHASE.value if request.points is None else Accrual.Kind.FIXED.value
