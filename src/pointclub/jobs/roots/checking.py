"""Holding the books against a root: first the file itself, then every account in it."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from pointclub.foundation.refusals import NotFoundError
from pointclub.points import queries as points
from pointclub.points.rules import signing
from pointclub.points.rules.merkle import Tree
from pointclub.points.rules.root_file import BrokenLineError, RootHeader, read_accounts, read_header

_AT_A_TIME = 5_000


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
    file.seek(0)
    read_header(file)
    return read_accounts(file)


def check_file(header: RootHeader, file: BinaryIO, *, key: bytes) -> list[points.Difference]:
    """Return in what the file is not what the owner of the key sealed."""
    found: list[points.Difference] = []
    if header.public_key != key:
        stands, expected = signing.key_id(header.public_key), signing.key_id(key)
        found.append(points.Difference(None, "file: sealed with another key", stands, expected))
    if not header.is_signed():
        found.append(points.Difference(None, "file: the signature is not that of this header", "", ""))
    tree = Tree()
    try:
        for sealed in accounts_of(file):
            tree.add(sealed.leaf())
    except BrokenLineError as error:
        return [*found, points.Difference(None, f"file: {error}", "", "")]
    if tree.size != header.accounts:
        found.append(points.Difference(None, "file: number of accounts", tree.size, header.accounts))
    if tree.root() != header.root:
        found.append(points.Difference(None, "file: root of the accounts", tree.root().hex(), header.root.hex()))
    return found


def check_books(file: BinaryIO, *, advance: Callable[[int], None]) -> Iterator[points.Difference]:
    """Yield in what the books differ from the file, which was checked before."""
    accounts = accounts_of(file)
    while chunk := list(itertools.islice(accounts, _AT_A_TIME)):
        yield from points.verify_sealed(chunk)
        advance(len(chunk))
