"""Merchants with stores and terminal keys, and the requests that their tills send."""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from pointclub.membership.models import Member
from pointclub.merchants import services as merchants
from pointclub.merchants.models import Merchant
from pointclub.merchants.rules.keys import KeyAct
from tests.factories.club import STAFF, Club

_COUNT = itertools.count(1)


@dataclass(frozen=True)
class Shop:
    """A merchant with the secret of a key for all its stores, and a member who buys there."""

    merchant: Merchant
    member: Member
    key_id: Any
    secret: str


def open_shop(club: Club, *, member: Member | None = None) -> Shop:
    """Admit a merchant, with a key that may do everything."""
    merchant = club.merchant()
    issued = issue_key(club, merchant)
    return Shop(merchant, member or club.member(), issued.key.id, issued.secret)


def issue_key(
    club: Club,
    merchant: Merchant,
    *,
    store_code: str = "",
    terminal_code: str = "",
    acts: Iterable[KeyAct] = tuple(KeyAct),
    per_minute: int = 100_000,
) -> merchants.IssuedKey:
    """Issue a key to the merchant."""
    return merchants.issue_key(
        merchant=merchant,
        name=f"レジ{next(_COUNT)}",
        store_code=store_code,
        terminal_code=terminal_code,
        acts=acts,
        per_minute=per_minute,
        at=club.opened_at,
        actor=STAFF,
    )


def sale(shop: Shop, **changed: Any) -> dict[str, Any]:
    """Return the body of a sale over 1,090 yen; None leaves a field out."""
    body = {
        "reference": f"till-{next(_COUNT)}",
        "member_number": shop.member.number,
        "sold_at": "2026-04-01T12:00:00+09:00",
        "price_yen": 1090,
    } | changed
    return {name: value for name, value in body.items() if value is not None}


def idempotency_key() -> dict[str, str]:
    """Return the header of a write that was never sent before."""
    return {"idempotency-key": f"key-{next(_COUNT)}"}
