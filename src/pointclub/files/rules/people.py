"""Cells in files that people open: a spreadsheet must not take text for a formula."""

import re

_NUMBER = re.compile(r"[+-]?\d+(\.\d+)?", re.ASCII)
_BEGINNINGS_OF_FORMULAS = ("=", "+", "-", "@", "\t", "\r", "\n")


def neutralised(cell: str) -> str:
    """Return the cell with an apostrophe before it where a spreadsheet would calculate; numbers stay numbers."""
    return f"'{cell}" if cell.startswith(_BEGINNINGS_OF_FORMULAS) and not _NUMBER.fullmatch(cell) else cell
