"""A request as it comes in, piece by piece: bounded in size before it is kept, and whole before anybody works on it."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass

from pointclub.config import uploads

LARGEST_HEAD = 32 * 1024
# Forms hold less than Django would take of one (2.5 MB) and what their fields are packed in.
LARGEST_FORM = 3 * 1024 * 1024
# The office alone takes files.
LARGEST_UPLOAD = uploads.MOST_BYTES + LARGEST_FORM
_KEPT_IN_MEMORY = 64 * 1024
_PIECE = 64 * 1024
_LENGTH = re.compile(rb"^content-length[ \t]*:[ \t]*([0-9]{1,12})[ \t]*\r$", re.IGNORECASE | re.MULTILINE)
_LENGTHS = re.compile(rb"^content-length[ \t]*:", re.IGNORECASE | re.MULTILINE)
_CHUNKED = re.compile(rb"^transfer-encoding[ \t]*:", re.IGNORECASE | re.MULTILINE)
_ASKING = re.compile(rb"^expect[ \t]*:[ \t]*100-continue[ \t]*\r\n", re.IGNORECASE | re.MULTILINE)
_UPLOADING = re.compile(rb"[A-Z]+ /office/")


@dataclass(frozen=True)
class Refused:
    """Why a request is not taken in, as HTTP says it."""

    status: int
    reason: str


BAD = Refused(400, "Bad Request")
TOO_SLOW = Refused(408, "Request Timeout")
NO_LENGTH = Refused(411, "Length Required")
TOO_LARGE = Refused(413, "Content Too Large")
HEAD_TOO_LARGE = Refused(431, "Request Header Fields Too Large")
BUSY = Refused(503, "Service Unavailable")


class Arriving:
    """What has come of one request; the server's parser reads it only when nothing of it is missing any more."""

    def __init__(self) -> None:
        self._head = bytearray()
        self._kept = tempfile.SpooledTemporaryFile[bytes](max_size=_KEPT_IN_MEMORY)
        self._missing: int | None = None
        # How much its head says that comes after it.
        self.length = 0
        self.rest = b""
        self.refused: Refused | None = None
        # Set where the caller waits for a word before sending the rest.
        self.asks_to_go_on = False

    @property
    def has_begun(self) -> bool:
        """Tell whether anything has come at all."""
        return bool(self._head)

    @property
    def is_whole(self) -> bool:
        """Tell whether all of it is there."""
        return self._missing == 0

    @property
    def is_form(self) -> bool:
        """Tell whether something is to be done, not only to be shown."""
        return not self._head.startswith((b"GET ", b"HEAD "))

    def take(self, data: bytes) -> None:
        """Take the next piece; what comes after the end of the request is the rest.

        Raises:
            OSError: there is no room on the disk to keep it.
        """
        if self._missing is None:
            self._take_head(data)
        else:
            self._take_body(data)

    def pieces(self) -> Iterator[bytes]:
        """Give it from the beginning."""
        self._kept.seek(0)
        while piece := self._kept.read(_PIECE):
            yield piece

    def forget(self) -> None:
        """Let go of what was kept."""
        self._kept.close()

    def _take_head(self, data: bytes) -> None:
        sought_from = max(0, len(self._head) - 3)
        self._head += data
        end = self._head.find(b"\r\n\r\n", sought_from)
        if end < 0:
            if len(self._head) > LARGEST_HEAD:
                self.refused = HEAD_TOO_LARGE
            return
        body = bytes(self._head[end + 4 :])
        del self._head[end + 4 :]
        self.length, self.refused = _length_of(bytes(self._head))
        self._missing = self.length
        if self.refused is None:
            # Whoever asks is answered here, while it matters; the server's parser would answer a second time.
            head, asked = _ASKING.subn(b"", self._head)
            self._kept.write(head)
            self._take_body(body)
            self.asks_to_go_on = bool(asked and self._missing and not body)

    def _take_body(self, data: bytes) -> None:
        assert self._missing is not None
        own, self.rest = data[: self._missing], data[self._missing :]
        self._kept.write(own)
        self._missing -= len(own)


def _length_of(head: bytes) -> tuple[int, Refused | None]:
    """Return how much comes after the head. Browsers and proxies that keep bodies say so; who does not is refused."""
    if len(head) > LARGEST_HEAD:
        return 0, HEAD_TOO_LARGE
    if _CHUNKED.search(head):
        return 0, NO_LENGTH
    lengths = _LENGTH.findall(head)
    if len(lengths) != len(_LENGTHS.findall(head)) or len(lengths) > 1:
        return 0, BAD
    length = int(lengths[0]) if lengths else 0
    largest = LARGEST_UPLOAD if _UPLOADING.match(head) else LARGEST_FORM
    return length, TOO_LARGE if length > largest else None
