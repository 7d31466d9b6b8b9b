"""Terminal keys to try the merchants' interface with: new at each start, as a secret that was shown is kept nowhere."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from pointclub.foundation.acts import act
from pointclub.jobs.demo_club.desks import actor_at
from pointclub.merchants import queries as merchant_queries
from pointclub.merchants import services as merchants
from pointclub.merchants.models import Merchant
from pointclub.merchants.rules.keys import DEFAULT_PER_MINUTE, KeyAct
from pointclub.people.rules.permissions import Role

# By this name the keys of the start before are known; those that somebody issued while looking are left alone.
_NAME = "お試し用端末"
_DESK = actor_at(Role.MERCHANT_DESK)


@dataclass(frozen=True, slots=True)
class Terminal:
    """A made-up terminal of a merchant, and what its key is for."""

    merchant_number: str
    store_code: str
    terminal_code: str
    acts: tuple[KeyAct, ...]


TERMINALS = (
    Terminal("100001", "", "", tuple(KeyAct)),
    Terminal("100002", "001", "T1", (KeyAct.ACCRUE, KeyAct.READ)),
)


@act
def issue_keys(*, at: dt.datetime) -> list[merchants.IssuedKey]:
    """Issue each terminal its key, and revoke the one of the last start; a merchant that was ended gets none."""
    shops = merchant_queries.find_merchants(terminal.merchant_number for terminal in TERMINALS)
    return [
        _issue_anew(terminal, shop, at=at)
        for terminal in TERMINALS
        if (shop := shops[terminal.merchant_number]).has_terminals
    ]


def _issue_anew(terminal: Terminal, shop: Merchant, *, at: dt.datetime) -> merchants.IssuedKey:
    for key in merchant_queries.list_keys(shop.id):
        if key.name == _NAME and key.revoked_at is None:
            merchants.revoke_key(key_id=key.id, at=at, actor=_DESK, reason="お試し用キーの入れ替え")
    return merchants.issue_key(
        merchant=shop,
        name=_NAME,
        store_code=terminal.store_code,
        terminal_code=terminal.terminal_code,
        acts=terminal.acts,
        per_minute=DEFAULT_PER_MINUTE,
        at=at,
        actor=_DESK,
    )
