"""Where a chain ends: what is sealed of it outside the database."""

from __future__ import annotations

from typing import NamedTuple


class ChainHead(NamedTuple):
    """The name of a chain, its number of entries, and the hash of the last."""

    chain: str
    sequence: int
    head: bytes
