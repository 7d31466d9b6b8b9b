"""Where roots lie."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path

from pointclub.config.environment import Environment
from pointclub.embedded.folders import make_folders
from pointclub.foundation.refusals import NotFoundError, Refusal

_NAME = re.compile(r"root-\d{4}-\d{2}-\d{2}\.txt", re.ASCII)


class FolderNotWritableError(Refusal):
    """What is to be kept cannot be written there."""

    code = "folder_not_writable"


class NoRootError(NotFoundError):
    """Nothing was sealed yet."""

    code = "no_root"


class NoFolderError(Refusal):
    """Nobody has said where roots are kept."""

    code = "no_folder"


def named_folder(environment: Environment) -> Path:
    """Return the folder that the settings name.

    Raises:
        NoFolderError: they name none.
    """
    if environment.roots_folder is None:
        message = "Say where roots are kept: set POINTCLUB_ROOTS_FOLDER, or name the folder or file in the command."
        raise NoFolderError(message)
    return environment.roots_folder


def name_of(day: dt.date) -> str:
    """Return the name of a day's root."""
    return f"root-{day}.txt"


def make_folder(folder: Path) -> None:
    """Make the folder where it is missing.

    Raises:
        FolderNotWritableError: it cannot be made.
    """
    try:
        make_folders(folder, mode=0o755)
    except OSError as error:
        raise not_writable(folder, error) from None
    if not folder.is_dir():
        raise not_writable(folder, NotADirectoryError("it is a file"))


def not_writable(folder: Path, error: OSError) -> FolderNotWritableError:
    """Return the refusal for what the system said."""
    message = (
        f"Nothing can be written to {folder}: {error.strerror or error}. Name another folder with --to, or with "
        f"POINTCLUB_ROOTS_FOLDER. Nothing was kept."
    )
    return FolderNotWritableError(message, folder=str(folder))


def latest_root(folder: Path) -> Path:
    """Return the root of the last day that was sealed.

    Raises:
        NoRootError: there is none.
    """
    try:
        names = [path.name for path in folder.iterdir() if _NAME.fullmatch(path.name)]
    except OSError:
        names = []
    if not names:
        message = f"There is no root in {folder}. `pointclub ledger root` makes one, --root names one elsewhere."
        raise NoRootError(message, folder=str(folder))
    return folder / max(names)
