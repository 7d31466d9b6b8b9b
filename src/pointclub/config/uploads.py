"""What comes in by a form of the browser is cut off where no form of ours would take it any more."""

from typing import Any

from django.core.files.uploadhandler import FileUploadHandler, StopUpload

MOST_BYTES = 11 * 1024 * 1024


class CutOff(FileUploadHandler):
    """Stands before Django's own handlers and stops an upload that grows beyond what any page takes."""

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """Begin to count."""
        super().new_file(*args, **kwargs)
        self._received = 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:  # noqa: ARG002 -- Django's signature.
        """Count, and pass on what may come in; what is cut off is as if no file had been chosen."""
        self._received += len(raw_data)
        if self._received > MOST_BYTES:
            raise StopUpload(connection_reset=True)
        return raw_data

    def file_complete(self, file_size: int) -> None:
        """Leave the file to the handlers behind."""
