"""Lists as PostgreSQL writes them, for statements over many rows: some ten times as fast as the driver's own way.

Each is passed as one text parameter and cast: `unnest(%s::uuid[])`.
"""

from collections.abc import Iterable
from uuid import UUID


def uuids(values: Iterable[UUID]) -> str:
    """Return the ids as the text of a `uuid[]`."""
    return "{" + ",".join([str(value) for value in values]) + "}"


def texts(values: Iterable[str]) -> str:
    """Return the texts as the text of a `text[]`, whatever is in them."""
    quoted = [value.replace("\\", "\\\\").replace('"', '\\"') for value in values]
    return '{"' + '","'.join(quoted) + '"}' if quoted else "{}"


def digests(values: Iterable[bytes]) -> str:
    """Return the bytes as the text of a `bytea[]`."""
    return "{" + ",".join([f'"\\\\x{value.hex()}"' for value in values]) + "}"
