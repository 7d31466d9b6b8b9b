"""A revocation that meets other acts at the same moment: each comes before it or finds it, over its own connection."""

from __future__ import annotations

from functools import partial

import pytest

from pointclub.earning import services as earning
from pointclub.foundation import actors
from pointclub.membership import queries
from pointclub.membership import services as membership
from pointclub.membership.models import Member, Membership, RevocationRequest
from pointclub.revocation import services as revocation
from pointclub.rewards import queries as rewards
from tests.factories.club import OTHER_STAFF, STAFF, Club, jst, redeem, verified
from tests.factories.revocations import ask_for_revocation
from tests.people.test_at_once import at_once

pytestmark = [pytest.mark.usefixtures("fresh_database"), pytest.mark.rule("STF-2", "END-4")]

AT = jst("2026-06-15 12:00")
MANY = 8


def member_with_points(club: Club) -> Member:
    member = club.member()
    club.open_balance(member, {"2027-04-30": 1_000}, at=jst("2026-04-01 12:00"))
    return member


@pytest.mark.rule("END-6")
def test_who_withdraws_as_it_is_asked_for_has_left_or_is_frozen_and_never_both() -> None:
    club = Club()
    for _ in range(MANY):
        member = member_with_points(club)
        withdraw = partial(earning.end_membership, member=member, reason=Membership.EndReason.WITHDRAWN)

        refused = at_once([partial(withdraw, at=AT, actor=STAFF), partial(ask_for_revocation, member, at=AT)])

        has_left = queries.get_member(member.number).membership.ended_at is not None
        is_frozen = queries.find_waiting_revocation(member.membership_id) is not None
        assert (has_left, is_frozen, refused) in [
            (True, False, ["membership_ended"]),
            (False, True, ["revocation_waits"]),
        ]


def test_rewards_applied_for_meanwhile_are_refused_or_stopped() -> None:
    club = Club()
    member = member_with_points(club)
    request = ask_for_revocation(club.member(), at=AT)

    def revoke() -> None:
        asked = ask_for_revocation(member, at=AT)
        revocation.approve_revocation(request_id=asked.id, at=AT, actor=OTHER_STAFF)

    refused = at_once([*[partial(redeem, member, 30, 20, at=AT)] * MANY, revoke])

    orders = rewards.list_orders(member.membership.account_id)
    assert len(orders) + len(refused) == MANY
    assert {line.state for _, lines in orders for line in lines} <= {"returned"}
    assert club.balance(member, "2026-06-15").book == 0
    assert RevocationRequest.objects.get(id=request.id).state == "requested"
    assert verified() == []


def test_of_many_who_decide_one_does() -> None:
    club = Club()
    member = member_with_points(club)
    request = ask_for_revocation(member, at=AT)
    deciding = [
        partial(service, request_id=request.id, at=AT, actor=actors.staff(f"hogo-{number}"))
        for number in range(MANY)
        for service in (revocation.approve_revocation, membership.reject_revocation)
    ]

    refused = at_once(deciding)

    state = RevocationRequest.objects.get(id=request.id).state
    assert refused == ["already_decided"] * (len(deciding) - 1)
    assert (state == "carried_out") == (queries.get_member(member.number).membership.end_reason == "revoked")
    assert verified() == []
