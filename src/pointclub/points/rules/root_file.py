"""The file that seals the books of a day: a signed header, and below it the head of every account (decision 13).

The first line is the header, as JSON with its names in order and without spaces; the signature is over the same line
without itself. Each further line is ``ACCOUNT SEQUENCE HEAD``, in the order of the accounts' ids, and is one leaf of
the Merkle tree whose root the header holds. A file has one way to be written, so any changed byte is a change.
"""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, BinaryIO, NamedTuple
from uuid import UUID

from pointclub.foundation.refusals import Refusal
from pointclub.points.rules import signing

FORMAT = "pointclub root 1"
_LONGEST_LINE = 1_000
_FIRST_YEAR, _LAST_YEAR = 2000, 2199
_OTHERWISE = "its first line is not written as a header is"
_ACCOUNT = re.compile(rb"([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}) (0|[1-9][0-9]{0,9}) ([0-9a-f]{64})\n")
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
    public_key: bytes
    signature: bytes

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
            "public_key": signing.in_base64(self.public_key),
        }


def sign_header(*, day: dt.date, sealed_at: dt.datetime, accounts: int, root: bytes, seed: bytes) -> RootHeader:
    """Return the header of a day, with the signature of the key that grows from the seed."""
    unsigned = RootHeader(day, sealed_at, accounts, root, signing.public_key_of(seed), signature=b"")
    return replace(unsigned, signature=signing.sign(_in_one_way(unsigned._signed_fields()), seed=seed))


def header_from(fields: object) -> RootHeader:
    """Return the header that JSON holds; ValueError if it is not as :meth:`RootHeader.fields` writes it."""
    if not isinstance(fields, dict) or fields.get("format") != FORMAT:
        message = f"it does not say that its format is {FORMAT!r}"
        raise ValueError(message)
    accounts, root = fields.get("accounts"), fields.get("root")
    if type(accounts) is not int or accounts < 0 or not isinstance(root, str) or not _DIGEST.fullmatch(root):
        raise ValueError("it gives no number of accounts or no root")
    header = RootHeader(
        day=dt.date.fromisoformat(str(fields.get("day"))),
        sealed_at=dt.datetime.fromisoformat(str(fields.get("sealed_at"))),
        accounts=accounts,
        root=bytes.fromhex(root),
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


def read_accounts(file: BinaryIO) -> Iterator[SealedAccount]:
    """Yield the accounts of the lines after the header.

    Raises:
        BrokenLineError: a line is cut short, is none, or is out of order.
    """
    before = b""
    number = 1
    while line := file.readline(_LONGEST_LINE):
        number += 1
        found = _ACCOUNT.fullmatch(line)
        if found is None:
            raise BrokenLineError(
                number, "is cut short" if not line.endswith(b"\n") else "is not ACCOUNT SEQUENCE HEAD"
            )
        if found[1] <= before:
            raise BrokenLineError(number, "is out of order: accounts stand in the order of their ids, each once")
        before = found[1]
        yield SealedAccount(UUID(found[1].decode()), int(found[2]), bytes.fromhex(found[3].decode()))


def _in_one_way(fields: dict[str, Any]) -> bytes:
    return json.dumps(fields, sort_keys=True, separators=(",", ":"), ensure_ascii=True).encode()
