"""What is sent and what is answered. Names that are not known here are passed over: answers may grow."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class AccrualRequest:
    """One sale by its price, or a fixed number of points.

    The reference is the merchant's own name of the sale, unique for ever. Without `sold_at` the sale was made when
    the request arrives, which spares a till whose clock is wrong.
    """

    reference: str
    member_number: str
    sold_at: dt.datetime | None = None
    price_yen: int | None = None
    ineligible_yen: int = 0
    tax_yen: int = 0
    points: int | None = None
    store_code: str = ""
    terminal_code: str = ""

    def body(self) -> dict[str, Any]:
        """Return it as it is sent.

        Raises:
            ValueError: `sold_at` does not say its zone.
        """
        if self.sold_at is not None and self.sold_at.tzinfo is None:
            message = "sold_at must say its zone."
            raise ValueError(message)
        told = {
            "reference": self.reference,
            "member_number": self.member_number,
            "sold_at": self.sold_at.isoformat() if self.sold_at else None,
            "price_yen": self.price_yen,
            "ineligible_yen": self.ineligible_yen or None,
            "tax_yen": self.tax_yen or None,
            "points": self.points,
            "store_code": self.store_code or None,
            "terminal_code": self.terminal_code or None,
        }
        return {name: value for name, value in told.items() if value is not None}


@dataclass(frozen=True, slots=True, kw_only=True)
class Bonus:
    """What one campaign gave, and which cap cut it from how much; an empty cap cut nothing.

    Of a cap that sales at other merchants use up as well only the points are told that it left.
    """

    campaign_code: str
    points: int
    uncapped_points: int
    cap: str

    @classmethod
    def read(cls, body: Mapping[str, Any]) -> Bonus:
        """Return what was answered."""
        return cls(
            campaign_code=body["campaign_code"],
            points=body["points"],
            uncapped_points=body["uncapped_points"],
            cap=body["cap"],
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """The point receipt of a sale; `is_repeat` says that it was taken in before, by an earlier try or sending."""

    id: UUID
    receipt_number: str
    reference: str
    points: int
    base_points: int
    bonuses: tuple[Bonus, ...]
    is_repeat: bool = False

    @classmethod
    def read(cls, body: Mapping[str, Any], *, is_repeat: bool) -> Receipt:
        """Return what was answered."""
        return cls(
            id=UUID(body["id"]),
            receipt_number=body["receipt_number"],
            reference=body["reference"],
            points=body["points"],
            base_points=body["base_points"],
            bonuses=tuple(Bonus.read(bonus) for bonus in body["bonuses"]),
            is_repeat=is_repeat,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed:
    """What a correction or reversal did; while the accrual is awaited there are no receipt and no price yet."""

    reference: str
    receipt_number: str | None
    remaining_yen: int | None
    points_before: int
    points_after: int
    is_awaiting_accrual: bool
    is_repeat: bool = False

    @classmethod
    def read(cls, body: Mapping[str, Any], *, is_repeat: bool) -> Changed:
        """Return what was answered."""
        return cls(
            reference=body["reference"],
            receipt_number=body["receipt_number"],
            remaining_yen=body["remaining_yen"],
            points_before=body["points_before"],
            points_after=body["points_after"],
            is_awaiting_accrual=body["state"] == "awaiting_accrual",
            is_repeat=is_repeat,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A correction or reversal in the history of an accrual."""

    kind: str
    at: dt.datetime
    by: str
    remaining_yen_before: int
    remaining_yen_after: int
    points_before: int
    points_after: int
    reason: str

    @classmethod
    def read(cls, body: Mapping[str, Any]) -> Change:
        """Return what was answered."""
        return cls(
            kind=body["kind"],
            at=dt.datetime.fromisoformat(body["at"]),
            by=body["by"],
            remaining_yen_before=body["remaining_yen_before"],
            remaining_yen_after=body["remaining_yen_after"],
            points_before=body["points_before"],
            points_after=body["points_after"],
            reason=body["reason"],
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Accrual:
    """An accrual with its figures as they stand now; `first_points` is what was granted at first."""

    id: UUID
    receipt_number: str
    reference: str
    store_code: str
    terminal_code: str
    sold_at: dt.datetime
    received_at: dt.datetime
    price_yen: int
    ineligible_yen: int
    tax_yen: int
    eligible_yen: int
    returned_yen: int
    is_reversed: bool
    first_points: int
    points: int
    base_points: int
    bonuses: tuple[Bonus, ...]
    changes: tuple[Change, ...]

    @classmethod
    def read(cls, body: Mapping[str, Any]) -> Accrual:
        """Return what was answered."""
        return cls(
            id=UUID(body["id"]),
            receipt_number=body["receipt_number"],
            reference=body["reference"],
            store_code=body["store_code"],
            terminal_code=body["terminal_code"],
            sold_at=dt.datetime.fromisoformat(body["sold_at"]),
            received_at=dt.datetime.fromisoformat(body["received_at"]),
            price_yen=body["price_yen"],
            ineligible_yen=body["ineligible_yen"],
            tax_yen=body["tax_yen"],
            eligible_yen=body["eligible_yen"],
            returned_yen=body["returned_yen"],
            is_reversed=body["is_reversed"],
            first_points=body["first_points"],
            points=body["points"],
            base_points=body["base_points"],
            bonuses=tuple(Bonus.read(bonus) for bonus in body["bonuses"]),
            changes=tuple(Change.read(change) for change in body["changes"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """Whether accruals are taken, and the service's time; while suspended, the operator's words on it."""

    server_time: dt.datetime
    is_open: bool
    retry_at: dt.datetime | None
    text_ja: str | None
    text_en: str | None

    @classmethod
    def read(cls, body: Mapping[str, Any]) -> Status:
        """Return what was answered."""
        accruals = body["accruals"]
        return cls(
            server_time=dt.datetime.fromisoformat(body["server_time"]),
            is_open=accruals["state"] == "open",
            retry_at=dt.datetime.fromisoformat(accruals["retry_at"]) if accruals["retry_at"] else None,
            text_ja=accruals["text_ja"],
            text_en=accruals["text_en"],
        )


@dataclass(frozen=True, slots=True)
class FieldError:
    """One thing in a body that has to be mended; the pointer is a JSON Pointer (RFC 6901)."""

    pointer: str
    detail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """How the interface says no (RFC 9457); `code` is for programs, and empty where somebody else answered."""

    code: str
    status: int
    title: str
    detail: str
    errors: tuple[FieldError, ...] = ()

    @classmethod
    def read(cls, body: Mapping[str, Any]) -> Problem:
        """Return what was answered."""
        errors = body.get("errors") or ()
        return cls(
            code=str(body["code"]),
            status=int(body["status"]),
            title=str(body["title"]),
            detail=str(body["detail"]),
            errors=tuple(FieldError(str(error["pointer"]), str(error["detail"])) for error in errors),
        )
