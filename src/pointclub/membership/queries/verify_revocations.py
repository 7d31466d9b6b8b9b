"""Whether requests to revoke say what the audit log says was asked for and decided (END-4, STF-2)."""

from __future__ import annotations

from uuid import UUID

from django.db import connection

from pointclub.membership.queries.members import MembershipDifference

# One statement, so that nothing asked for or decided meanwhile looks like a difference.
_REQUESTS_THAT_DISAGREE = """
WITH request AS (
    SELECT request.*, membership.account_id
    FROM membership_revocation_request AS request
    JOIN membership_membership AS membership ON membership.id = request.membership_id
), told AS (
    SELECT act, chain, at, subject_id, details ->> 'request' AS request_id, details ->> 'ground' AS ground, reason
    FROM audit_entry
    WHERE act IN ('membership.request_revocation', 'membership.approve_revocation', 'membership.reject_revocation')
)
SELECT request.account_id, 'revocation ' || coalesce(request.id::text, told.request_id) || ': ' || fact.name,
       coalesce(fact.stands, ''), coalesce(fact.follows, '')
FROM request
FULL JOIN (SELECT * FROM told WHERE act = 'membership.request_revocation') AS told
    ON told.request_id = request.id::text
CROSS JOIN LATERAL (VALUES
    ('asked for', (request.id IS NOT NULL)::text, (told.request_id IS NOT NULL)::text),
    ('asked by', request.requested_by, told.chain),
    ('asked at', request.requested_at::text, told.at::text),
    ('membership', request.membership_id::text, told.subject_id),
    ('ground', request.ground, told.ground),
    -- A reason can be removed from the log; the request's own has nothing to be held against then.
    ('reason', CASE WHEN told.reason <> '' THEN request.reason END, nullif(told.reason, ''))
) AS fact (name, stands, follows)
WHERE fact.stands IS DISTINCT FROM fact.follows
  AND (fact.name = 'asked for' OR (request.id IS NOT NULL AND told.request_id IS NOT NULL))
UNION ALL
SELECT request.account_id, 'revocation ' || coalesce(request.id::text, told.request_id) || ': ' || fact.name,
       coalesce(fact.stands, ''), coalesce(fact.follows, '')
FROM (SELECT * FROM request WHERE decided_at IS NOT NULL) AS request
FULL JOIN (SELECT * FROM told WHERE act <> 'membership.request_revocation') AS told
    ON told.request_id = request.id::text
CROSS JOIN LATERAL (VALUES
    ('decided', (request.id IS NOT NULL)::text, (told.request_id IS NOT NULL)::text),
    ('approved by', request.approved_by, CASE told.act WHEN 'membership.approve_revocation' THEN told.chain END),
    ('rejected by', request.rejected_by, CASE told.act WHEN 'membership.reject_revocation' THEN told.chain END),
    ('decided at', request.decided_at::text, told.at::text)
) AS fact (name, stands, follows)
WHERE fact.stands IS DISTINCT FROM fact.follows
  AND (fact.name = 'decided' OR (request.id IS NOT NULL AND told.request_id IS NOT NULL))
ORDER BY 2
"""


def verify_revocations() -> list[MembershipDifference]:
    """Hold each request against the log of acts, and the log against the requests; reasons are named, not told."""
    with connection.cursor() as cursor:
        cursor.execute(_REQUESTS_THAT_DISAGREE)
        return [_difference(*row) for row in cursor.fetchall()]


def _difference(account_id: UUID | None, what: str, stands: str, follows: str) -> MembershipDifference:
    if what.endswith(": reason"):
        return MembershipDifference(account_id, what, "", "")
    return MembershipDifference(account_id, what, stands, follows)
