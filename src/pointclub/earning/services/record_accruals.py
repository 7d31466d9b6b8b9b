"""Sales that staff enter, in the audit log: one entry a merchant and batch (STF-3)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from uuid import UUID

from pointclub.audit import services as audit
from pointclub.earning.rules.requests import Accepted, Outcome
from pointclub.earning.services.catalogue import Sale
from pointclub.foundation.actors import Actor, ActorKind


def record_accruals(judged: Iterable[tuple[Sale, Outcome]], *, at: dt.datetime, actor: Actor) -> None:
    """Record what was taken in of a batch that staff entered.

    Of a merchant's own sales nothing is written here: each has its claim, which names the merchant for ever, and an
    entry for each would double what the busiest act of the club writes.
    """
    if actor.kind is not ActorKind.STAFF:
        return
    taken: dict[UUID, list[Accepted]] = {}
    for sale, answer in judged:
        if isinstance(answer, Accepted) and not answer.is_repeat:
            taken.setdefault(sale.merchant.id, []).append(answer)
    for merchant_id, answers in taken.items():
        subject = audit.Subject("merchant", merchant_id)
        details: dict[str, audit.Detail] = {"sales": len(answers), "points": sum(answer.points for answer in answers)}
        if len(answers) == 1:
            subject = audit.Subject("account", answers[0].account_id)
            details |= {"merchant": str(merchant_id), "accrual": str(answers[0].accrual_id)}
        audit.record_act(act="earning.accrue_batch", actor=actor, subject=subject, at=at, details=details)
