"""Acts that do nothing but record themselves."""

from __future__ import annotations

import datetime as dt
from typing import Any

from pointclub.audit import queries
from pointclub.audit import services as audit
from pointclub.foundation.actors import Actor
from pointclub.foundation.acts import act
from tests.factories.club import STAFF, jst

AT = jst("2026-04-01 12:00")


@act
def do(
    name: str = "membership.admit",
    *,
    actor: Actor = STAFF,
    subject: tuple[str, str] = ("member", "m-1"),
    at: dt.datetime = AT,
    reason: str = "",
    **details: Any,
) -> None:
    audit.record_act(act=name, actor=actor, subject=audit.Subject(*subject), at=at, details=details, reason=reason)


def found(wanted: queries.ActFilter | None = None) -> list[queries.FoundAct]:
    """Return what is found, the earliest first."""
    return list(reversed(queries.search_acts(wanted or queries.ActFilter()).acts))


def differences() -> list[tuple[str, int, str]]:
    return [(one.chain, one.sequence, one.figure) for one in queries.verify_audit()]
