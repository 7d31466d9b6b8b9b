"""What a merchant sends, and what it is told."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from uuid import UUID

from pointclub.foundation.fingerprints import fingerprint
from pointclub.foundation.texts import is_line

MAXIMUM_YEN = 1_000_000_000
LONGEST_REFERENCE = 80


def is_reference(text: str) -> bool:
    """Return whether a merchant may call its sale that: what cannot be stored or seen names nothing."""
    return is_line(text, longest=LONGEST_REFERENCE)


@dataclass(frozen=True, slots=True)
class AccrualRequest:
    """One sale, or with ``points`` a number of points agreed another way (ACC-2).

    ``price_yen`` includes tax; ``ineligible_yen`` is the part of it that earns nothing, ``tax_yen`` the tax within
    the rest, which counts only where the merchant's rule goes by prices without tax. Without ``sold_at`` it was sold
    when it arrives; sent again, it is still the same request.
    """

    merchant_number: str
    reference: str
    member_number: str
    sold_at: dt.datetime | None = None
    price_yen: int = 0
    ineligible_yen: int = 0
    tax_yen: int = 0
    points: int | None = None
    store_code: str = ""
    terminal_code: str = ""
    is_bill: bool = False

    def fingerprint(self) -> bytes:
        """Return a digest of everything that was asked: equal requests are the same request (ACC-6)."""
        return fingerprint(
            {
                "merchant_number": self.merchant_number,
                "reference": self.reference,
                "member_number": self.member_number,
                "sold_at": self.sold_at.astimezone(dt.UTC).isoformat() if self.sold_at else None,
                "price_yen": self.price_yen,
                "ineligible_yen": self.ineligible_yen,
                "tax_yen": self.tax_yen,
                "points": self.points,
                "store_code": self.store_code,
                "terminal_code": self.terminal_code,
                "is_bill": self.is_bill,
            }
        )


@dataclass(frozen=True, slots=True)
class Sending:
    """What a merchant's system sent in one call, under an Idempotency-Key: one request, or a batch of its own."""

    merchant_id: UUID
    key: str
    requests: tuple[AccrualRequest, ...]


@dataclass(frozen=True, slots=True)
class NewPrice:
    """The price as it should have been, in the figures of an accrual request."""

    price_yen: int
    ineligible_yen: int = 0
    tax_yen: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """The accrual that a change is meant for: by its id or by the merchant's reference, one of the two.

    ``store_code`` keeps the change to accruals of that store; empty, it reaches all of the merchant's.
    """

    merchant_number: str
    reference: str | None = None
    accrual_id: UUID | None = None
    store_code: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction(Target):
    """The right price of a purchase, or the right number of fixed points (ACC-7)."""

    price: NewPrice | None = None
    new_points: int | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reversal(Target):
    """The whole of a sale taken back, or ``returned_yen`` of its eligible price (ACC-8)."""

    returned_yen: int | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class BonusGiven:
    """What one campaign gave, and which cap cut it from how much."""

    campaign_code: str
    points: int
    uncapped_points: int
    cap: str


@dataclass(frozen=True, slots=True)
class Accepted:
    """The point receipt (ACC-4); it never tells a balance. ``is_repeat`` marks the first answer given again."""

    receipt_number: str
    reference: str
    points: int
    base_points: int
    bonuses: tuple[BonusGiven, ...]
    account_id: UUID
    accrual_id: UUID
    is_repeat: bool = False


@dataclass(frozen=True, slots=True)
class Refused:
    """Why the request was not taken; nothing of it was kept, so it can be sent again once mended."""

    reference: str
    code: str
    message: str


Outcome = Accepted | Refused
