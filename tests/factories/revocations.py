"""Memberships revoked in tests, by the two people that it takes."""

from __future__ import annotations

import datetime as dt

from pointclub.foundation import actors
from pointclub.membership import services as membership
from pointclub.membership.models import Member, RevocationRequest
from pointclub.revocation import services as revocation
from tests.factories.club import OTHER_STAFF, STAFF

GROUND = RevocationRequest.Ground.FALSE_DETAILS
REASON = "書類が別人のもの"


def ask_for_revocation(
    member: Member, *, at: dt.datetime, actor: actors.Actor = STAFF, reason: str = REASON
) -> RevocationRequest:
    """Ask for a revocation, which freezes the membership."""
    return membership.request_revocation(member=member, ground=GROUND, reason=reason, at=at, actor=actor)


def approve_revocation(
    request: RevocationRequest, *, at: dt.datetime, actor: actors.Actor = OTHER_STAFF
) -> RevocationRequest:
    """Let another person approve."""
    return revocation.approve_revocation(request_id=request.id, at=at, actor=actor)


def revoke(member: Member, *, at: dt.datetime) -> None:
    """Revoke the membership: one asks, another approves."""
    approve_revocation(ask_for_revocation(member, at=at), at=at)
