"""Is every entry as it was written, and none missing? (STF-3)."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

from django.db import connection

from pointclub.audit.queries.walking import ENTRY_COLUMNS, AuditDifference, Entry, Walk
from pointclub.audit.rules.chaining import SALT_BYTES, digest_of_reason

_ROWS_AT_A_TIME = 2_000

# The head stands in the same statement as the entries, so what is appended meanwhile is seen in both or in neither.
_NEXT_ENTRIES = f"""
SELECT {ENTRY_COLUMNS}, head.last_sequence, head.head
FROM audit_entry AS entry LEFT JOIN audit_chain AS head ON head.name = entry.chain
WHERE (entry.chain, entry.sequence, entry.id) > (%s, %s, %s)
ORDER BY entry.chain, entry.sequence, entry.id LIMIT %s
"""  # noqa: S608 -- the only thing put in is a constant

_NEXT_EMPTY_CHAINS = """
SELECT name, last_sequence FROM audit_chain
WHERE name > %s AND NOT EXISTS (SELECT FROM audit_entry WHERE audit_entry.chain = audit_chain.name)
ORDER BY name LIMIT %s
"""


def verify_audit() -> Iterator[AuditDifference]:
    """Work every hash out anew, in constant memory, and yield what differs; acts go on meanwhile.

    A change of an entry is told at that entry alone. Entries that are gone are told at the next that stands, or at
    the end of their chain.
    """
    chain: _Chain | None = None
    for entry, last_sequence, head in _entries():
        if chain is None or chain.walk.name != entry.chain:
            if chain is not None:
                yield from chain.end()
            chain = _Chain(entry.chain)
        yield from chain.take(entry, last_sequence, head)
    if chain is not None:
        yield from chain.end()
    yield from _heads_without_entries()


class _Chain:
    """Goes along one chain up to the head that the chain's row has."""

    def __init__(self, name: str) -> None:
        self.walk = Walk(name)
        self._last_hash = b""
        self._last_sequence: int | None = None
        self._head: bytes | None = None

    def take(self, entry: Entry, last_sequence: int | None, head: bytes | None) -> Iterator[AuditDifference]:
        """Hold the next entry against the one before, and its reason against the digest."""
        yield from self.walk.take(entry)
        digest = digest_of_reason(entry.reason, salt=entry.reason_salt)
        if entry.reason_digest != digest or len(entry.reason_salt) != SALT_BYTES:
            yield self._difference("digest of the reason", entry.reason_digest.hex(), digest.hex())
        self._last_hash, self._last_sequence, self._head = entry.hash, last_sequence, head

    def end(self) -> Iterator[AuditDifference]:
        """Hold the chain's head against its last entry."""
        if self._head is None or self._last_sequence is None:
            yield self._difference("head of the chain", "missing", self._last_hash.hex())
            return
        if self._last_sequence != self.walk.sequence:
            yield self._difference("last number of the chain", self._last_sequence, self.walk.sequence)
        if self._head != self._last_hash:
            yield self._difference("head of the chain", self._head.hex(), self._last_hash.hex())

    def _difference(self, figure: str, stands: int | str, follows: int | str) -> AuditDifference:
        return AuditDifference(self.walk.name, self.walk.sequence, figure, stands, follows)


def _entries() -> Iterator[tuple[Entry, int | None, bytes | None]]:
    after = ("", 0, UUID(int=0))
    with connection.cursor() as cursor:
        while True:
            cursor.execute(_NEXT_ENTRIES, [*after, _ROWS_AT_A_TIME])
            page = cursor.fetchall()
            for *columns, last_sequence, head in page:
                yield Entry._make(columns), last_sequence, head
            if len(page) < _ROWS_AT_A_TIME:
                return
            after = tuple(page[-1][:3])


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
