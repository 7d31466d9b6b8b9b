"""Leaving touches what is still pending, so the act lives here."""

from __future__ import annotations

import datetime as dt

from pointclub.earning.services.post_pending import post_accounts
from pointclub.foundation.actors import Actor
from pointclub.foundation.acts import act
from pointclub.membership import services as membership
from pointclub.membership.models import Member, Membership


@act
def end_membership(*, member: Member, reason: Membership.EndReason, at: dt.datetime, actor: Actor) -> Membership:
    """End a membership: what is pending is posted, and forfeited with the rest (END-1, END-5).

    Redemptions accepted before run on to their end.

    Raises:
        PrimaryNeededError: the member is a family member, whose leaving ends nothing.
        RevocationNotApprovedError: the reason is a revocation, which only the approval of a request carries out.
        RevocationWaitsError: a revocation waits for its decision.
    """
    if member.role != Member.Role.PRIMARY:
        message = "Only the primary member's leaving ends the membership."
        raise membership.PrimaryNeededError(message)
    ended = membership.end_membership(membership_id=member.membership_id, reason=reason, at=at, actor=actor)
    post_accounts([ended.account_id], at=at, actor=actor)
    return ended
