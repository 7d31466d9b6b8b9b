"""What became of a row: it was taken, it had been taken before, or it is bad."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from pointclub.files.rules.cells import Value


@dataclass(frozen=True, slots=True)
class Taken:
    """The row was new; ``points`` is what it gave."""

    points: int


@dataclass(frozen=True, slots=True)
class KnownBefore:
    """The same was taken in before, from whatever file; nothing was done."""


@dataclass(frozen=True, slots=True)
class Bad:
    """The row was not taken, and can be sent again once it is mended."""

    code: str
    message: str


Outcome = Taken | KnownBefore | Bad


class ReadableRow(NamedTuple):
    """A row whose cells could all be read, with the number of its first line."""

    line: int
    values: Mapping[str, Value]

    def text(self, name: str) -> str:
        """Return a text, empty where the cell was."""
        value = self.values[name]
        return "" if value is None else str(value)

    def number(self, name: str) -> int | None:
        """Return a number; None where the cell was empty."""
        value = self.values[name]
        assert value is None or isinstance(value, int)
        return value
