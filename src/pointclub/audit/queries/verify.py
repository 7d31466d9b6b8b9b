"""Is every entry as it was written, and none missing? (STF-3)."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple
from uuid import UUID

from django.db import connection

from pointclub.audit.models import AuditChain
from pointclub.audit.rules.chaining import (
    BEFORE_THE_FIRST,
    SALT_BYTES,
    Content,
    NotCanonicalError,
    chained,
    digest_of_reason,
)

_ROWS_AT_A_TIME = 2_000

# The head stands in the same statement as the entries, so what is appended meanwhile is seen in both or in neither.
# Whoever could change an entry could also lift constraints: what Python cannot read, or what is gone, comes as NULL
# or empty, and is told like any other change.
_NEXT_ENTRIES = """
SELECT entry.chain, entry.sequence, entry.id,
       CASE WHEN entry.at BETWEEN '1000-01-01' AND '9000-01-01' THEN entry.at END,
       entry.act, entry.subject_kind, entry.subject_id, coalesce(entry.details::text, 'null'),
       coalesce(entry.reason, ''), coalesce(entry.reason_salt, ''), coalesce(entry.reason_digest, ''),
       coalesce(entry.hash, ''), head.last_sequence, head.head
FROM audit_entry AS entry LEFT JOIN audit_chain AS head ON head.name = entry.chain
WHERE (entry.chain, entry.sequence, entry.id) > (%s, %s, %s)
ORDER BY entry.chain, entry.sequence, entry.id LIMIT %s
"""

_NEXT_EMPTY_CHAINS = """
SELECT name, last_sequence FROM audit_chain
WHERE name > %s AND NOT EXISTS (SELECT FROM audit_entry WHERE audit_entry.chain = audit_chain.name)
ORDER BY name LIMIT %s
"""


@dataclass(frozen=True, slots=True)
class AuditDifference:
    """What is not as it was written, and where; the log belongs to no account."""

    chain: str
    sequence: int
    figure: str
    stands: int | str
    follows: int | str

    @property
    def what(self) -> str:
        """Name the place in words, as other checks do."""
        return f"audit of {self.chain}, entry {self.sequence}: {self.figure}"

    @property
    def account_id(self) -> None:
        """Return that it is no account's."""
        return None


@dataclass(frozen=True, slots=True)
class ChainHead:
    """Where a chain ends: its number of entries, and the hash of the last."""

    chain: str
    sequence: int
    head: bytes


class _Row(NamedTuple):
    chain: str
    sequence: int
    id: UUID
    at: dt.datetime | None
    act: str
    subject_kind: str
    subject_id: str
    details: str
    reason: str
    reason_salt: bytes
    reason_digest: bytes
    hash: bytes
    last_sequence: int | None
    head: bytes | None


def audit_heads() -> Iterator[ChainHead]:
    """Yield the end of every chain, in the order of their names: what is kept outside tells a rewritten chain."""
    after = ""
    while True:
        page = list(AuditChain.objects.filter(name__gt=after).order_by("name")[:_ROWS_AT_A_TIME])
        for chain in page:
            yield ChainHead(chain.name, chain.last_sequence, bytes(chain.head))
        if len(page) < _ROWS_AT_A_TIME:
            return
        after = page[-1].name


def verify_audit() -> Iterator[AuditDifference]:
    """Work every hash out anew, in constant memory, and yield what differs; acts go on meanwhile.

    A change of an entry is told at that entry alone. Entries that are gone are told at the next that stands, or at
    the end of their chain.
    """
    chain: _Chain | None = None
    for row in _entries():
        if chain is None or chain.name != row.chain:
            if chain is not None:
                yield from chain.end()
            chain = _Chain(row.chain)
        yield from chain.take(row)
    if chain is not None:
        yield from chain.end()
    yield from _heads_without_entries()


class _Chain:
    """Goes along one chain and knows what the next entry has to follow from."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._last: _Row | None = None
        self._sequence = 0
        # After an entry that was reported, both its hash as it stands and what it ought to be: only one was changed.
        self._previous = [BEFORE_THE_FIRST]

    def take(self, row: _Row) -> Iterator[AuditDifference]:
        """Hold the next entry against the one before."""
        follows = [_hash(row, previous) for previous in self._previous]
        if row.sequence != self._sequence + 1:
            # What follows a gap cannot be worked out; from its hash on, the rest is held together again.
            yield self._difference(row, "entries before it are missing or doubled", row.sequence, self._sequence + 1)
            self._previous = [row.hash]
        elif row.hash in follows:
            self._previous = [row.hash]
        else:
            yield self._difference(row, "hash", row.hash.hex(), follows[0].hex() or "none: it cannot be read")
            self._previous = [row.hash, follows[0]]
        digest = digest_of_reason(row.reason, salt=row.reason_salt)
        if row.reason_digest != digest or len(row.reason_salt) != SALT_BYTES:
            yield self._difference(row, "digest of the reason", row.reason_digest.hex(), digest.hex())
        self._sequence, self._last = row.sequence, row

    def end(self) -> Iterator[AuditDifference]:
        """Hold the chain's head against its last entry."""
        last = self._last
        assert last is not None
        if last.head is None or last.last_sequence is None:
            yield self._difference(last, "head of the chain", "missing", last.hash.hex())
            return
        if last.last_sequence != self._sequence:
            yield self._difference(last, "last number of the chain", last.last_sequence, self._sequence)
        if last.head != last.hash:
            yield self._difference(last, "head of the chain", last.head.hex(), last.hash.hex())

    def _difference(self, row: _Row, figure: str, stands: int | str, follows: int | str) -> AuditDifference:
        return AuditDifference(self.name, row.sequence, figure, stands, follows)


def _hash(row: _Row, previous: bytes) -> bytes:
    """Return the hash that follows; none does from values that no entry is written with."""
    if row.at is None:
        return b""
    try:
        content = Content(
            chain=row.chain,
            sequence=row.sequence,
            id=row.id,
            at=row.at,
            act=row.act,
            subject_kind=row.subject_kind,
            subject_id=row.subject_id,
            details=json.loads(row.details),
            reason_digest=row.reason_digest,
        )
        return chained(previous, content)
    except NotCanonicalError:
        return b""


def _entries() -> Iterator[_Row]:
    after = ("", 0, UUID(int=0))
    with connection.cursor() as cursor:
        while True:
            cursor.execute(_NEXT_ENTRIES, [*after, _ROWS_AT_A_TIME])
            page = [_Row._make(row) for row in cursor.fetchall()]
            yield from page
            if len(page) < _ROWS_AT_A_TIME:
                return
            after = (page[-1].chain, page[-1].sequence, page[-1].id)


def _heads_without_entries() -> Iterator[AuditDifference]:
    after = ""
    with connection.cursor() as cursor:
        while True:
            cursor.execute(_NEXT_EMPTY_CHAINS, [after, _ROWS_AT_A_TIME])
            page = cursor.fetchall()
            for name, last_sequence in page:
                yield AuditDifference(name, last_sequence, "entries of the chain", "missing", last_sequence)
            if len(page) < _ROWS_AT_A_TIME:
                return
            after = page[-1][0]
