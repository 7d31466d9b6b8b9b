"""Going along a chain, entry by entry: each has to follow from the one before."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple
from uuid import UUID

from pointclub.audit.rules.chaining import BEFORE_THE_FIRST, Content, NotCanonicalError, chained

# Whoever could change an entry could also lift constraints: what Python cannot read, or what is gone, comes as NULL
# or empty, and is told like any other change.
ENTRY_COLUMNS = """
entry.chain, entry.sequence, entry.id, CASE WHEN entry.at BETWEEN '1000-01-01' AND '9000-01-01' THEN entry.at END,
entry.act, entry.subject_kind, entry.subject_id, coalesce(entry.details::text, 'null'),
coalesce(entry.reason, ''), coalesce(entry.reason_salt, ''), coalesce(entry.reason_digest, ''),
coalesce(entry.hash, '')
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


class Entry(NamedTuple):
    """An entry as it stands."""

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


class Walk:
    """Goes along one chain and knows what the next entry has to follow from."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.sequence = 0
        # After an entry that was reported, both its hash as it stands and what it ought to be: only one was changed.
        self._previous = [BEFORE_THE_FIRST]

    def take(self, entry: Entry) -> Iterator[AuditDifference]:
        """Hold the next entry against the one before."""
        follows = [_hash(entry, previous) for previous in self._previous]
        if entry.sequence != self.sequence + 1:
            # What follows a gap cannot be worked out; from its hash on, the rest is held together again.
            what = "entries before it are missing or doubled"
            yield AuditDifference(self.name, entry.sequence, what, entry.sequence, self.sequence + 1)
            self._previous = [entry.hash]
        elif entry.hash in follows:
            self._previous = [entry.hash]
        else:
            expected = follows[0].hex() or "none: it cannot be read"
            yield AuditDifference(self.name, entry.sequence, "hash", entry.hash.hex(), expected)
            self._previous = [entry.hash, follows[0]]
        self.sequence = entry.sequence


def _hash(entry: Entry, previous: bytes) -> bytes:
    """Return the hash that follows; none does from values that no entry is written with."""
    if entry.at is None:
        return b""
    try:
        content = Content(
            chain=entry.chain,
            sequence=entry.sequence,
            id=entry.id,
            at=entry.at,
            act=entry.act,
            subject_kind=entry.subject_kind,
            subject_id=entry.subject_id,
            details=json.loads(entry.details),
            reason_digest=entry.reason_digest,
        )
        return chained(previous, content)
    except NotCanonicalError:
        return b""
