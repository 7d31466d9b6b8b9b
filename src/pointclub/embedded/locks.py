"""Locks between processes that end with the process, however it ends."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def one_at_a_time(folder: Path) -> Iterator[None]:
    """Let one process at a time start or stop the server of this folder."""
    descriptor = _open(folder / "starting.lock")
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


class Use:
    """A process's word that it works with the server; the last to go knows that it is the last."""

    def __init__(self, folder: Path) -> None:
        self._descriptor = _open(folder / "in-use.lock")
        fcntl.flock(self._descriptor, fcntl.LOCK_SH)

    def end(self) -> None:
        """Take the word back."""
        os.close(self._descriptor)


def is_used(folder: Path) -> bool:
    """Tell whether any process works with the server now; asked under `one_at_a_time` the answer holds."""
    descriptor = _open(folder / "in-use.lock")
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(descriptor)
    return False


def _open(path: Path) -> int:
    return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
