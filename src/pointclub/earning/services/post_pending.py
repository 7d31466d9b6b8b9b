"""The balance update of the management centre: what is pending reaches the balance (ACC-5)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from uuid import UUID

from django.db import connection

from pointclub.foundation.actors import Actor
from pointclub.foundation.acts import act
from pointclub.foundation.periods import tokyo_day
from pointclub.points import services as points
from pointclub.points.rules.expiry import usable_through
from pointclub.program import queries as program

_ACCOUNTS_AT_A_TIME = 1_000

_NEXT_ACCOUNTS = """
SELECT DISTINCT account_id FROM earning_accrual_part
WHERE posted_on IS NULL AND points > 0 AND account_id > %s ORDER BY account_id LIMIT %s
"""

_STAGE = f"""
INSERT INTO {points.STAGING_TABLE}
    (account_id, source_id, points, kind, usable_through, contra, contra_party_id)
SELECT account_id, id, points, CASE WHEN usable_through IS NULL THEN 'ordinary' ELSE 'special' END,
       coalesce(usable_through, %s), contra, merchant_id
FROM earning_accrual_part WHERE account_id = ANY(%s) AND posted_on IS NULL AND points > 0
"""  # noqa: S608 -- the only name put in is a constant

_MARK = f"""
UPDATE earning_accrual_part AS part SET posted_on = %s, lot_id = staged.lot_id
FROM {points.STAGING_TABLE} AS staged WHERE part.account_id = staged.account_id AND part.id = staged.source_id
"""  # noqa: S608 -- likewise


def post_pending(*, at: dt.datetime, actor: Actor) -> Iterator[points.Posted]:
    """Post everything that is pending, a chunk of accounts per transaction; yield each chunk's figures.

    Stopped midway it has posted the chunks it yielded; run again it goes on with what is left. The Tokyo day of
    ``at`` is the day of the update, from which the validity runs (EXP-1).

    Raises:
        PointsSuspendedError: accrual is paused; the update waits (SUS-1).
    """
    program.refuse_if_suspended(program.Activity.ACCRUAL, at=at)
    after = UUID(int=0)
    while True:
        with connection.cursor() as cursor:
            cursor.execute(_NEXT_ACCOUNTS, [after, _ACCOUNTS_AT_A_TIME])
            chunk = [account_id for (account_id,) in cursor.fetchall()]
        if not chunk:
            return
        yield post_accounts(chunk, at=at, actor=actor)
        after = chunk[-1]


@act
def post_accounts(account_ids: Sequence[UUID], *, at: dt.datetime, actor: Actor) -> points.Posted:
    """Post what is pending on these accounts; what another run has posted meanwhile is not posted again."""
    on = tokyo_day(at)
    ordinary = usable_through(on, months=program.get_version(on=on).validity_months)
    points.prepare_staging()
    points.lock_accounts(account_ids)
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {points.STAGING_TABLE}")  # noqa: S608 -- a constant
        cursor.execute(_STAGE, [ordinary, list(account_ids)])
        if not cursor.rowcount:
            return points.Posted(0, 0)
        posted = points.post_staged_grants(account_ids=account_ids, at=at, actor=actor)
        cursor.execute(_MARK, [on])
    return posted
