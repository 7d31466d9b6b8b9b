"""Sealing the books of a day into a file."""

from __future__ import annotations

import datetime as dt
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from pointclub.foundation.periods import tokyo_day
from pointclub.foundation.refusals import Refusal
from pointclub.jobs.roots.folder import make_folder, name_of, not_writable
from pointclub.points import queries as points
from pointclub.points.rules.merkle import Tree
from pointclub.points.rules.root_file import NotARootError, RootHeader, read_header, sign_header

_STEP = 5_000


class RootExistsError(Refusal):
    """The day was sealed before, and the file says something else than the books do now."""

    code = "root_exists"


@dataclass(frozen=True, slots=True)
class Sealed:
    """A day's root, and whether this call wrote it."""

    file: Path
    header: RootHeader
    is_new: bool


def seal(*, folder: Path, at: dt.datetime, seed: bytes, advance: Callable[[int], None]) -> Sealed:
    """Write the root of the Tokyo day of ``at``; whoever looks sees the whole file or none.

    Where the day was sealed and nothing has moved since, that file is the answer.

    Raises:
        RootExistsError: the file of the day has another content; it stays as it is.
        FolderNotWritableError: the folder takes no file.
    """
    make_folder(folder)
    target = folder / name_of(tokyo_day(at))
    try:
        with _draft(folder) as body, _draft(folder) as whole:
            tree = _write_accounts(body, advance)
            header = sign_header(day=tokyo_day(at), sealed_at=at, accounts=tree.size, root=tree.root(), seed=seed)
            whole.write(header.line())
            body.seek(0)
            shutil.copyfileobj(body, whole)
            whole.flush()
            os.fsync(whole.fileno())
            os.fchmod(whole.fileno(), 0o444)
            try:
                os.link(whole.name, target)  # Unlike a rename, it never takes the place of a file.
            except FileExistsError:
                return Sealed(target, _same(target, header), is_new=False)
            _sync(folder)
    except OSError as error:
        raise not_writable(folder, error) from None
    return Sealed(target, header, is_new=True)


def _write_accounts(body: IO[bytes], advance: Callable[[int], None]) -> Tree:
    tree = Tree()
    for sealed in points.stream_heads():
        leaf = sealed.leaf()
        body.write(leaf + b"\n")
        tree.add(leaf)
        if tree.size % _STEP == 0:
            advance(_STEP)
    return tree


def _same(target: Path, header: RootHeader) -> RootHeader:
    """Return the header of the file that is there, if it seals the same books."""
    try:
        with target.open("rb") as file:
            there = read_header(file)
    except NotARootError:
        message = f"{target} is there already, and is no root of the books. It stays as it is; nothing was sealed."
        raise RootExistsError(message, file=str(target)) from None
    if (there.root, there.accounts, there.public_key) != (header.root, header.accounts, header.public_key):
        message = (
            f"{target} was sealed before, and the books have moved since (or it was sealed with another key). It stays "
            f"as it is. To seal the day once more, name another folder with --to."
        )
        raise RootExistsError(message, file=str(target))
    return there


@contextmanager
def _draft(folder: Path) -> Iterator[IO[bytes]]:
    with tempfile.NamedTemporaryFile(dir=folder, prefix=".root-", suffix=".draft") as draft:
        yield draft


def _sync(folder: Path) -> None:
    """Make sure that the new name outlives a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
