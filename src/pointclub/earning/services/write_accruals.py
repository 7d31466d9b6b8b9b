"""The rows of a batch of sales, worked out one by one and written in one statement a table."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from typing import NamedTuple
from uuid import UUID

from uuid_utils.compat import uuid7

from pointclub.earning.models import Accrual, AccrualChange, EarlyReversal
from pointclub.earning.queries.claims import Claim
from pointclub.earning.rules.requests import Accepted, AccrualRequest, BonusGiven
from pointclub.earning.services.catalogue import Sale
from pointclub.earning.services.figures import CapUsage, Figure, price_figures
from pointclub.foundation.fingerprints import fingerprint
from pointclub.foundation.postgresql import arrays
from pointclub.foundation.postgresql.copying import copy_rows
from pointclub.foundation.postgresql.together import write_together
from pointclub.points import services as points

_WRITE_ACCRUALS = """
INSERT INTO earning_accrual (
    account_id, id, member_id, merchant_id, reference, store_code, terminal_code, receipt_number, kind, rule_id,
    sold_at, sold_on, price_yen, ineligible_yen, tax_yen, eligible_yen, returned_yen, is_reversed, first_points, points,
    received_at
)
SELECT *, points, %s::timestamptz
FROM unnest(
    %s::uuid[], %s::uuid[], %s::uuid[], %s::uuid[], %s::text[], %s::text[], %s::text[], %s::text[], %s::text[],
    %s::uuid[], %s::timestamptz[], %s::date[], %s::bigint[], %s::bigint[], %s::bigint[], %s::bigint[], %s::bigint[],
    %s::boolean[], %s::bigint[]
) AS row (
    account_id, id, member_id, merchant_id, reference, store_code, terminal_code, receipt_number, kind, rule_id,
    sold_at, sold_on, price_yen, ineligible_yen, tax_yen, eligible_yen, returned_yen, is_reversed, points
)
"""

_WRITE_PARTS = """
INSERT INTO earning_accrual_part (
    account_id, id, accrual_id, merchant_id, campaign_id, campaign_code, contra, sold_on, uncapped_points, first_points,
    cap, usable_through, points, is_supplement
)
SELECT *, first_points, false
FROM unnest(
    %s::uuid[], %s::uuid[], %s::uuid[], %s::uuid[], %s::uuid[], %s::text[], %s::text[], %s::date[], %s::bigint[],
    %s::bigint[], %s::text[], %s::date[]
) AS row (
    account_id, id, accrual_id, merchant_id, campaign_id, campaign_code, contra, sold_on, uncapped_points, first_points,
    cap, usable_through
)
"""

Statement = tuple[str, Sequence[object]]


class AccrualRow(NamedTuple):
    """The columns of an accrual, those aside that are the same for all of a batch."""

    account_id: UUID
    id: UUID
    member_id: UUID
    merchant_id: UUID
    reference: str
    store_code: str
    terminal_code: str
    receipt_number: str
    kind: str
    rule_id: UUID | None
    sold_at: dt.datetime
    sold_on: dt.date
    price_yen: int
    ineligible_yen: int
    tax_yen: int
    eligible_yen: int
    returned_yen: int
    is_reversed: bool
    points: int


class PartRow(NamedTuple):
    """The columns of a part that waits for the balance update; its points are at first those that were given."""

    account_id: UUID
    id: UUID
    accrual_id: UUID
    merchant_id: UUID
    campaign_id: UUID | None
    campaign_code: str
    contra: str
    sold_on: dt.date
    uncapped_points: int
    first_points: int
    cap: str
    usable_through: dt.date | None


_ACCRUAL_LISTS = (
    *(arrays.uuids,) * 4,
    *(arrays.texts,) * 5,
    arrays.uuids,
    *(arrays.moments,) * 2,
    *(arrays.numbers,) * 5,
    arrays.booleans,
    arrays.numbers,
)
_PART_LISTS = (
    *(arrays.uuids,) * 5,
    *(arrays.texts,) * 2,
    arrays.moments,
    *(arrays.numbers,) * 2,
    arrays.texts,
    arrays.moments,
)


class AccrualWriter:
    """Collects the rows of a batch."""

    def __init__(self, at: dt.datetime, usage: CapUsage) -> None:
        """Begin with what the accounts have used of their campaigns' caps."""
        self._at = at
        self._usage = usage
        self._accruals: list[AccrualRow] = []
        self._parts: list[PartRow] = []
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
        total = sum([figure.points for figure in figures])
        row = _accrual_row(sale, claim, returned_yen=returned, is_reversed=is_undone, points=total)
        self._accruals.append(row)
        if early:
            self._match(sale, claim.account_id, claim.accrual_id, early)
        for figure in figures:
            self._parts.append(part_row(row, figure))
            if figure.campaign:
                self._usage.add(row.account_id, figure.campaign.code, sale.sold_on, figure.points)
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

    def write(self, *before: Statement) -> list[int]:
        """Write everything collected, after the statements given; return how many rows each of those wrote."""
        statements = list(before)
        if self._accruals:
            statements.append((_WRITE_ACCRUALS, [self._at, *_lists(self._accruals, _ACCRUAL_LISTS)]))
            statements.append((_WRITE_PARTS, _lists(self._parts, _PART_LISTS)))
        written = write_together(statements, count=len(before)) if statements else []
        copy_rows(self._changes)
        for reversal in self._matched:
            reversal.matched_at = self._at
            reversal.save(update_fields=["matched_at"])
        return written

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


def _accrual_row(sale: Sale, claim: Claim, *, returned_yen: int, is_reversed: bool, points: int) -> AccrualRow:
    request = sale.request
    assert claim.account_id is not None
    assert claim.accrual_id is not None
    assert claim.receipt_number is not None
    return AccrualRow(
        claim.account_id,
        claim.accrual_id,
        sale.member.member_id,
        claim.merchant_id,
        claim.reference,
        request.store_code,
        request.terminal_code,
        claim.receipt_number,
        _kind(request).value,
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
    )


def part_row(accrual: AccrualRow | Accrual, figure: Figure) -> PartRow:
    """Return a part of the accrual."""
    campaign = figure.campaign
    return PartRow(
        accrual.account_id,
        uuid7(),
        accrual.id,
        accrual.merchant_id,
        campaign.id if campaign else None,
        campaign.code if campaign else "",
        _CONTRA[accrual.kind],
        accrual.sold_on,
        figure.uncapped_points,
        figure.points,
        figure.cap.value if figure.cap else "",
        campaign.usable_through if campaign else None,
    )


_CONTRA = {
    Accrual.Kind.BILL.value: points.Contra.BILLS.value,
    Accrual.Kind.PURCHASE.value: points.Contra.MERCHANT.value,
    Accrual.Kind.FIXED.value: points.Contra.MERCHANT.value,
}


def _lists(rows: Sequence[tuple[object, ...]], writers: Sequence[Callable[..., str]]) -> list[str]:
    """Return each column as a list of PostgreSQL's."""
    return [write(column) for write, column in zip(writers, zip(*rows, strict=True), strict=True)]


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
