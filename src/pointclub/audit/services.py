"""Recording who did what."""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

from uuid_utils.compat import uuid7

from pointclub.audit.models import AuditChain, AuditEntry
from pointclub.audit.rules.chaining import BEFORE_THE_FIRST, SALT_BYTES, Content, chained, digest_of_reason
from pointclub.audit.rules.details import Detail, Subject, require_act, require_details, require_subject
from pointclub.foundation.actors import Actor
from pointclub.foundation.acts import leave_to_the_end

__all__ = ["Detail", "Subject", "record_act"]


@dataclass(frozen=True, slots=True)
class _Recorded:
    """An act on its way into the log."""

    chain: str
    act: str
    subject: tuple[str, str]
    at: dt.datetime
    details: dict[str, object]
    reason: str


def record_act(
    *,
    act: str,
    actor: Actor,
    subject: Subject,
    at: dt.datetime,
    details: Mapping[str, Detail] | None = None,
    reason: str = "",
) -> None:
    """Put an act into the log of its actor; the entry stands or falls with the act that calls this.

    It is written when the outermost act has done all else, so the chain's lock comes after those of accounts. Details
    hold ids, figures and codes. Words that staff wrote go into ``reason``, which no hash depends on.

    Raises:
        UnrecordableError: the act, its subject or its details are not of a kind that is kept.
    """
    recorded = _Recorded(
        str(actor), require_act(act), require_subject(subject), at, require_details(details or {}), reason
    )
    leave_to_the_end(_append, recorded)


def _append(recorded: Sequence[_Recorded]) -> None:
    """Write the entries, chain by chain in the order of their names, so that two acts never wait in a ring."""
    chains: dict[str, list[_Recorded]] = {}
    for one in recorded:
        chains.setdefault(one.chain, []).append(one)
    for name in sorted(chains):
        _append_to(_locked(name), chains[name])


def _append_to(chain: AuditChain, recorded: Sequence[_Recorded]) -> None:
    entries: list[AuditEntry] = []
    head = bytes(chain.head)
    # Sorted, so that acts of one instant are found in the order in which they were done.
    ids = sorted(uuid7() for _ in recorded)
    for one, entry_id in zip(recorded, ids, strict=True):
        chain.last_sequence += 1
        salt = secrets.token_bytes(SALT_BYTES)
        content = Content(
            chain=chain.name,
            sequence=chain.last_sequence,
            id=entry_id,
            at=one.at,
            act=one.act,
            subject_kind=one.subject[0],
            subject_id=one.subject[1],
            details=one.details,
            reason_digest=digest_of_reason(one.reason, salt=salt),
        )
        head = chained(head, content)
        entries.append(
            AuditEntry(**asdict(content), reason=one.reason, reason_salt=salt, hash=head),
        )
    AuditEntry.objects.bulk_create(entries, batch_size=1_000)
    chain.head = head
    chain.save(update_fields=["last_sequence", "head"])


def _locked(name: str) -> AuditChain:
    """Lock the chain; an actor's first act makes it, and waits there for another first act of the same actor."""
    of_actor = AuditChain.objects.select_for_update(no_key=True).filter(name=name)
    if (found := of_actor.first()) is not None:
        return found
    AuditChain.objects.bulk_create(
        [AuditChain(name=name, last_sequence=0, head=BEFORE_THE_FIRST)], ignore_conflicts=True
    )
    return of_actor.get()
