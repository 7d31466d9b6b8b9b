"""A membership is revoked by two people: the first freezes it, the second ends it or lets it go on."""

from typing import Any

import pytest
from django.db import IntegrityError, ProgrammingError, connection, transaction

from pointclub.audit import queries as audit
from pointclub.earning import services as earning
from pointclub.foundation import actors
from pointclub.membership import queries
from pointclub.membership import services as membership
from pointclub.membership.models import Member, Membership, RedemptionBlock, RevocationRequest
from pointclub.revocation import services as revocation
from pointclub.rewards import queries as rewards_queries
from pointclub.rewards import services as rewards
from pointclub.rewards.models import RedemptionLine, RedemptionOrder
from tests.factories.callers import identify
from tests.factories.club import OTHER_STAFF, STAFF, Club, give_back, jst, redeem, verified
from tests.factories.revocations import GROUND, approve_revocation, ask_for_revocation, revoke
from tests.factories.staff import all_round

pytestmark = [pytest.mark.django_db, pytest.mark.rule("STF-2", "END-4")]

AT = jst("2026-06-15 12:00")
LATER = jst("2026-06-16 12:00")


@pytest.fixture
def club() -> Club:
    return Club()


@pytest.fixture
def hanako(club: Club) -> Member:
    member = club.member()
    club.open_balance(member, {"2027-04-30": 1_000}, at=jst("2026-04-01 12:00"))
    return member


def reject(request: RevocationRequest, *, actor: actors.Actor = OTHER_STAFF) -> RevocationRequest:
    return membership.reject_revocation(request_id=request.id, at=LATER, actor=actor)


def line_of(order: RedemptionOrder, position: int) -> RedemptionLine:
    return rewards_queries.get_line(order.account_id, order_number=order.number, position=position)


def hand_over(order: RedemptionOrder, position: int) -> RedemptionLine:
    line = line_of(order, position)
    return rewards.fulfil_line(account_id=line.account_id, line_id=line.id, at=LATER, actor=STAFF)


def fresh(member: Member) -> Member:
    return queries.get_member(member.number)


class TestARequest:
    def test_refuses_redemption_at_once_and_takes_nothing(self, club: Club, hanako: Member) -> None:
        ask_for_revocation(hanako, at=AT)

        with pytest.raises(rewards.RedemptionBlockedError):
            redeem(hanako, 100, at=AT)

        assert club.balance(hanako, "2026-06-15").usable == 1_000

    def test_refuses_redemption_by_staff_for_a_caller_they_know(self, hanako: Member) -> None:
        all_round(STAFF.id)
        identify(hanako, by=STAFF.id, at=AT)
        ask_for_revocation(hanako, at=AT)

        with pytest.raises(rewards.RedemptionBlockedError):
            rewards.apply_for_rewards(
                member=hanako,
                lines=[rewards.RequestedLine(RedemptionLine.Kind.GIFT, 100)],
                key="k",
                at=AT,
                actor=STAFF,
            )

    def test_holds_back_what_was_accepted_and_not_handed_over(self, hanako: Member) -> None:
        order = redeem(hanako, 100, 200, at=jst("2026-06-01 12:00"))
        hand_over(order, 1)
        ask_for_revocation(hanako, at=AT)

        with pytest.raises(rewards.HandOverStoppedError):
            hand_over(order, 2)

        assert hand_over(order, 1).state == "fulfilled"
        assert line_of(order, 2).state == "accepted"

    def test_lets_what_cannot_be_delivered_come_back(self, club: Club, hanako: Member) -> None:
        order = redeem(hanako, 100, at=jst("2026-06-01 12:00"))
        ask_for_revocation(hanako, at=AT)

        give_back(hanako, order, 1, at=LATER)

        assert club.balance(hanako, "2026-06-16").usable == 1_000

    def test_ends_nothing_by_itself_and_lets_points_be_earned(self, club: Club, hanako: Member) -> None:
        ask_for_revocation(hanako, at=AT)
        club.buy(hanako, club.merchant(), 10_000, at=AT)
        club.update(at=jst("2026-06-16 01:00"))

        assert fresh(hanako).membership.ended_at is None
        assert club.balance(hanako, "2026-06-16").usable == 1_100

    def test_is_seen_as_a_block_where_staff_look_for_one(self, hanako: Member) -> None:
        ask_for_revocation(hanako, at=AT)

        assert queries.get_masked_member(hanako.number).is_blocked

    def test_stands_beside_a_block_whose_lifting_does_not_lift_it(self, hanako: Member) -> None:
        facts: dict[str, Any] = {"member": hanako, "reason": "不審な利用", "at": AT}
        membership.block_redemption(kind=RedemptionBlock.Kind.SUSPECTED, actor=STAFF, **facts)
        ask_for_revocation(hanako, at=AT)
        membership.lift_block(actor=OTHER_STAFF, **facts)

        with pytest.raises(rewards.RedemptionBlockedError):
            redeem(hanako, 100, at=AT)

    @pytest.mark.rule("END-6")
    def test_lets_nobody_leave_before_it_is_decided(self, hanako: Member) -> None:
        ask_for_revocation(hanako, at=AT)

        with pytest.raises(membership.RevocationWaitsError):
            earning.end_membership(member=hanako, reason=Membership.EndReason.WITHDRAWN, at=AT, actor=STAFF)

        assert fresh(hanako).membership.ended_at is None

    def test_is_one_at_a_time(self, hanako: Member) -> None:
        ask_for_revocation(hanako, at=AT)

        with pytest.raises(membership.RevocationAskedError):
            ask_for_revocation(hanako, at=AT, actor=OTHER_STAFF)

    def test_gives_its_reason(self, hanako: Member) -> None:
        with pytest.raises(membership.RevocationReasonError):
            ask_for_revocation(hanako, at=AT, reason=" ")

        assert queries.list_revocations() == []

    def test_is_for_the_primary_member_and_with_it_for_all(self, club: Club, hanako: Member) -> None:
        with pytest.raises(membership.PrimaryNeededError):
            ask_for_revocation(club.family_member(hanako), at=AT)

    def test_comes_too_late_for_a_membership_that_has_ended(self, hanako: Member) -> None:
        earning.end_membership(member=hanako, reason=Membership.EndReason.WITHDRAWN, at=AT, actor=STAFF)

        with pytest.raises(membership.MembershipEndedError):
            ask_for_revocation(hanako, at=AT)


