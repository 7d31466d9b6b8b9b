"""Which Idempotency-Keys were used before, and for what."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection

from pointclub.foundation.postgresql import arrays

KeyName = tuple[UUID, str]

_FIND = """
SELECT taken.merchant_id, taken.key, taken.fingerprint, taken.answer
FROM earning_request_key AS taken
JOIN unnest(%s::uuid[], %s::text[]) AS wanted (merchant_id, key)
    ON taken.merchant_id = wanted.merchant_id AND taken.key = wanted.key
"""


class TakenKey(NamedTuple):
    """What a key was used for, and what is remembered of the answer."""

    fingerprint: bytes
    answer: dict[str, Any] | None


def find_keys(names: Iterable[KeyName]) -> dict[KeyName, TakenKey]:
    """Return the keys that were used among those."""
    wanted = sorted(set(names))
    if not wanted:
        return {}
    merchant_ids, keys = zip(*wanted, strict=True)
    with connection.cursor() as cursor:
        cursor.execute(_FIND, [arrays.uuids(merchant_ids), arrays.texts(keys)])
        return {
            (merchant_id, key): TakenKey(bytes(fingerprint), _read(answer))
            for merchant_id, key, fingerprint, answer in cursor.fetchall()
        }


def _read(answer: str | dict[str, Any] | None) -> dict[str, Any] | None:
    """Return the object; the connection hands JSON over as text."""
    read: dict[str, Any] | None = json.loads(answer) if isinstance(answer, str) else answer
    return read
