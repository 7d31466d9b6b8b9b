"""When two ways of writing are the same identity keyword."""

from __future__ import annotations

import unicodedata


def comparable(keyword: str) -> str:
    """Return the keyword without what people leave to chance: width, case, spaces, hiragana or katakana."""
    plain = "".join(unicodedata.normalize("NFKC", keyword).casefold().split())
    return "".join(chr(ord(letter) + 0x60) if "ぁ" <= letter <= "ゖ" else letter for letter in plain)
