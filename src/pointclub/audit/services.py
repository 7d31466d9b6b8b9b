"""Recording who did what."""

from __future__ import annotations

import datetime as dt
import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from psycopg.types.numeric import Int8
from uuid_utils.compat import uuid7

from pointclub.audit.rules.chaining import (
    BEFORE_THE_FIRST,
    SALT_BYTES,
    Unnumbered,
    around_the_number,
    digest_of_reason,
)
from pointclub.audit.rules.details import Detail, Subject, require_act, require_details, require_subject
from pointclub.foundation.actors import Actor
from pointclub.foundation.acts import leave_to_the_end
from pointclub.foundation.postgresql.prepared import Question, write

__all__ = ["Detail", "Subject", "record_act"]


# The hash of an entry as `audit.rules.chaining` makes it. Only the row of the chain says which number the entry gets.
_HASH = """sha256(
    {head} || 'l' || int8send(%(around)s::bigint + 9 + octet_length({number}::text))
    || %(before)s || 'i' || int8send(octet_length({number}::text)) || convert_to({number}::text, 'UTF8') || %(after)s
)"""
# Whoever comes at the same time waits for the row, and goes on from what it then says.
_WRITE = f"""
WITH link AS (
    INSERT INTO audit_chain AS chain (name, last_sequence, head)
    VALUES (%(chain)s, 1, {_HASH.format(head="%(before_the_first)s", number="1")})
    ON CONFLICT (name) DO UPDATE
    SET last_sequence = chain.last_sequence + 1,
        head = {_HASH.format(head="chain.head", number="(chain.last_sequence + 1)")}
    RETURNING last_sequence, head
)
INSERT INTO audit_entry
    (id, chain, sequence, at, act, subject_kind, subject_id, details, reason, reason_salt, reason_digest, hash)
SELECT %(id)s, %(chain)s, last_sequence, %(at)s, %(act)s, %(subject_kind)s, %(subject_id)s, %(details)s::jsonb,
    %(reason)s, %(salt)s, %(digest)s, head
FROM link
"""  # noqa: S608 -- only our own text is put in


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
    # Sorted, so that acts of one instant are found in the order in which they were done.
    ids = sorted(uuid7() for _ in recorded)
    for one, entry_id in zip(sorted(recorded, key=lambda one: one.chain), ids, strict=True):
        write(Question(_WRITE, _values(one, entry_id)))


def _values(one: _Recorded, entry_id: UUID) -> dict[str, object]:
    salt = secrets.token_bytes(SALT_BYTES)
    digest = digest_of_reason(one.reason, salt=salt)
    content = Unnumbered(
        chain=one.chain,
        id=entry_id,
        at=one.at,
        act=one.act,
        subject_kind=one.subject[0],
        subject_id=one.subject[1],
        details=one.details,
        reason_digest=digest,
    )
    before, after = around_the_number(content)
    return {
        "before_the_first": BEFORE_THE_FIRST,
        "before": before,
        "after": after,
        "around": Int8(len(before) + len(after)),
        "chain": one.chain,
        "id": entry_id,
        "at": one.at,
        "act": one.act,
        "subject_kind": one.subject[0],
        "subject_id": one.subject[1],
        "details": json.dumps(one.details),
        "reason": one.reason,
        "salt": salt,
        "digest": digest,
    }
