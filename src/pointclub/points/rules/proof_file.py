"""What a member is given: all of an account that is hashed, the way to the root of a day, and the root (decision 13).

One JSON object; each transaction stands on a line of its own. Ids, days, instants (in UTC), numbers and hexadecimal
digests are those of `points/rules/chain.py`; reasons are there as digests only.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple
from uuid import UUID

from pointclub.foundation.refusals import Refusal
from pointclub.points.rules.chain import ChainedLot, ChainedPosting, ChainedTransaction
from pointclub.points.rules.reading import Fields, NotReadableError, digest, each
from pointclub.points.rules.root_file import RootHeader, SealedAccount, header_from

FORMAT = "pointclub proof 1"


class NotAProofError(Refusal):
    """The file is not made as a proof is."""

    code = "not_a_proof"


class Written(NamedTuple):
    """A transaction with its hash and its postings."""

    transaction: ChainedTransaction
    hash: bytes
    postings: tuple[ChainedPosting, ...]


@dataclass(frozen=True, slots=True)
class Proof:
    """What stands before the transactions."""

    root: RootHeader
    account: SealedAccount
    opened_at: dt.datetime
    index: int
    path: tuple[bytes, ...]
    lots: tuple[ChainedLot, ...]


def pieces(proof: Proof, transactions: Iterable[Written]) -> Iterator[str]:
    """Yield the file's text piece by piece, so that no more than one transaction is held."""
    head = {
        "format": FORMAT,
        "root": proof.root.fields(),
        "account": {
            "id": proof.account.account_id,
            "opened_at": proof.opened_at,
            "sequence": proof.account.sequence,
            "head": proof.account.head,
        },
        "index": proof.index,
        "path": proof.path,
        "lots": [lot._asdict() for lot in proof.lots],
    }
    yield _json(head)[:-1] + ', "transactions": ['
    comma = ""
    for written in transactions:
        yield f"{comma}\n{_json(_fields_of(written))}"
        comma = ","
    yield "\n]}\n"


def read_proof(content: bytes) -> tuple[Proof, list[Written]]:
    """Return what a file says.

    Raises:
        NotAProofError: it is cut short, or not made as a proof is; the message names the place.
    """
    try:
        fields = Fields(_loaded(content), "the file", _FILE, form=FORMAT)
        account = Fields(fields.any("account"), "account", "id opened_at sequence head")
        account_id = account.id("id")
        lots = [_lot(Fields(one, where, _LOT)) for one, where in each(fields.any("lots"), "lots")]
        proof = Proof(
            root=_root(fields.any("root")),
            account=SealedAccount(account_id, account.number("sequence"), account.digest("head")),
            opened_at=account.instant("opened_at"),
            index=fields.number("index"),
            path=tuple(digest(one, where) for one, where in each(fields.any("path"), "path")),
            lots=tuple(lots),
        )
        known = {lot.id: lot for lot in lots}
        transactions = each(fields.any("transactions"), "transactions")
        return proof, [_written(account_id, known, one, where) for one, where in transactions]
    except NotReadableError as error:
        message = f"This is no proof: {error}."
        raise NotAProofError(message) from None


_FILE = "format root account index path lots transactions"
_LOT = " ".join(ChainedLot._fields)
_TRANSACTION = " ".join([*(name for name in ChainedTransaction._fields if name != "account_id"), "hash", "postings"])
_POSTING = " ".join([*(name for name in ChainedPosting._fields if name != "lot"), "lot_id"])


def _fields_of(written: Written) -> dict[str, Any]:
    transaction = written.transaction._asdict()
    del transaction["account_id"]
    return transaction | {"hash": written.hash, "postings": [_fields_of_posting(one) for one in written.postings]}


def _fields_of_posting(posting: ChainedPosting) -> dict[str, Any]:
    fields = posting._asdict()
    lot = fields.pop("lot")
    return fields | {"lot_id": None if lot is None else lot.id}


def _loaded(content: bytes) -> object:
    try:
        return json.loads(content)
    except (ValueError, RecursionError):
        message = "it is not JSON, or was cut short"
        raise NotReadableError(message) from None


def _root(content: object) -> RootHeader:
    try:
        return header_from(content)
    except ValueError as error:
        message = f"in its root, {error}"
        raise NotReadableError(message) from None


def _lot(fields: Fields) -> ChainedLot:
    return ChainedLot(
        id=fields.id("id"),
        kind=fields.text("kind"),
        usable_through=fields.day("usable_through"),
        first_posted_on=fields.day("first_posted_on"),
        origin_account_id=fields.id_if_any("origin_account_id"),
        origin_lot_id=fields.id_if_any("origin_lot_id"),
    )


def _written(account_id: UUID, lots: dict[UUID, ChainedLot], content: object, where: str) -> Written:
    fields = Fields(content, where, _TRANSACTION)
    transaction = ChainedTransaction(
        account_id=account_id,
        id=fields.id("id"),
        sequence=fields.number("sequence"),
        kind=fields.text("kind"),
        business_key=fields.text("business_key"),
        fingerprint=fields.bytes_if_any("fingerprint"),
        occurred_at=fields.instant("occurred_at"),
        value_on=fields.day("value_on"),
        recorded_at=fields.instant("recorded_at"),
        actor=fields.text("actor"),
        reverses_id=fields.id_if_any("reverses_id"),
        approval_id=fields.id_if_any("approval_id"),
        reason_digest=fields.bytes_if_any("reason_digest"),
    )
    postings = each(fields.any("postings"), f"{where}.postings")
    return Written(
        transaction,
        fields.digest("hash"),
        tuple(_posting(Fields(one, below, _POSTING), lots) for one, below in postings),
    )


def _posting(fields: Fields, lots: dict[UUID, ChainedLot]) -> ChainedPosting:
    lot_id = fields.id_if_any("lot_id")
    if lot_id is not None and lot_id not in lots:
        raise fields.trouble("lot_id", "names a lot that is not among the lots")
    return ChainedPosting(
        id=fields.id("id"),
        points=fields.points("points"),
        contra=fields.text("contra"),
        contra_party_id=fields.id_if_any("contra_party_id"),
        source_id=fields.id_if_any("source_id"),
        lot=None if lot_id is None else lots[lot_id],
    )


def _json(fields: dict[str, Any]) -> str:
    return json.dumps(fields, ensure_ascii=False, default=_plain)


def _plain(value: object) -> str:
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, dt.datetime):
        return value.astimezone(dt.UTC).isoformat(timespec="microseconds")
    return str(value)
