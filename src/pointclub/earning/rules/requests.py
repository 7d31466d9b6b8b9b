"""What a merchant sends, and what it is told."""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import dataclass
from json.encoder import encode_basestring_ascii as _quoted
from uuid import UUID

from pointclub.foundation.texts import is_line

MAXIMUM_YEN = 1_000_000_000
LONGEST_REFERENCE = 80
# The code of what came in by a terminal key that was revoked meanwhile.
TERMINAL_KEY_CLOSED = "terminal_key_closed"


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
        sold_at = f'"{self.sold_at.astimezone(dt.UTC).isoformat()}"' if self.sold_at else "null"
        # As `fingerprint` writes it, in a third of the time: every sale that comes is told apart by this.
        content = (
            f'{{"ineligible_yen": {self.ineligible_yen}, "is_bill": {"true" if self.is_bill else "false"}'
            f', "member_number": {_quoted(self.member_number)}, "merchant_number": {_quoted(self.merchant_number)}'
            f', "points": {"null" if self.points is None else self.points}, "price_yen": {self.price_yen}'
            f', "reference": {_quoted(self.reference)}, "sold_at": {sold_at}'
            f', "store_code": {_quoted(self.store_code)}, "tax_yen": {self.tax_yen}'
            f', "terminal_code": {_quoted(self.terminal_code)}}}'
        )
        return hashlib.sha256(content.encode()).digest()


@dataclass(frozen=True, slots=True)
class Sending:
    """What a merchant's system sent in one call, under an Idempotency-Key: one request, or a batch of its own.

    ``opened_by`` is the digest of the terminal key that let it in, which must open still when it is carried out.
    """

    merchant_id: UUID
    key: str
    requests: tuple[AccrualRequest, ...]
    opened_by: bytes | None = None


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
    """What one campaign gave, and which cap cut it from how much.

    ``tells_of_others`` marks a cap that sales at other merchants use up as well: no merchant may be told of it (BAL-2).
    """

    campaign_code: str
    points: int
    uncapped_points: int
    cap: str
    tells_of_others: bool = False


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
