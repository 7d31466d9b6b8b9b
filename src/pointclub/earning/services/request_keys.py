"""Idempotency-Keys: each is taken with the effect of its request, in the same transaction (ACC-6, I9)."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection

from pointclub.earning.queries.request_keys import KeyName, TakenKey, find_keys
from pointclub.foundation.postgresql import arrays

# In the order of the key, so that two batches with the same keys wait for one another in a line, never in a ring.
_TAKE = """
INSERT INTO earning_request_key (merchant_id, key, fingerprint, answer, recorded_at)
SELECT merchant_id, key, fingerprint, nullif(answer, '')::jsonb, %s
FROM unnest(%s::uuid[], %s::text[], %s::bytea[], %s::text[]) AS taken (merchant_id, key, fingerprint, answer)
ORDER BY merchant_id, key
ON CONFLICT (merchant_id, key) DO NOTHING
RETURNING merchant_id, key
"""


class NewKey(NamedTuple):
    """A key to be taken, with what is to be remembered of its answer, if anything."""

    merchant_id: UUID
    key: str
    fingerprint: bytes
    answer: Mapping[str, Any] | None = None

    @property
    def name(self) -> KeyName:
        """What is unique."""
        return (self.merchant_id, self.key)


def taking(keys: Sequence[NewKey], *, at: dt.datetime) -> tuple[str, list[object]]:
    """Return the statement that takes those of the keys that are free."""
    return _TAKE, [at, *_columns(keys)]


def take_keys(keys: Sequence[NewKey], *, at: dt.datetime) -> dict[KeyName, TakenKey]:
    """Take the keys that are free; return those that somebody took before, with what they were taken for.

    Waits for whoever is just taking one of them, so the answer is final.
    """
    if not keys:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(_TAKE, [at, *_columns(keys)])
        if cursor.rowcount == len(keys):
            return {}
        taken = {tuple(row) for row in cursor.fetchall()}
    return find_keys(key.name for key in keys if key.name not in taken)


def _columns(keys: Sequence[NewKey]) -> list[str]:
    merchant_ids, names, fingerprints, answers = zip(*keys, strict=True) if keys else ((),) * 4
    return [
        arrays.uuids(merchant_ids),
        arrays.texts(names),
        arrays.digests(fingerprints),
        arrays.texts("" if answer is None else json.dumps(answer) for answer in answers),
    ]
