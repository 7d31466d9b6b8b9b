"""A revocation reaches earning and rewards, which know nothing of one another, so the act lives above both."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from pointclub.earning import services as earning
from pointclub.foundation.actors import Actor
from pointclub.foundation.acts import act
from pointclub.membership import services as membership
from pointclub.membership.models import RevocationRequest
from pointclub.rewards import services as rewards

# What the line of an application says of itself, to member and staff alike: the word of the club's terms.
REASON_OF_STOPPED_LINES = "会員資格の取消"


@act
def approve_revocation(*, request_id: UUID, at: dt.datetime, actor: Actor) -> RevocationRequest:
    """Revoke the membership: all of it ends, or nothing does (END-4, END-5).

    What is pending is posted. What was accepted and not handed over is stopped, and its points come back. Both are
    forfeited with the balance, and no rejoining restores them (END-6).

    Raises:
        UnknownRevocationError: there is no such request.
        OwnRevocationError: the approver asked for it.
        RevocationDecidedError: it was decided before.
    """
    request = membership.approve_revocation(request_id=request_id, at=at, actor=actor)
    account_id = request.membership.account_id
    earning.post_accounts([account_id], at=at, actor=actor)
    rewards.stop_lines(account_id=account_id, reason=REASON_OF_STOPPED_LINES, at=at, actor=actor)
    return request
