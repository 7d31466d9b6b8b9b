"""Holding the books and the audit log against a root: first the file itself, then each account and chain in it."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from pointclub.audit import queries as audit
from pointclub.foundation.refusals import NotFoundError
from pointclub.jobs.books import Difference
from pointclub.points import queries as points
from pointclub.points.rules import signing
from pointclub.points.rules.merkle import Tree
from pointclub.points.rules.root_file import BrokenLineError, RootHeader, chain_leaf, read_header, read_lines

_ACCOUNTS_AT_A_TIME = 5_000
_CHAINS_AT_A_TIME = 1_000


class FileNotThereError(NotFoundError):
    """There is no such file, or it cannot be read."""

    code = "file_not_there"


@contextmanager
def opened_root(path: Path) -> Iterator[tuple[RootHeader, BinaryIO]]:
    """Open a root and read its header; the lines below it can be read more than once.

    Raises:
        FileNotThereError: the file cannot be read.
        NotARootError: it is something else.
    """
    try:
        file = path.open("rb")
    except OSError as error:
        message = f"{path} cannot be read: {error.strerror}. Nothing was compared."
        raise FileNotThereError(message, file=str(path)) from None
    with file:
        if not file.seekable():
            message = f"{path} can be read only once, and a root is read twice: keep it in a file first."
            raise FileNotThereError(message, file=str(path))
        yield read_header(file), file


def accounts_of(file: BinaryIO) -> Iterator[points.SealedAccount]:
    """Yield the accounts of an opened root from the first on."""
    return (line for line in _lines_of(file) if isinstance(line, points.SealedAccount))


def chains_of(file: BinaryIO) -> Iterator[audit.ChainHead]:
    """Yield the chains of the audit log in an opened root from the first on."""
    return (line for line in _lines_of(file) if isinstance(line, audit.ChainHead))


def check_file(header: RootHeader, file: BinaryIO, *, key: bytes) -> list[Difference]:
    """Return in what the file is not what the owner of the key sealed."""
    found: list[Difference] = []
    if header.public_key != key:
        stands, expected = signing.key_id(header.public_key), signing.key_id(key)
        found.append(points.Difference(None, "file: sealed with another key", stands, expected))
    if not header.is_signed():
        found.append(points.Difference(None, "file: the signature is not that of this header", "", ""))
    accounts, chains = Tree(), Tree()
    try:
        for line in _lines_of(file):
            if isinstance(line, audit.ChainHead):
                chains.add(chain_leaf(line))
            else:
                accounts.add(line.leaf())
    except BrokenLineError as error:
        return [*found, points.Difference(None, f"file: {error}", "", "")]
    found += _tree_differs("accounts", accounts, header.accounts, header.root)
    found += _tree_differs("chains of the audit log", chains, header.audit_chains, header.audit_root)
    return found


def check_books(file: BinaryIO, *, advance: Callable[[int], None]) -> Iterator[Difference]:
    """Yield in what the books and the audit log differ from the file, which was checked before."""
    accounts = accounts_of(file)
    while some := list(itertools.islice(accounts, _ACCOUNTS_AT_A_TIME)):
        yield from points.verify_sealed(some)
        advance(len(some))
    chains = chains_of(file)
    while few := list(itertools.islice(chains, _CHAINS_AT_A_TIME)):
        yield from audit.verify_sealed_chains(few)
        advance(len(few))


def _lines_of(file: BinaryIO) -> Iterator[points.SealedAccount | audit.ChainHead]:
    file.seek(0)
    read_header(file)
    yield from read_lines(file)


def _tree_differs(what: str, tree: Tree, size: int, root: bytes) -> Iterator[Difference]:
    if tree.size != size:
        yield points.Difference(None, f"file: number of {what}", tree.size, size)
    if tree.root() != root:
        yield points.Difference(None, f"file: root of the {what}", tree.root().hex(), root.hex())
