"""The file that seals the books and the audit log of a day, under a signed header (decision 13).

The first line is the header, as JSON with its names in order and without spaces; the signature is over the same line
without itself. Then follow ``ACCOUNT SEQUENCE HEAD`` for every account, in the order of ids, and ``audit CHAIN SEQUENCE
HEAD`` for every chain of the audit log, in the order of names. Each line is a leaf of the Merkle tree of its kind, and
the header holds the roots of both. In a chain's name every byte but letters, digits and ``_.-~:`` is written as in
addresses, ``%20``. A file has one way to be written, so any changed byte is a change.
"""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, BinaryIO, NamedTuple
from urllib.parse import quote, unquote
from uuid import UUID

from pointclub.audit.rules.heads import ChainHead
from pointclub.foundation.refusals import Refusal
from pointclub.points.rules import signing

FORMAT = "pointclub root 2"
_LONGEST_LINE = 2_000
_FIRST_YEAR, _LAST_YEAR = 2000, 2199
_OTHERWISE = "its first line is not written as a header is"
_ACCOUNT = re.compile(rb"([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}) (0|[1-9][0-9]{0,9}) ([0-9a-f]{64})\n")
_CHAIN = re.compile(rb"audit ([A-Za-z0-9_.~:%-]+) (0|[1-9][0-9]{0,18}) ((?:[0-9a-f]{2}){0,64})\n")
_DIGEST = re.compile(r"[0-9a-f]{64}")


class NotARootError(Refusal):
    """The file does not begin as a root does."""

    code = "not_a_root"


class BrokenLineError(Exception):
    """A line that no root has."""

    def __init__(self, number: int, why: str) -> None:
        super().__init__(f"line {number} {why}")


class SealedAccount(NamedTuple):
    """Where an account stood when the day was sealed."""

    account_id: UUID
    sequence: int
    head: bytes

    def leaf(self) -> bytes:
        """Return what stands for the account in the tree, and in its line."""
        return f"{self.account_id} {self.sequence} {self.head.hex()}".encode()


@dataclass(frozen=True, slots=True)
class RootHeader:
    """What is signed."""

    day: dt.date
    sealed_at: dt.datetime
    accounts: int
    root: bytes
    audit_chains: int
    audit_root: bytes
    public_key: bytes = b""
    signature: bytes = b""

    def signed_with(self, seed: bytes) -> RootHeader:
        """Return the same header with the signature of the key that grows from the seed."""
        unsigned = replace(self, public_key=signing.public_key_of(seed), signature=b"")
        return replace(unsigned, signature=signing.sign(_in_one_way(unsigned._signed_fields()), seed=seed))

    def seals_the_same(self, other: RootHeader) -> bool:
        """Return whether the other seals the same books and the same log by the same key, at whatever instant."""
        return replace(self, day=other.day, sealed_at=other.sealed_at, signature=other.signature) == other

    def fields(self) -> dict[str, Any]:
        """Return the header as JSON holds it."""
        return self._signed_fields() | {"signature": signing.in_base64(self.signature)}

    def line(self) -> bytes:
        """Return the first line of the file."""
        return _in_one_way(self.fields()) + b"\n"

    def is_signed(self) -> bool:
        """Return whether the signature is that of the key in the header."""
        content = _in_one_way(self._signed_fields())
        return signing.is_signed(content, signature=self.signature, public_key=self.public_key)

    def _signed_fields(self) -> dict[str, Any]:
        return {
            "format": FORMAT,
            "day": self.day.isoformat(),
            "sealed_at": self.sealed_at.astimezone(dt.UTC).isoformat(timespec="microseconds"),
            "accounts": self.accounts,
            "root": self.root.hex(),
            "audit_chains": self.audit_chains,
            "audit_root": self.audit_root.hex(),
            "public_key": signing.in_base64(self.public_key),
        }


def chain_leaf(head: ChainHead) -> bytes:
    """Return what stands for a chain of the audit log in its tree, and in its line."""
    return f"audit {quote(head.chain, safe=':')} {head.sequence} {head.head.hex()}".encode()


