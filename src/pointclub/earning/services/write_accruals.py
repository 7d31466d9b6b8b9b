"""The rows of a batch of sales, worked out one by one and written in one statement a table."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from uuid_utils.compat import uuid7

from pointclub.earning.models import Accrual, AccrualChange, AccrualPart, EarlyReversal
from pointclub.earning.queries.claims import Claim
from pointclub.earning.rules.requests import Accepted, AccrualRequest, BonusGiven
from pointclub.earning.services.catalogue import Sale
from pointclub.earning.services.figures import CapUsage, Figure, price_figures
from pointclub.foundation.fingerprints import fingerprint
from pointclub.foundation.postgresql.copying import copy_rows, copy_values
from pointclub.points import services as points

_Row = dict[str, Any]


class AccrualWriter:
    """Collects the rows of a batch."""

    def __init__(self, at: dt.datetime, usage: CapUsage) -> None:
        """Begin with what the accounts have used of their campaigns' caps."""
        self._at = at
        self._usage = usage
        self._accruals: list[_Row] = []
        self._parts: list[_Row] = []
        self._changes: list[AccrualChange] = []
        self._matched: list[EarlyReversal] = []

    def add(self, sale: Sale, claim: Claim, early: Sequence[EarlyReversal]) -> Accepted:
        """Work out the points at the price that earlier reversals leave, and keep the rows to be written."""
        assert claim.accrual_id is not None
        assert claim.account_id is not None
        assert claim.receipt_number is not None
        is_undone = any(one.returned_yen is None for one in early)
        returned = _returned_before(sale, early)
        figures = self._figures(sale, sale.eligible_yen - returned, is_undone=is_undone)
        total = sum([figure.points for figure in figures])
        row = _accrual_values(sale, claim, returned_yen=returned, is_reversed=is_undone, points=total, at=self._at)
        self._accruals.append(row)
        for figure in figures:
            self._parts.append(part_values(row, figure))
            if figure.campaign:
                self._usage.add(claim.account_id, figure.campaign.code, sale.sold_on, figure.points)
        if early:
            self._match(sale, claim.account_id, claim.accrual_id, early)
        return Accepted(
            receipt_number=claim.receipt_number,
            reference=claim.reference,
            points=total,
            base_points=figures[0].points,
            bonuses=tuple(
                [
                    BonusGiven(figure.campaign.code, figure.points, figure.uncapped_points, figure.cap or "")
                    for figure in figures
                    if figure.campaign
                ]
            ),
            account_id=claim.account_id,
            accrual_id=claim.accrual_id,
        )

    def write(self) -> None:
        """Write everything collected."""
        if self._accruals:
            copy_values(Accrual, list(self._accruals[0]), [tuple(row.values()) for row in self._accruals])
            copy_values(AccrualPart, list(self._parts[0]), [tuple(row.values()) for row in self._parts])
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


def _accrual_values(
    sale: Sale, claim: Claim, *, returned_yen: int, is_reversed: bool, points: int, at: dt.datetime
) -> _Row:
    request = sale.request
    return {
        "account_id": claim.account_id,
        "id": claim.accrual_id,
        "member_id": sale.member.member_id,
        "merchant_id": claim.merchant_id,
        "reference": claim.reference,
        "store_code": request.store_code,
        "terminal_code": request.terminal_code,
        "receipt_number": claim.receipt_number,
        "kind": _kind(request).value,
        "rule_id": sale.rule.id if sale.rule else None,
        "sold_at": sale.sold_at,
        "sold_on": sale.sold_on,
        "price_yen": request.price_yen,
        "ineligible_yen": request.ineligible_yen,
        "tax_yen": request.tax_yen,
        "eligible_yen": sale.eligible_yen,
        "returned_yen": returned_yen,
        "is_reversed": is_reversed,
        "first_points": points,
        "points": points,
        "received_at": at,
    }


def part_values(accrual: _Row, figure: Figure, *, is_supplement: bool = False) -> _Row:
    """Return the columns of a part that waits for the balance update."""
    campaign = figure.campaign
    is_bill = accrual["kind"] == Accrual.Kind.BILL.value
    return {
        "account_id": accrual["account_id"],
        "id": uuid7(),
        "accrual_id": accrual["id"],
        "merchant_id": accrual["merchant_id"],
        "campaign_id": campaign.id if campaign else None,
        "campaign_code": campaign.code if campaign else "",
        "contra": points.Contra.BILLS.value if is_bill else points.Contra.MERCHANT.value,
        "sold_on": accrual["sold_on"],
        "uncapped_points": figure.uncapped_points,
        "first_points": figure.points,
        "cap": figure.cap.value if figure.cap else "",
        "points": figure.points,
        "is_supplement": is_supplement,
        "usable_through": campaign.usable_through if campaign else None,
        "posted_on": None,
        "lot_id": None,
    }


def reversal_fingerprint(returned_yen: int | None) -> bytes:
    """Return what tells one reversal under a key from another."""
    return fingerprint({"returned_yen": returned_yen})


def _returned_before(sale: Sale, early: Sequence[EarlyReversal]) -> int:
    if any(reversal.returned_yen is None for reversal in early):
        return sale.eligible_yen
    return min(sale.eligible_yen, sum(reversal.returned_yen or 0 for reversal in early))


def _kind(request: AccrualRequest) -> Accrual.Kind:
    if request.is_bill:
        return Accrual.Kind.BILL
    return Accrual.Kind.PURCHASE if request.points is None else Accrual.Kind.FIXED
