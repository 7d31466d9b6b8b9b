"""Whether requests say what the audit log says was asked for and decided (STF-2)."""

from __future__ import annotations

from uuid import UUID

from django.db import connection

from pointclub.points.queries.verify.checking import Difference

# One statement, so that nothing asked for or decided meanwhile looks like a difference.
_REQUESTS_THAT_DISAGREE = """
WITH told AS (
    SELECT act, chain, at, subject_id, details, reason FROM audit_entry
    WHERE subject_kind = 'change_request' AND act IN (
        'points.request_adjustment', 'points.request_transfer', 'points.request_extension',
        'points.approve_change', 'points.reject_change'
    )
)
SELECT request.account_id, 'request ' || coalesce(request.id::text, told.subject_id) || ': ' || fact.name,
       coalesce(fact.stands, ''), coalesce(fact.follows, '')
FROM points_change_request AS request
FULL JOIN (SELECT * FROM told WHERE act LIKE 'points.request%%') AS told ON told.subject_id = request.id::text
CROSS JOIN LATERAL (VALUES
    ('asked for', (request.id IS NOT NULL)::text, (told.subject_id IS NOT NULL)::text),
    ('asked by', request.requested_by, told.chain),
    ('asked at', request.requested_at::text, told.at::text),
    ('kind', request.kind, told.details ->> 'kind'),
    ('points', request.points::text, told.details ->> 'points'),
    ('account', request.account_id::text, told.details ->> 'account'),
    ('to account', request.to_account_id::text, told.details ->> 'to_account'),
    ('last day', request.usable_through::text, told.details ->> 'usable_through'),
    ('first of the lots', request.lots_usable_from::text, told.details ->> 'lots_usable_from'),
    ('last of the lots', request.lots_usable_through::text, told.details ->> 'lots_usable_through'),
    ('with lapsed ones', CASE request.kind WHEN 'extend' THEN request.includes_lapsed::text END,
                         told.details ->> 'includes_lapsed'),
    -- A reason can be removed from the log; the request's own has nothing to be held against then.
    ('reason', CASE WHEN told.reason <> '' THEN request.reason END, nullif(told.reason, ''))
) AS fact (name, stands, follows)
WHERE fact.stands IS DISTINCT FROM fact.follows
  AND (fact.name = 'asked for' OR (request.id IS NOT NULL AND told.subject_id IS NOT NULL))
UNION ALL
SELECT request.account_id, 'request ' || coalesce(request.id::text, told.subject_id) || ': ' || fact.name,
       coalesce(fact.stands, ''), coalesce(fact.follows, '')
FROM (SELECT * FROM points_change_request WHERE state <> 'requested') AS request
FULL JOIN (SELECT * FROM told WHERE act NOT LIKE 'points.request%%') AS told ON told.subject_id = request.id::text
CROSS JOIN LATERAL (VALUES
    ('decided', (request.id IS NOT NULL)::text, (told.subject_id IS NOT NULL)::text),
    ('decision', CASE request.state WHEN 'rejected' THEN 'reject' ELSE 'approve' END,
                 CASE told.act WHEN 'points.reject_change' THEN 'reject' ELSE 'approve' END),
    ('decided by', request.decided_by, told.chain),
    ('decided at', request.decided_at::text, told.at::text)
) AS fact (name, stands, follows)
WHERE fact.stands IS DISTINCT FROM fact.follows
  AND (fact.name = 'decided' OR (request.id IS NOT NULL AND told.subject_id IS NOT NULL))
ORDER BY 2
"""


def verify_requests() -> list[Difference]:
    """Hold each request against the log of acts, and the log against the requests; reasons are named, not told."""
    with connection.cursor() as cursor:
        cursor.execute(_REQUESTS_THAT_DISAGREE, [])
        return [_difference(*row) for row in cursor.fetchall()]


def _difference(account_id: UUID | None, what: str, stands: str, follows: str) -> Difference:
    if what.endswith(": reason"):
        return Difference(account_id, what, "", "")
    return Difference(account_id, what, stands, follows)
