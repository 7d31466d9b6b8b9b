"""The rows of a batch of sales, worked out one by one and written in one statement a table."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID

from uuid_utils.compat import uuid7

from pointclub.earning.models import Accrual, AccrualChange, AccrualPart, EarlyReversal
from pointclub.earning.queries.claims import Claim
from pointclub.earning.rules.requests import Accepted, AccrualRequest, BonusGiven
from pointclub.earning.services.catalogue import Sale
from pointclub.earning.services.figures import CapUsage, Figure, price_figures
from pointclub.foundation.fingerprints import fingerprint
from pointclub.foundation.postgresql.copying import Value, copy_rows, copy_values
from pointclub.points import services as points

_ACCRUAL = (
    "account_id",
    "id",
    "member_id",
    "merchant_id",
    "reference",
    "store_code",
    "terminal_code",
    "receipt_number",
    "kind",
    "rule_id",
    "sold_at",
    "sold_on",
    "price_yen",
    "ineligible_yen",
    "tax_yen",
    "eligible_yen",
    "returned_yen",
    "is_reversed",
    "first_points",
    "points",
    "received_at",
)


class PartOf(NamedTuple):
    """The accrual that a part belongs to."""

    account_id: UUID
    accrual_id: UUID
    merchant_id: UUID
    kind: str
    sold_on: dt.date


class AccrualWriter:
    """Collects the rows of a batch."""

    def __init__(self, at: dt.datetime, usage: CapUsage) -> None:
        """Begin with what the accounts have used of their campaigns' caps."""
        self._at = at
        self._usage = usage
        self._accruals: list[tuple[Value, ...]] = []
        self._parts: list[dict[str, Value]] = []
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
        kind = _kind(sale.request)
        self._accruals.append(
            _accrual_values(sale, claim, kind, returned_yen=returned, is_reversed=is_undone, points=total, at=self._at)
        )
        where = PartOf(claim.account_id, claim.accrual_id, claim.merchant_id, kind, sale.sold_on)
        for figure in figures:
            self._parts.append(part_values(where, figure))
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
            copy_values(Accrual, _ACCRUAL, self._accruals)
            copy_values(AccrualPart, list(self._parts[0]), (part.values() for part in self._parts))
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
    sale: Sale,
    claim: Claim,
    kind: Accrual.Kind,
    *,
    returned_yen: int,
    is_reversed: bool,
    points: int,
    at: dt.datetime,
) -> tuple[Value, ...]:
    """Return the accrual's row, its columns in the order of `_ACCRUAL`."""
    request = sale.request
    return (
        claim.account_id,
        claim.accrual_id,
        sale.member.member_id,
        claim.merchant_id,
        claim.reference,
        request.store_code,
        request.terminal_code,
        claim.receipt_number,
        kind.value,
        sale.rule.id if sale.rule else None,
        sale.sold_at,
        sale.sold_on,
        request.price_yen,
        request.ineligible_yen,
        request.tax_yen,
        sale.eligible_yen,
        returned_yen,
        is_reversed,
        points,
        points,
        at,
    )


def part_values(of: PartOf, figure: Figure, *, is_supplement: bool = False) -> dict[str, Value]:
    """Return the columns of a part that waits for the balance update."""
    campaign = figure.campaign
    contra = points.Contra.BILLS if of.kind == Accrual.Kind.BILL else points.Contra.MERCHANT
    return {
        "account_id": of.account_id,
        "id": uuid7(),
        "accrual_id": of.accrual_id,
        "merchant_id": of.merchant_id,
        "campaign_id": campaign.id if campaign else None,
        "campaign_code": campaign.code if campaign else "",
        "contra": contra.value,
        "sold_on": of.sold_on,
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