def header_from(fields: object) -> RootHeader:
    """Return the header that JSON holds; ValueError if it is not as :meth:`RootHeader.fields` writes it."""
    if not isinstance(fields, dict) or fields.get("format") != FORMAT:
        message = f"it does not say that its format is {FORMAT!r}"
        raise ValueError(message)
    accounts, root = _tree(fields, "accounts", "root")
    audit_chains, audit_root = _tree(fields, "audit_chains", "audit_root")
    header = RootHeader(
        day=dt.date.fromisoformat(str(fields.get("day"))),
        sealed_at=dt.datetime.fromisoformat(str(fields.get("sealed_at"))),
        accounts=accounts,
        root=root,
        audit_chains=audit_chains,
        audit_root=audit_root,
        public_key=signing.from_base64(fields.get("public_key"), length=signing.KEY_BYTES),
        signature=signing.from_base64(fields.get("signature"), length=signing.SIGNATURE_BYTES),
    )
    is_possible = header.sealed_at.tzinfo is not None and _FIRST_YEAR <= header.sealed_at.year <= _LAST_YEAR
    if not is_possible or _in_one_way(header.fields()) != _in_one_way(fields):
        raise ValueError(_OTHERWISE)
    return header


def read_header(file: BinaryIO) -> RootHeader:
    """Read the first line.

    Raises:
        NotARootError: it is no header.
    """
    line = file.readline(_LONGEST_LINE)
    why = _OTHERWISE
    try:
        header = header_from(json.loads(line))
        if header.line() == line:
            return header
    except (json.JSONDecodeError, UnicodeDecodeError, RecursionError):
        why = "its first line is not JSON"
    except ValueError as error:
        why = str(error)
    message = f"This is no root of the books: {why}. Nothing was compared."
    raise NotARootError(message)


def read_lines(file: BinaryIO) -> Iterator[SealedAccount | ChainHead]:
    """Yield what the lines after the header say: the accounts first, then the chains of the audit log.

    Raises:
        BrokenLineError: a line is cut short, is none, or is out of order.
    """
    before: SealedAccount | ChainHead | None = None
    number = 1
    while line := file.readline(_LONGEST_LINE):
        number += 1
        found = _account(line) or _chain(line)
        if found is None:
            raise BrokenLineError(number, _why(line))
        if before is not None and not _is_after(found, before):
            raise BrokenLineError(
                number, "is out of order: accounts stand in the order of their ids, then chains by name, each once"
            )
        before = found
        yield found


def _account(line: bytes) -> SealedAccount | None:
    found = _ACCOUNT.fullmatch(line)
    return found and SealedAccount(UUID(found[1].decode()), int(found[2]), bytes.fromhex(found[3].decode()))


def _chain(line: bytes) -> ChainHead | None:
    found = _CHAIN.fullmatch(line)
    if found is None:
        return None
    name = unquote(found[1].decode(), errors="replace")
    head = ChainHead(name, int(found[2]), bytes.fromhex(found[3].decode()))
    return head if chain_leaf(head) + b"\n" == line else None


def _is_after(line: SealedAccount | ChainHead, before: SealedAccount | ChainHead) -> bool:
    if isinstance(line, SealedAccount):
        return isinstance(before, SealedAccount) and line.account_id > before.account_id
    return isinstance(before, SealedAccount) or line.chain > before.chain


def _why(line: bytes) -> str:
    if not line.endswith(b"\n"):
        return "is cut short"
    return "is not audit CHAIN SEQUENCE HEAD" if line.startswith(b"audit") else "is not ACCOUNT SEQUENCE HEAD"


def _tree(fields: dict[str, Any], leaves: str, root: str) -> tuple[int, bytes]:
    count, digest = fields.get(leaves), fields.get(root)
    if type(count) is not int or count < 0 or not isinstance(digest, str) or not _DIGEST.fullmatch(digest):
        message = f"it gives no {leaves} or no {root}"
        raise ValueError(message)
    return count, bytes.fromhex(digest)


def _in_one_way(fields: dict[str, Any]) -> bytes:
    return json.dumps(fields, sort_keys=True, separators=(",", ":"), ensure_ascii=True).encode()