class TestApproval:
    def test_ends_the_membership_with_its_family_and_forfeits_the_balance(self, club: Club, hanako: Member) -> None:
        taro = club.family_member(hanako)

        revoke(hanako, at=AT)

        ended = fresh(hanako).membership
        assert (ended.ended_at, ended.end_reason, fresh(taro).ended_at) == (AT, "revoked", AT)
        assert club.balance(hanako, "2026-06-15").book == 0
        assert verified() == []

    @pytest.mark.rule("END-5")
    def test_stops_what_was_not_handed_over_and_forfeits_its_points(self, club: Club, hanako: Member) -> None:
        order = redeem(hanako, 100, 200, at=jst("2026-06-01 12:00"))
        hand_over(order, 1)

        revoke(hanako, at=AT)

        handed_over, stopped = line_of(order, 1), line_of(order, 2)
        assert (handed_over.state, handed_over.returned_points) == ("fulfilled", 0)
        assert (stopped.state, stopped.returned_points, stopped.reason) == ("returned", 200, "会員資格の取消")
        assert club.balance(hanako, "2026-06-15").book == 0
        assert verified() == []

    def test_stops_the_rest_of_a_line_that_came_back_in_part(self, hanako: Member) -> None:
        order = redeem(hanako, 300, at=jst("2026-06-01 12:00"))
        give_back(hanako, order, 1, at=jst("2026-06-02 12:00"), number=50)

        revoke(hanako, at=AT)

        assert (line_of(order, 1).state, line_of(order, 1).returned_points) == ("returned", 300)
        assert verified() == []

    @pytest.mark.rule("END-5")
    def test_posts_and_forfeits_what_was_pending(self, club: Club, hanako: Member) -> None:
        club.buy(hanako, club.merchant(), 10_000, at=jst("2026-06-15 10:00"))

        revoke(hanako, at=AT)

        assert club.balance(hanako, "2026-06-15").book == 0
        assert verified() == []

    @pytest.mark.rule("END-6")
    def test_lets_nothing_come_back(self, club: Club, hanako: Member) -> None:
        revoke(hanako, at=AT)
        again = club.member(at=LATER)

        with pytest.raises(membership.NotRestorableError):
            membership.rejoin(former_id=hanako.membership_id, new_id=again.membership_id, at=LATER, actor=STAFF)

    def test_by_who_asked_is_refused_and_keeps_the_freeze(self, hanako: Member) -> None:
        request = ask_for_revocation(hanako, at=AT)

        with pytest.raises(membership.OwnRevocationError):
            approve_revocation(request, at=AT, actor=STAFF)

        assert fresh(hanako).membership.ended_at is None
        assert queries.find_waiting_revocation(hanako.membership_id) == request

    def test_comes_once(self, hanako: Member) -> None:
        request = ask_for_revocation(hanako, at=AT)
        approve_revocation(request, at=AT)

        with pytest.raises(membership.RevocationDecidedError):
            approve_revocation(request, at=AT)
        with pytest.raises(membership.RevocationDecidedError):
            reject(request)

    def test_of_nothing_is_not_found(self, hanako: Member) -> None:
        with pytest.raises(queries.UnknownRevocationError):
            revocation.approve_revocation(request_id=hanako.id, at=AT, actor=OTHER_STAFF)


