"""Files of people's data that are there whole or not at all, and that nobody else on the machine can read."""

from __future__ import annotations

import fcntl
import os
import re
from collections.abc import Collection, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from uuid import UUID

_FOR_ITS_OWNER_ALONE = 0o600
_PART = re.compile(r"\.([0-9a-f-]{36})\.part")


def write_part(file: Path, content: bytes, *, of: UUID) -> None:
    """Write what will be the file, beside it, under the id of the work that it is part of.

    Raises:
        OSError: it cannot be written.
    """
    descriptor = os.open(_part(file, of), os.O_WRONLY | os.O_CREAT | os.O_TRUNC, _FOR_ITS_OWNER_ALONE)
    with os.fdopen(descriptor, "wb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())


def finish(file: Path, *, of: UUID) -> None:
    """Give the file its name, unless that was done before.

    Raises:
        OSError: there is another file of that name, or none can be written.
    """
    part = _part(file, of)
    if not part.exists():
        return
    if file.exists():
        raise FileExistsError(str(file))
    part.rename(file)


def drop(file: Path, *, of: UUID) -> None:
    """Remove what was written beside the file."""
    _part(file, of).unlink(missing_ok=True)


def drop_all(file: Path) -> None:
    """Remove all that was written beside the file and did not become it."""
    for found in list_unfinished(file):
        drop(file, of=found)


def list_unfinished(file: Path) -> set[UUID]:
    """Return the ids under which something was written beside the file that did not become it."""
    if not file.parent.is_dir():
        return set()
    names = (each.name.removeprefix(file.name) for each in file.parent.iterdir() if each.name.startswith(file.name))
    return {UUID(found[1]) for name in names if (found := _PART.fullmatch(name))}


@contextmanager
def alone_in(folders: Collection[Path]) -> Iterator[None]:
    """Keep every other process out that would be alone there too; one that is killed keeps nobody out.

    Raises:
        BlockingIOError: another process is there.
        OSError: there is no such folder.
    """
    with ExitStack() as held:
        for folder in sorted({each.resolve() for each in folders}):
            descriptor = os.open(folder, os.O_RDONLY)
            held.callback(os.close, descriptor)
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield


def _part(file: Path, of: UUID) -> Path:
    return file.with_name(f"{file.name}.{of}.part")
