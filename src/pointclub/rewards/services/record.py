"""Recording under the account, so that all that happened to its rewards is found in one place."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from uuid import UUID

from pointclub.audit import services as audit
from pointclub.foundation.actors import Actor


def record(
    name: str, account_id: UUID, *, at: dt.datetime, actor: Actor, details: Mapping[str, audit.Detail], reason: str = ""
) -> None:
    """Record an act on an account."""
    subject = audit.Subject("account", account_id)
    audit.record_act(act=name, actor=actor, subject=subject, at=at, details=details, reason=reason)
