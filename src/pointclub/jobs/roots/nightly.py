"""The root that the worker makes every night at 02:00, Japan's time, after the balance update.

The file is the record: a day that has one is sealed, and one that was missed is sealed when the worker runs again. Days
that have passed without one stay without; the next root covers what they wrote.
"""

from __future__ import annotations

import contextlib
import datetime as dt

from pointclub.config.environment import Environment
from pointclub.foundation.periods import TOKYO, tokyo_day
from pointclub.jobs.roots.folder import name_of
from pointclub.jobs.roots.sealing import RootExistsError, Sealed, seal

STARTS = dt.time(2, 0)


def seal_if_due(*, now: dt.datetime, environment: Environment) -> Sealed | None:
    """Seal the books of the day from its hour on; nothing is done where no folder is named or the day is sealed.

    Raises:
        FolderNotWritableError: the folder takes no file.
    """
    folder = environment.roots_folder
    if folder is None or now.astimezone(TOKYO).time() < STARTS or (folder / name_of(tokyo_day(now))).exists():
        return None
    with contextlib.suppress(RootExistsError):  # Another worker was first.
        return seal(folder=folder, at=now, seed=environment.root_signing_key, advance=lambda _: None)
    return None
