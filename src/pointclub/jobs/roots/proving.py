"""Making the proof of one account: everything hashed of it, and the way to the root of a day."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import BinaryIO
from uuid import UUID

from pointclub.foundation.refusals import NotFoundError, Refusal
from pointclub.jobs.roots.checking import accounts_of, check_file, opened_root
from pointclub.points import queries as points
from pointclub.points.rules.merkle import inclusion_path
from pointclub.points.rules.proof_file import Proof, Written, pieces
from pointclub.points.rules.root_file import SealedAccount


class RootChangedError(Refusal):
    """The root does not hold by itself, so nothing can be proven by it."""

    code = "root_changed"


class NotSealedError(NotFoundError):
    """The root knows nothing of the account."""

    code = "not_sealed"


class BooksDifferError(Refusal):
    """The account is not what was sealed, so its proof would fail."""

    code = "books_differ"


class FileExistsAlreadyError(Refusal):
    """A file of that name is there, and is not written over."""

    code = "file_exists"


class FileNotWritableError(Refusal):
    """The proof cannot be written there."""

    code = "file_not_writable"


def prepare(account_id: UUID, *, root: Path) -> Proof:
    """Return what stands in the proof before the transactions.

    Raises:
        FileNotThereError, NotARootError, RootChangedError: the root cannot be used.
        NotSealedError: the account was opened after the root was made.
        BooksDifferError: the account is not what was sealed.
    """
    with opened_root(root) as (header, opened):
        if found := check_file(header, opened, key=header.public_key):
            message = f"{root} was changed ({found[0].what}). Fetch a copy of it; nothing was written."
            raise RootChangedError(message, file=str(root))
        index, account = _place(account_id, opened)
        if account is None:
            message = (
                f"The account was opened after the books of {header.day} were sealed. Prove it by a later root; "
                f"nothing was written."
            )
            raise NotSealedError(message, day=str(header.day))
        if points.verify_sealed([account]):
            message = (
                "This account is not what was sealed, so there is nothing to prove. `pointclub ledger check-root` says "
                "what differs. Nothing was written."
            )
            raise BooksDifferError(message, account=str(account_id))
        leaves = (sealed.leaf() for sealed in accounts_of(opened))
        path = inclusion_path(leaves, index=index, size=header.accounts)
    lots = points.chained_lots(account_id, through=account.sequence)
    return Proof(header, account, points.get_opening(account_id), index, tuple(path), tuple(lots.values()))


def write(proof: Proof, to: Path, *, advance: Callable[[int], None]) -> None:
    """Write a proof with its transactions; whoever looks sees the whole file or none.

    Raises:
        FileExistsAlreadyError: a file of that name is there.
        FileNotWritableError: the proof cannot be kept there.
    """
    lots = {lot.id: lot for lot in proof.lots}
    transactions = _counted(
        points.stream_chain(proof.account.account_id, lots, through=proof.account.sequence), advance=advance
    )
    try:
        with tempfile.NamedTemporaryFile(
            "w", dir=to.parent, prefix=".proof-", suffix=".draft", encoding="utf-8", newline="\n"
        ) as draft:
            for piece in pieces(proof, transactions):
                draft.write(piece)
            draft.flush()
            os.fsync(draft.fileno())
            os.link(draft.name, to)
    except FileExistsError:
        message = f"{to} is there already, and stays as it is. Name another file with --to."
        raise FileExistsAlreadyError(message, file=str(to)) from None
    except OSError as error:
        message = f"{to} cannot be written: {error.strerror or error}. Name another file with --to."
        raise FileNotWritableError(message, file=str(to)) from None


def _counted(transactions: Iterable[Written], *, advance: Callable[[int], None]) -> Iterator[Written]:
    for each in transactions:
        yield each
        advance(1)


def _place(account_id: UUID, opened: BinaryIO) -> tuple[int, SealedAccount | None]:
    for index, sealed in enumerate(accounts_of(opened)):
        if sealed.account_id == account_id:
            return index, sealed
    return -1, None
