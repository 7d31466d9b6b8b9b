"""Idempotency-Keys are kept for a time and then forgotten; the merchants' references stay for ever."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from django.db import connection

from pointclub.audit import services as audit
from pointclub.earning.rules.request_keys import kept_since
from pointclub.foundation.actors import Actor
from pointclub.foundation.acts import act

_KEYS_AT_A_TIME = 20_000

_FORGET = """
DELETE FROM earning_request_key WHERE (merchant_id, key) IN (
    SELECT merchant_id, key FROM earning_request_key WHERE recorded_at < %s LIMIT %s
)
"""


def forget_request_keys(*, at: dt.datetime, actor: Actor) -> Iterator[int]:
    """Forget the keys that are old enough, some thousands a transaction; yield how many each forgot.

    Stopped midway it has forgotten those; run again it goes on with the rest.
    """
    while forgotten := _forget_some(at=at, actor=actor):
        yield forgotten


@act
def _forget_some(*, at: dt.datetime, actor: Actor) -> int:
    with connection.cursor() as cursor:
        cursor.execute(_FORGET, [kept_since(at), _KEYS_AT_A_TIME])
        forgotten = int(cursor.rowcount)
    if forgotten:
        audit.record_act(
            act="earning.forget_request_keys",
            actor=actor,
            subject=audit.Subject("program", "request_keys"),
            at=at,
            details={"keys": forgotten, "recorded_before": kept_since(at).isoformat()},
        )
    return forgotten
