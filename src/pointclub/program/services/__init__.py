"""Changing the program by two people, pausing it, and recording its nights."""

from pointclub.program.services.nights import (
    begin_run,
    finish_run,
    record_night,
)
from pointclub.program.services.suspensions import (
    InvalidSuspensionError,
    UnknownSuspensionError,
    resume,
    suspend,
)
from pointclub.program.services.versions import (
    AlreadyDecidedError,
    BackdatedVersionError,
    InvalidVersionError,
    ProgramFigures,
    SamePersonError,
    VersionExistsError,
    VersionReasonError,
    approve_version,
    reject_version,
    request_version,
)

__all__ = [
    "AlreadyDecidedError",
    "BackdatedVersionError",
    "InvalidSuspensionError",
    "InvalidVersionError",
    "ProgramFigures",
    "SamePersonError",
    "UnknownSuspensionError",
    "VersionExistsError",
    "VersionReasonError",
    "approve_version",
    "begin_run",
    "finish_run",
    "record_night",
    "reject_version",
    "request_version",
    "resume",
    "suspend",
]
