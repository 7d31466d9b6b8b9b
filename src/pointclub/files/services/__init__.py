"""Taking files in: check the whole, register it once, then go through its rows in chunks that can be resumed."""

from pointclub.files.services.check import CheckedFile, checked_file
from pointclub.files.services.error_file import write_error_file
from pointclub.files.services.import_file import IncomingFile, import_file
from pointclub.files.services.register import (
    EarlierFileUnfinishedError,
    SequenceGapError,
    SequenceReusedError,
    register_file,
)
from pointclub.files.services.take_in import Progress, take_in

__all__ = [
    "CheckedFile",
    "EarlierFileUnfinishedError",
    "IncomingFile",
    "Progress",
    "SequenceGapError",
    "SequenceReusedError",
    "checked_file",
    "import_file",
    "register_file",
    "take_in",
    "write_error_file",
]
