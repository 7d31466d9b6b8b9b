"""Sealing the books and the audit log of a day into a file."""

from __future__ import annotations

import datetime as dt
import os
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from pointclub.audit import queries as audit
from pointclub.foundation.periods import tokyo_day
from pointclub.foundation.postgresql.snapshots import one_snapshot
from pointclub.foundation.refusals import Refusal
from pointclub.jobs.roots.folder import make_folder, name_of, not_writable
from pointclub.points import queries as points
from pointclub.points.rules.merkle import Tree
from pointclub.points.rules.root_file import NotARootError, RootHeader, chain_leaf, read_header

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
            with one_snapshot():
                accounts = _write_lines((sealed.leaf() for sealed in points.stream_heads()), body, advance)
                chains = _write_lines((chain_leaf(head) for head in audit.audit_heads()), body, advance)
            header = RootHeader(
                day=tokyo_day(at),
                sealed_at=at,
                accounts=accounts.size,
                root=accounts.root(),
                audit_chains=chains.size,
                audit_root=chains.root(),
            ).signed_with(seed)
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


def _write_lines(leaves: Iterable[bytes], body: IO[bytes], advance: Callable[[int], None]) -> Tree:
    tree = Tree()
    for leaf in leaves:
        body.write(leaf + b"\n")
        tree.add(leaf)
        if tree.size % _STEP == 0:
            advance(_STEP)
    advance(tree.size % _STEP)
    return tree


def _same(target: Path, header: RootHeader) -> RootHeader:
    """Return the header of the file that is there, if it seals the same books and the same log."""
    try:
        with target.open("rb") as file:
            there = read_header(file)
    except NotARootError:
        message = f"{target} is there already, and is no root of the books. It stays as it is; nothing was sealed."
        raise RootExistsError(message, file=str(target)) from None
    if not there.seals_the_same(header):
        message = (
            f"{target} was sealed before, and the books or the audit log have moved since (or it was sealed with "
            f"another key). It stays as it is. To seal the day once more, name another folder with --to."
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
