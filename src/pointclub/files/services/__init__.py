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
from pointclub.files.services.uploads import (
    MOST_BYTES,
    UploadedBeforeError,
    UploadTooLargeError,
    finish_upload,
    hold_upload,
    keep_upload,
    link_upload,
    note_upload_begun,
    refuse_upload,
)

__all__ = [
    "MOST_BYTES",
    "CheckedFile",
    "EarlierFileUnfinishedError",
    "IncomingFile",
    "Progress",
    "SequenceGapError",
    "SequenceReusedError",
    "UploadTooLargeError",
    "UploadedBeforeError",
    "checked_file",
    "finish_upload",
    "hold_upload",
    "import_file",
    "keep_upload",
    "link_upload",
    "note_upload_begun",
    "refuse_upload",
    "register_file",
    "take_in",
    "write_error_file",
]
