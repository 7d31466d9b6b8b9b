"""Merchants with an earning rule and a terminal key each."""

from __future__ import annotations

import datetime as dt

from pointclub.earning import services as earning
from pointclub.earning.rules.amount import PointsPerUnit
from pointclub.foundation import actors
from pointclub.foundation.acts import act
from pointclub.merchants import services as merchants
from pointclub.merchants.rules.keys import KeyAct

_ACTOR = actors.staff("benchmark")
_CALLS_A_MINUTE = 1_000_000


@act
def fill_shops(count: int, *, at: dt.datetime) -> list[str]:
    """Admit so many merchants, and return the secrets of their keys."""
    secrets = []
    for number in range(1, count + 1):
        shop = merchants.admit_merchant(
            number=f"{100_000 + number}", name=f"試験商店{number}", admitted_on=at.date(), at=at, actor=_ACTOR
        )
        earning.add_earning_rule(
            merchant=shop,
            effective_from=at.date(),
            amount=PointsPerUnit(unit_yen=100, points_per_unit=1),
            at=at,
            actor=_ACTOR,
        )
        issued = merchants.issue_key(
            merchant=shop, name="till", acts=list(KeyAct), per_minute=_CALLS_A_MINUTE, at=at, actor=_ACTOR
        )
        secrets.append(issued.secret)
    return secrets
