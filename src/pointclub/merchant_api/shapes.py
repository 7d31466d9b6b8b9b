"""What merchants send and what they are told, field by field: strict on the way in, bounded in every figure."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Literal
from uuid import UUID

import msgspec
from msgspec import UNSET, Meta, UnsetType

from pointclub.earning.rules.requests import LONGEST_REFERENCE, MAXIMUM_YEN
from pointclub.merchant_api.problems import ProblemBody
from pointclub.points.rules.bounds import MAXIMUM_POINTS

MOST_ROWS = 1_000
LONGEST_CODE = 20
LONGEST_MEMBER_NUMBER = 20
LONGEST_REASON = 500

Reference = Annotated[
    str,
    Meta(
        min_length=1,
        max_length=LONGEST_REFERENCE,
        description="The merchant's own name of the sale: printable, unique within the merchant, for ever.",
        examples=["store01-20260401-000123"],
    ),
]
MemberNumber = Annotated[
    str,
    Meta(
        min_length=1,
        max_length=LONGEST_MEMBER_NUMBER,
        description="Twelve digits, with or without the hyphens that stand on the card.",
        examples=["1234-5678-9015"],
    ),
]
SoldAt = Annotated[
    dt.datetime,
    Meta(
        tz=True,
        description="When it was sold: RFC 3339 with an offset. Left out, it was sold when the request arrives.",
        examples=["2026-04-01T12:00:00+09:00"],
    ),
]
# Said to have a zone, so that the description tells programs of an instant and not of any text.
Instant = Annotated[dt.datetime, Meta(tz=True)]
Price = Annotated[
    int, Meta(ge=1, le=MAXIMUM_YEN, description="Price in yen with tax; required unless points are given.")
]
NewPriceYen = Annotated[int, Meta(ge=0, le=MAXIMUM_YEN, description="The right price in yen, with tax.")]
Ineligible = Annotated[int, Meta(ge=0, le=MAXIMUM_YEN, description="The part of the price that earns nothing.")]
Tax = Annotated[int, Meta(ge=0, le=MAXIMUM_YEN, description="The tax within the rest of the price.")]
Points = Annotated[
    int, Meta(ge=1, le=MAXIMUM_POINTS, description="A fixed number of points instead of points by price.")
]
StoreCode = Annotated[
    str, Meta(max_length=LONGEST_CODE, description="The merchant's code of the store; filled in where the key has one.")
]
TerminalCode = Annotated[
    str,
    Meta(max_length=LONGEST_CODE, description="The merchant's code of the till; filled in where the key has one."),
]
Reason = Annotated[
    str, Meta(max_length=LONGEST_REASON, description="Why, in one line. Write no personal data into it.")
]
Returned = Annotated[
    int, Meta(ge=1, le=MAXIMUM_YEN, description="Yen returned of the eligible price; left out, the whole sale is.")
]


class In(msgspec.Struct, forbid_unknown_fields=True, frozen=True, kw_only=True, gc=False):
    """A body: a name that is not known is refused."""


class AccrualIn(In, kw_only=True, frozen=True):
    """One sale, or a fixed number of points."""

    reference: Reference
    member_number: MemberNumber
    sold_at: SoldAt | UnsetType = UNSET
    price_yen: Price | UnsetType = UNSET
    ineligible_yen: Ineligible = 0
    tax_yen: Tax = 0
    points: Points | UnsetType = UNSET
    store_code: StoreCode = ""
    terminal_code: TerminalCode = ""


class BatchIn(In, kw_only=True, frozen=True):
    """Up to a thousand sales; each is taken or refused by itself."""

    rows: Annotated[list[msgspec.Raw], Meta(min_length=1, max_length=MOST_ROWS)]


class CorrectionIn(In, kw_only=True, frozen=True):
    """The right price, or the right number of points, in place of the wrong one."""

    price_yen: NewPriceYen | UnsetType = UNSET
    ineligible_yen: Ineligible = 0
    tax_yen: Tax = 0
    points: Points | UnsetType = UNSET
    reason: Reason = ""


class CorrectionByReferenceIn(CorrectionIn, kw_only=True, frozen=True):
    """The same, of the accrual that the merchant calls so."""

    reference: Reference


class ReversalIn(In, kw_only=True, frozen=True):
    """A sale undone, in whole or in part."""

    returned_yen: Returned | UnsetType = UNSET
    reason: Reason = ""


class ReversalByReferenceIn(ReversalIn, kw_only=True, frozen=True):
    """The same, of the accrual that the merchant calls so, also before it comes."""

    reference: Reference


class Out(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """An answer."""


class BonusOut(Out, kw_only=True, frozen=True):
    """What one campaign gave, and which cap cut it from how much; an empty cap cut nothing.

    Of a cap that sales at other merchants use up as well only the points are told that it left.
    """

    campaign_code: str
    points: int
    uncapped_points: int
    cap: Literal["", "receipt", "day", "month", "member"]


class AccrualOut(Out, kw_only=True, frozen=True):
    """The point receipt. It never tells a balance."""

    id: UUID
    receipt_number: str
    reference: str
    points: int
    base_points: int
    bonuses: list[BonusOut]


class RowOut(Out, kw_only=True, frozen=True, omit_defaults=True):
    """The answer to one row: what was accepted, or why it was refused."""

    accepted: AccrualOut | UnsetType = UNSET
    refused: ProblemBody | UnsetType = UNSET


class BatchOut(Out, kw_only=True, frozen=True):
    """One answer for each row, in the rows' order."""

    rows: list[RowOut]


class ChangedOut(Out, kw_only=True, frozen=True):
    """What a correction or reversal did to the accrual; while the accrual is awaited there is nothing to tell yet."""

    receipt_number: str | None
    reference: str
    remaining_yen: int | None
    points_before: int
    points_after: int
    state: Literal["applied", "awaiting_accrual"]


class ChangeOut(Out, kw_only=True, frozen=True):
    """A correction or reversal that was made; the reason is told where the merchant gave it."""

    kind: Literal["corrected", "reversed"]
    at: Instant
    by: Literal["merchant", "operator"]
    remaining_yen_before: int
    remaining_yen_after: int
    points_before: int
    points_after: int
    reason: str


class AccrualStateOut(Out, kw_only=True, frozen=True):
    """An accrual with its figures as they stand now; `first_points` is what was granted at first."""

    id: UUID
    receipt_number: str
    reference: str
    store_code: str
    terminal_code: str
    sold_at: Instant
    received_at: Instant
    price_yen: int
    ineligible_yen: int
    tax_yen: int
    eligible_yen: int
    returned_yen: int
    is_reversed: bool
    first_points: int
    points: int
    base_points: int
    bonuses: list[BonusOut]
    changes: list[ChangeOut]


class ActivityOut(Out, kw_only=True, frozen=True):
    """Whether accruals are taken; while suspended, the operator's words and when to try again, where that is known."""

    state: Literal["open", "suspended"]
    retry_at: Instant | None
    text_ja: str | None
    text_en: str | None


class StatusOut(Out, kw_only=True, frozen=True):
    """The state of the service, and its time."""

    server_time: Instant
    accruals: ActivityOut


class LiveOut(Out, kw_only=True, frozen=True):
    """The process answers."""

    status: Literal["live"]