class TestRejection:
    def test_lifts_the_freeze(self, hanako: Member) -> None:
        order = redeem(hanako, 100, at=jst("2026-06-01 12:00"))
        request = ask_for_revocation(hanako, at=AT)

        reject(request)

        assert redeem(hanako, 100, at=LATER).points == 100
        assert hand_over(order, 1).state == "fulfilled"

    def test_leaves_a_block_from_before_as_it_was(self, hanako: Member) -> None:
        membership.block_redemption(
            member=hanako, kind=RedemptionBlock.Kind.SUSPECTED, reason="不審な利用", at=AT, actor=STAFF
        )

        reject(ask_for_revocation(hanako, at=AT))

        with pytest.raises(rewards.RedemptionBlockedError):
            redeem(hanako, 100, at=LATER)

    def test_by_who_asked_is_refused(self, hanako: Member) -> None:
        request = ask_for_revocation(hanako, at=AT)

        with pytest.raises(membership.OwnRevocationError):
            reject(request, actor=STAFF)

    def test_lets_another_request_follow(self, hanako: Member) -> None:
        rejected = reject(ask_for_revocation(hanako, at=AT))

        waiting = ask_for_revocation(hanako, at=LATER)

        assert [request.id for request in queries.list_revocations()] == [waiting.id, rejected.id]


class TestOnePerson:
    def test_revokes_nothing_by_ending_a_membership(self, hanako: Member) -> None:
        facts: dict[str, Any] = {"reason": Membership.EndReason.REVOKED, "at": AT, "actor": STAFF}

        with pytest.raises(membership.RevocationNotApprovedError):
            earning.end_membership(member=hanako, **facts)
        with pytest.raises(membership.RevocationNotApprovedError):
            membership.end_membership(membership_id=hanako.membership_id, **facts)

        assert fresh(hanako).membership.ended_at is None


class TestTheDatabase:
    @pytest.mark.parametrize("column", ["approved_by", "rejected_by"])
    def test_lets_nobody_decide_on_their_own_request(self, hanako: Member, column: str) -> None:
        request = ask_for_revocation(hanako, at=AT)

        with pytest.raises(IntegrityError, match="two_people_revoke"), transaction.atomic():
            RevocationRequest.objects.filter(id=request.id).update(**{column: str(STAFF), "decided_at": AT})

    def test_takes_no_revocation_without_a_request(self, hanako: Member) -> None:
        with pytest.raises(IntegrityError, match="a_revoked_membership_names_its_request"):
            write_as_revoked(hanako)

    @pytest.mark.parametrize("decided", ["requested", "rejected"])
    def test_takes_no_revocation_that_was_not_approved(self, hanako: Member, decided: str) -> None:
        request = ask_for_revocation(hanako, at=AT)
        if decided == "rejected":
            reject(request)

        with pytest.raises(IntegrityError, match="a_membership_was_revoked_by_who_approved_it"):
            write_as_revoked(hanako, revocation_id=request.id, revoked_by=str(OTHER_STAFF))

    def test_takes_no_revocation_by_the_approval_of_another_membership(self, club: Club, hanako: Member) -> None:
        request = approve_revocation(ask_for_revocation(club.member(), at=AT), at=AT)

        with pytest.raises(IntegrityError, match="a_membership_was_revoked_by_who_approved_it"):
            write_as_revoked(hanako, revocation_id=request.id, revoked_by=str(OTHER_STAFF))

    @pytest.mark.parametrize("column", ["membership_id", "ground", "reason", "requested_by", "requested_at"])
    def test_lets_the_application_rewrite_nothing_that_was_asked(self, column: str) -> None:
        with (
            pytest.raises(ProgrammingError, match="permission denied"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(f"UPDATE membership_revocation_request SET {column} = {column}")  # noqa: S608 -- From above.

    def test_takes_no_ground_that_the_terms_do_not_give(self, hanako: Member) -> None:
        with pytest.raises(IntegrityError, match="a_revocation_has_a_ground_of_the_terms"), transaction.atomic():
            RevocationRequest.objects.create(
                membership_id=hanako.membership_id,
                ground="dislike",
                reason="x",
                requested_by=str(STAFF),
                requested_at=AT,
            )


def write_as_revoked(member: Member, **columns: object) -> None:
    """End a membership past the services, as the application's role could."""
    with transaction.atomic():
        Membership.objects.filter(id=member.membership_id).update(
            ended_at=AT, end_reason=Membership.EndReason.REVOKED, **columns
        )


@pytest.mark.rule("STF-3")
class TestTheRecord:
    def test_names_who_asked_and_why_and_who_decided(self, hanako: Member) -> None:
        request = ask_for_revocation(hanako, at=AT)
        approve_revocation(request, at=LATER)

        found = {entry.act: entry for entry in audit.search_acts(audit.ActFilter()).acts}
        asked, approved = found["membership.request_revocation"], found["membership.approve_revocation"]
        assert (asked.actor, asked.reason) == (str(STAFF), "書類が別人のもの")
        assert (approved.actor, approved.reason) == (str(OTHER_STAFF), "")
        assert asked.details == approved.details == {"request": str(request.id), "ground": str(GROUND)}
        assert asked.subject.id == str(hanako.membership_id)
