"""How an entry becomes bytes, and how its hash follows from them and from the entry before (STF-3)."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

# What the hash of a chain's first entry follows from.
BEFORE_THE_FIRST = bytes(32)
SALT_BYTES = 16

_FORMAT = "pointclub audit entry 1"
_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_MICROSECOND = dt.timedelta(microseconds=1)


class NotCanonicalError(ValueError):
    """A value of a kind that no entry is written with, so that it has no bytes to be hashed."""


@dataclass(frozen=True, slots=True)
class Unnumbered:
    """What an entry's hash covers beside its number: all but the words of the reason, which its digest stands for."""

    chain: str
    id: UUID
    at: dt.datetime
    act: str
    subject_kind: str
    subject_id: str
    details: object
    reason_digest: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Content(Unnumbered):
    """What an entry's hash covers."""

    sequence: int


def chained(previous: bytes, content: Content) -> bytes:
    """Return the hash of an entry that follows the one with that hash."""
    return hashlib.sha256(previous + canonical(content)).digest()


def canonical(content: Content) -> bytes:
    """Return the bytes of an entry; no two different entries have the same.

    Raises:
        NotCanonicalError: the details hold what no entry is written with.
    """
    before, after = around_the_number(content)
    return _framed(b"l", before + _encoded(content.sequence) + after)


def around_the_number(content: Unnumbered) -> tuple[bytes, bytes]:
    """Return what stands before and after the number in an entry's list, for whoever does not know the number yet."""
    before = [_FORMAT, content.chain]
    after = [
        content.id.bytes,
        (content.at - _EPOCH) // _MICROSECOND,
        content.act,
        content.subject_kind,
        content.subject_id,
        content.details,
        content.reason_digest,
    ]
    return b"".join(map(_encoded, before)), b"".join(map(_encoded, after))


def digest_of_reason(reason: str, *, salt: bytes) -> bytes:
    """Return what stands for the reason in the hash.

    The salt keeps the words from being guessed from it, once they had to be removed.
    """
    return hashlib.sha256(_encoded([salt, reason])).digest()


def _encoded(value: object) -> bytes:
    """Return the value as kind, length and bytes, so that nothing can be moved from one value into the next."""
    return _framed(*_taken_apart(value))


def _framed(kind: bytes, content: bytes) -> bytes:
    return kind + len(content).to_bytes(8, "big") + content


def _taken_apart(value: object) -> tuple[bytes, bytes]:
    if isinstance(value, str):
        return b"t", value.encode()
    # True and False are whole numbers to Python, so they are asked for first.
    if value is None or isinstance(value, bool):
        return b"c", str(value).encode()
    if isinstance(value, int):
        return b"i", str(value).encode()
    if isinstance(value, bytes):
        return b"b", value
    if isinstance(value, Mapping):
        return b"m", b"".join(_encoded(name) + _encoded(value[name]) for name in sorted(value))
    if isinstance(value, Sequence):
        return b"l", b"".join(_encoded(each) for each in value)
    message = f"A {type(value).__name__} is not written into an entry."
    raise NotCanonicalError(message)
