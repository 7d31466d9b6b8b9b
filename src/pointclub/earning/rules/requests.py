"""What a merchant sends, and what it is told."""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict, dataclass
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
        sold_at = self.sold_at.astimezone(dt.UTC).isoformat() if self.sold_at else None
        content = asdict(self) | {"sold_at": sold_at}
        return fingerprint(content)


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


@dataclass(frozen=True, slots=True)
class NewPrice:
    """The price as it should have been, in the figures of an accrual request."""

    price_yen: int
    ineligible_yen: int = 0
    tax_yen: int = 0


@dataclass(frozen=True, slots=True)
class Correction:
    """The right figure in place of a wrong one; the accrual is named by its id or by the merchant's reference.

    An empty store code stands for all stores of the merchant.
    """

    merchant_number: str
    accrual_id: UUID | None = None
    reference: str | None = None
    price: NewPrice | None = None
    new_points: int | None = None
    reason: str = ""
    store_code: str = ""


@dataclass(frozen=True, slots=True)
class Reversal:
    """A sale undone: the whole of it, or so many yen; named as a correction is."""

    merchant_number: str
    accrual_id: UUID | None = None
    reference: str | None = None
    returned_yen: int | None = None
    reason: str = ""
    store_code: str = ""
