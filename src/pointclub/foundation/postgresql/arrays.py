"""Lists as PostgreSQL writes them, for statements over many rows: some ten times as fast as the driver's own way.

Each is passed as one text parameter and cast: `unnest(%s::uuid[])`.
"""

from collections.abc import Iterable
from datetime import date
from uuid import UUID


def uuids(values: Iterable[UUID | None]) -> str:
    """Return the ids as the text of a `uuid[]`."""
    # Half the time of str(value); PostgreSQL reads both.
    return "{" + ",".join(["NULL" if value is None else f"{value.int:032x}" for value in values]) + "}"


def texts(values: Iterable[str]) -> str:
    """Return the texts as the text of a `text[]`, whatever is in them."""
    quoted = [
        value.replace("\\", "\\\\").replace('"', '\\"') if "\\" in value or '"' in value else value for value in values
    ]
    return '{"' + '","'.join(quoted) + '"}' if quoted else "{}"


def digests(values: Iterable[bytes]) -> str:
    """Return the bytes as the text of a `bytea[]`."""
    return "{" + ",".join([f'"\\\\x{value.hex()}"' for value in values]) + "}"


def numbers(values: Iterable[int | None]) -> str:
    """Return the whole numbers as the text of a `bigint[]`."""
    return "{" + ",".join(["NULL" if value is None else str(value) for value in values]) + "}"


def booleans(values: Iterable[bool]) -> str:
    """Return the values as the text of a `boolean[]`."""
    return "{" + ",".join(["t" if value else "f" for value in values]) + "}"


def moments(values: Iterable[date | None]) -> str:
    """Return days, or instants with their zones, as the text of a `date[]` or `timestamptz[]`."""
    return "{" + ",".join(["NULL" if value is None else value.isoformat() for value in values]) + "}"
