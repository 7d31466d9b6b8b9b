"""In which encoding a file is written: UTF-8 or CP932, the whole of it in one (FIL-1).

Line ends, commas and quotes never are part of a longer character in either of the two, so bytes may be split at them.
"""

import codecs
import re

from pointclub.files.rules.broken import BrokenFileError

UTF_8 = "utf-8"
CP932 = "cp932"

# Codes that CP932 leaves empty or for private use; Python lets them pass.
_NO_CHARACTER_OF_CP932 = re.compile("[\x80-\xa0\uf8f0-\uf8f3]")
# UTF-8 writes Japanese with three bytes a character. Pairs of half-width katakana in CP932 can look like two-byte
# characters of UTF-8, so those prove nothing.
_JAPANESE_FIRST = 0x800


class EncodingScan:
    """Is shown a file line by line, and then tells its encoding; keeps no line."""

    def __init__(self) -> None:
        self._line = 0
        self._has_mark = False
        self._not_utf_8: int | None = None
        self._not_cp932: int | None = None
        self._japanese_in_utf_8: int | None = None

    def add(self, line: bytes) -> None:
        """Look at the next line."""
        self._line += 1
        if self._line == 1 and line.startswith(codecs.BOM_UTF8):
            self._has_mark = True
            line = line.removeprefix(codecs.BOM_UTF8)
        if b"\x00" in line:
            raise BrokenFileError("null_byte", "There is a zero byte, which no text has.", line=self._line)
        if line.isascii():
            return
        if self._not_utf_8 is None and _decoded(line, UTF_8) is None:
            self._not_utf_8 = self._line
        if self._not_cp932 is None and not _is_cp932(line):
            self._not_cp932 = self._line
        if self._japanese_in_utf_8 is None and any(_is_japanese_in_utf_8(cell) for cell in line.split(b",")):
            self._japanese_in_utf_8 = self._line

    def encoding(self) -> str:
        """Return the one encoding that all lines are in.

        Raises:
            BrokenFileError: there is no such encoding, or lines look like the one and lines like the other.
        """
        if self._not_utf_8 is None:
            return UTF_8
        if self._has_mark:
            raise BrokenFileError("encoding", "The file begins as UTF-8 but this is not UTF-8.", line=self._not_utf_8)
        if self._not_cp932 is not None:
            message = f"Line {self._not_utf_8} is not UTF-8 and line {self._not_cp932} is not CP932."
            raise BrokenFileError("encoding", message)
        if self._japanese_in_utf_8 is not None:
            message = f"The encodings are mixed: line {self._japanese_in_utf_8} is UTF-8, line {self._not_utf_8} CP932."
            raise BrokenFileError("mixed_encodings", message)
        return CP932


def _decoded(text: bytes, encoding: str) -> str | None:
    try:
        return text.decode(encoding)
    except UnicodeDecodeError:
        return None


def _is_cp932(text: bytes) -> bool:
    decoded = _decoded(text, CP932)
    return decoded is not None and _NO_CHARACTER_OF_CP932.search(decoded) is None


def _is_japanese_in_utf_8(cell: bytes) -> bool:
    decoded = None if cell.isascii() else _decoded(cell, UTF_8)
    return decoded is not None and any(ord(character) >= _JAPANESE_FIRST for character in decoded)
