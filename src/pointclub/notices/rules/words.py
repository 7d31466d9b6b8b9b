"""What may be told to many: a line and a text."""

from __future__ import annotations

from dataclasses import dataclass

from pointclub.foundation.texts import is_line

LONGEST_TITLE = 100
LONGEST_TEXT = 10_000


@dataclass(frozen=True, slots=True)
class Words:
    """A title and a text in one language."""

    title: str
    text: str

    @property
    def are_fit(self) -> bool:
        """Tell whether the title is one line and the text says something, and neither is too long."""
        plain = self.text.strip()
        is_text = 0 < len(plain) <= LONGEST_TEXT and all(each.isprintable() or each == "\n" for each in plain)
        return is_text and is_line(self.title, longest=LONGEST_TITLE)
