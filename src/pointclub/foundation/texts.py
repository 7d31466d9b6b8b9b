"""What may stand as one line of text: a name, a key, a code."""

from __future__ import annotations


def is_line(text: str, *, longest: int) -> bool:
    """Return whether the text says something, fits, and can be shown as it is: no control characters, no line ends."""
    return 0 < len(text) <= longest and text.isprintable() and not text.isspace()
