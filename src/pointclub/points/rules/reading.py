"""Reading JSON that somebody else has written: every value is of the type it must be, or its place is named."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from uuid import UUID

_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_DIGEST = re.compile(r"[0-9a-f]{64}")
_BYTES = re.compile(r"([0-9a-f]{2})*")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_MOST = 2**63


class NotReadableError(Exception):
    """A value is not what must stand in its place."""


class Fields:
    """The fields of one JSON object, which has exactly these."""

    def __init__(self, content: object, where: str, names: str, *, form: str | None = None) -> None:
        self._where = where
        expected = set(names.split())
        if not isinstance(content, dict) or (form is not None and content.get("format") != form):
            message = f"{where} does not say that its format is {form!r}" if form else f"{where} is no object"
            raise NotReadableError(message)
        if content.keys() != expected:
            odd = ", ".join(sorted(map(str, content.keys() ^ expected)))
            message = f"{where} has too few or too many fields ({odd})"
            raise NotReadableError(message)
        self._content = content

    def trouble(self, name: str, what: str) -> NotReadableError:
        """Return the error that names the field."""
        return NotReadableError(f"{self._where}.{name} {what}")

    def any(self, name: str) -> object:
        """Return the value as it stands."""
        return self._content[name]

    def text(self, name: str) -> str:
        """Return a text that can be written in UTF-8."""
        value = self._content[name]
        if not isinstance(value, str) or any("\ud800" <= letter <= "\udfff" for letter in value):
            raise self.trouble(name, "is no text")
        return value

    def number(self, name: str) -> int:
        """Return a whole number that is not below zero."""
        value = self.points(name)
        if value < 0:
            raise self.trouble(name, "is below zero")
        return value

    def points(self, name: str) -> int:
        """Return a whole number."""
        value = self._content[name]
        if type(value) is not int or not -_MOST <= value < _MOST:
            raise self.trouble(name, "is no whole number, or too large")
        return value

    def id(self, name: str) -> UUID:
        """Return an id."""
        return UUID(self._matching(name, _ID, "is no id"))

    def id_if_any(self, name: str) -> UUID | None:
        """Return an id, or None."""
        return None if self._content[name] is None else self.id(name)

    def digest(self, name: str) -> bytes:
        """Return a digest of SHA-256."""
        return digest(self._content[name], f"{self._where}.{name}")

    def bytes_if_any(self, name: str) -> bytes | None:
        """Return bytes, or None."""
        return None if self._content[name] is None else bytes.fromhex(self._matching(name, _BYTES, "is no bytes"))

    def day(self, name: str) -> dt.date:
        """Return a day."""
        text = self._matching(name, _DAY, "is no day")
        try:
            return dt.date.fromisoformat(text)
        except ValueError:
            raise self.trouble(name, "is no day") from None

    def instant(self, name: str) -> dt.datetime:
        """Return an instant, which says its zone."""
        try:
            instant = dt.datetime.fromisoformat(self.text(name))
        except ValueError:
            raise self.trouble(name, "is no instant") from None
        if instant.tzinfo is None:
            raise self.trouble(name, "is no instant")
        return instant

    def _matching(self, name: str, form: re.Pattern[str], what: str) -> str:
        value = self._content[name]
        if not isinstance(value, str) or not form.fullmatch(value):
            raise self.trouble(name, what)
        return value


def digest(content: object, where: str) -> bytes:
    """Return a digest of SHA-256."""
    if not isinstance(content, str) or not _DIGEST.fullmatch(content):
        message = f"{where} is no digest"
        raise NotReadableError(message)
    return bytes.fromhex(content)


def each(content: object, where: str) -> Iterator[tuple[object, str]]:
    """Yield the members of a list with their places."""
    if not isinstance(content, list):
        message = f"{where} is no list"
        raise NotReadableError(message)
    for number, one in enumerate(content):
        yield one, f"{where}[{number}]"
