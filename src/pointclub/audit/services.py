"""Recording who did what."""

from __future__ import annotations

import datetime as dt
import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from psycopg.types.numeric import Int8
from uuid_utils.compat import uuid7

from pointclub.audit.models import AuditChain
from pointclub.audit.rules.chaining import BEFORE_THE_FIRST, SALT_BYTES, Content, chained, digest_of_reason
from pointclub.audit.rules.details import Detail, Subject, require_act, require_details, require_subject
from pointclub.foundation.actors import Actor
from pointclub.foundation.acts import leave_to_the_end
from pointclub.foundation.postgresql import arrays
from pointclub.foundation.postgresql.prepared import Question, send

__all__ = ["Detail", "Subject", "record_act"]


_LOCK = """
WITH made AS (
    INSERT INTO audit_chain (name, last_sequence, head) VALUES (%(name)s, 0, %(head)s)
    ON CONFLICT (name) DO NOTHING RETURNING last_sequence, head
), found AS (
    SELECT last_sequence, head FROM audit_chain WHERE name = %(name)s FOR NO KEY UPDATE
)
SELECT last_sequence, head FROM made UNION ALL SELECT last_sequence, head FROM found
"""
_WRITE = """
WITH entry AS (
    INSERT INTO audit_entry
        (id, chain, sequence, at, act, subject_kind, subject_id, details, reason, reason_salt, reason_digest, hash)
    SELECT id, %(chain)s, sequence, at, act, subject_kind, subject_id, details::jsonb, reason, salt, digest, hash
    FROM unnest(
        %(ids)s::uuid[], %(sequences)s::bigint[], %(at)s::timestamptz[], %(acts)s::text[], %(subject_kinds)s::text[],
        %(subject_ids)s::text[], %(details)s::text[], %(reasons)s::text[], %(salts)s::bytea[], %(digests)s::bytea[],
        %(hashes)s::bytea[]
    ) AS entry (id, sequence, at, act, subject_kind, subject_id, details, reason, salt, digest, hash)
)
UPDATE audit_chain SET last_sequence = %(last_sequence)s, head = %(head)s WHERE name = %(chain)s RETURNING name
"""


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
    sequence, head, hashes, digests = chain.last_sequence, bytes(chain.head), [], []
    # Sorted, so that acts of one instant are found in the order in which they were done.
    ids = sorted(uuid7() for _ in recorded)
    salts = [secrets.token_bytes(SALT_BYTES) for _ in recorded]
    for one, entry_id, salt in zip(recorded, ids, salts, strict=True):
        sequence += 1
        digest = digest_of_reason(one.reason, salt=salt)
        content = Content(
            chain=chain.name,
            sequence=sequence,
            id=entry_id,
            at=one.at,
            act=one.act,
            subject_kind=one.subject[0],
            subject_id=one.subject[1],
            details=one.details,
            reason_digest=digest,
        )
        head = chained(head, content)
        hashes.append(head)
        digests.append(digest)
    written = {
        "chain": chain.name,
        "last_sequence": Int8(sequence),
        "head": head,
        "ids": arrays.uuids(ids),
        "sequences": arrays.numbers(range(chain.last_sequence + 1, sequence + 1)),
        "at": [one.at for one in recorded],
        "acts": [one.act for one in recorded],
        "subject_kinds": [one.subject[0] for one in recorded],
        "subject_ids": [one.subject[1] for one in recorded],
        "details": [json.dumps(one.details) for one in recorded],
        "reasons": [one.reason for one in recorded],
        "salts": salts,
        "digests": digests,
        "hashes": hashes,
    }
    send(Question(_WRITE, written))


def _locked(name: str) -> AuditChain:
    """Lock the chain; an actor's first act makes it, and waits there for another first act of the same actor."""
    lock = Question(_LOCK, {"name": name, "head": BEFORE_THE_FIRST})
    # Where another first act of the same actor has just made it, the statement began too early to see it.
    ((last_sequence, head),) = send(lock)[0] or send(lock)[0]
    return AuditChain(name=name, last_sequence=last_sequence, head=head)
