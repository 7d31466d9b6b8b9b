"""Text on its way into files that people open in spreadsheets."""

from __future__ import annotations

import unicodedata

_BEGIN_FORMULAS = frozenset("=+-@")
_CONTROLS = frozenset("\t\r\n")


def text_cell(text: str) -> str:
    """Return the text so that no spreadsheet takes it for a formula: an apostrophe goes before what might begin one.

    Full-width signs count too, since Japanese spreadsheets read them as their narrow forms, and so do signs after
    spaces. Numbers are no text: whoever writes a cell of figures writes it without asking here.
    """
    begins = unicodedata.normalize("NFKC", text.lstrip()[:1])[:1]
    return f"'{text}" if begins in _BEGIN_FORMULAS or text[:1] in _CONTROLS else text
