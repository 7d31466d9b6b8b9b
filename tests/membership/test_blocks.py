"""A block stops redemption by every way in and nothing else, and is lifted only by who may be sure."""

import pytest
from django.db import IntegrityError, transaction

from pointclub.audit import queries as audit
from pointclub.foundation import actors
from pointclub.membership import queries
from pointclub.membership import services as membership
from pointclub.membership.models import Member, RedemptionBlock
from pointclub.rewards import services as rewards
from pointclub.rewards.models import RedemptionLine
from tests.factories.callers import identify
from tests.factories.club import Club, jst, redeem, verified
from tests.factories.staff import all_round

pytestmark = pytest.mark.django_db

AT = jst("2026-04-10 12:00")
REPORTED, SUSPECTED = RedemptionBlock.Kind.REPORTED, RedemptionBlock.Kind.SUSPECTED
SATO, SUZUKI = actors.staff("sato"), actors.staff("suzuki")


@pytest.fixture
def club() -> Club:
    all_round("sato")
    all_round("suzuki")
    return Club()


@pytest.fixture
def hanako(club: Club) -> Member:
    member = club.member()
    club.open_balance(member, {"2027-04-30": 1_000}, at=jst("2026-04-01 12:00"))
    return member


def block(member: Member, kind: RedemptionBlock.Kind = REPORTED, *, actor: actors.Actor = SATO) -> RedemptionBlock:
    return membership.block_redemption(member=member, kind=kind, reason="盗難の申し出", at=AT, actor=actor)


def lift(member: Member, *, actor: actors.Actor, reason: str = "本人確認済み") -> RedemptionBlock:
    return membership.lift_block(member=member, reason=reason, at=AT, actor=actor)


class TestABlock:
    def test_refuses_redemption_by_the_member_and_takes_nothing(self, club: Club, hanako: Member) -> None:
        block(hanako)

        with pytest.raises(rewards.RedemptionBlockedError):
            redeem(hanako, 100, at=AT)

        assert club.balance(hanako, "2026-04-10").usable == 1_000

    def test_refuses_redemption_by_staff_for_a_caller_they_know(self, hanako: Member) -> None:
        identify(hanako, by="sato", at=AT)
        block(hanako)

        with pytest.raises(rewards.RedemptionBlockedError):
            rewards.apply_for_rewards(
                member=hanako,
                lines=[rewards.RequestedLine(RedemptionLine.Kind.GIFT, 100)],
                key="k",
                at=AT,
                actor=SATO,
            )

    def test_of_a_family_member_is_one_of_the_membership(self, club: Club, hanako: Member) -> None:
        block(club.family_member(hanako))

        with pytest.raises(rewards.RedemptionBlockedError):
            redeem(hanako, 100, at=AT)

    def test_lets_points_be_earned(self, club: Club, hanako: Member) -> None:
        block(hanako)

        club.buy(hanako, club.merchant(), 10_000, at=AT)
        club.update(at=jst("2026-04-11 01:00"))

        assert club.balance(hanako, "2026-04-11").usable == 1_100
        assert verified() == []

    def test_answers_an_application_from_before_as_it_was_answered(self, hanako: Member) -> None:
        order = redeem(hanako, 100, at=AT, key="k")
        block(hanako)

        assert redeem(hanako, 100, at=AT, key="k").id == order.id

    def test_leaves_other_memberships_alone(self, club: Club, hanako: Member) -> None:
        other = club.member()
        club.open_balance(other, {"2027-04-30": 100}, at=jst("2026-04-01 12:00"))
        block(hanako)

        assert redeem(other, 100, at=AT).points == 100

    def test_is_one_at_a_time(self, hanako: Member) -> None:
        block(hanako)

        with pytest.raises(membership.AlreadyBlockedError):
            block(hanako, SUSPECTED, actor=SUZUKI)

    def test_gives_its_reason(self, hanako: Member) -> None:
        with pytest.raises(membership.BlockReasonError):
            membership.block_redemption(member=hanako, kind=REPORTED, reason=" ", at=AT, actor=SATO)

        assert queries.find_block(hanako.membership_id) is None

    def test_is_on_record(self, hanako: Member) -> None:
        made = block(hanako)

        (entry,) = audit.search_acts(audit.ActFilter(act="membership.block_redemption")).acts
        assert (entry.actor, entry.subject.id) == ("staff:sato", str(hanako.membership_id))
        assert (entry.details, entry.reason) == ({"block": str(made.id), "kind": "reported"}, "盗難の申し出")


class TestLifting:
    def test_of_what_somebody_reported_takes_a_check_of_who_calls(self, hanako: Member) -> None:
        block(hanako)

        for actor in (SATO, SUZUKI):
            with pytest.raises(queries.IdentityNotCheckedError):
                lift(hanako, actor=actor)
        identify(hanako, by="sato", at=AT)
        lift(hanako, actor=SATO)

        assert redeem(hanako, 100, at=AT).points == 100

    def test_takes_a_check_of_the_primary_member_and_not_of_the_family(self, club: Club, hanako: Member) -> None:
        family = club.family_member(hanako)
        block(hanako)
        identify(family, by="sato", at=AT)

        with pytest.raises(queries.IdentityNotCheckedError):
            lift(family, actor=SATO)

    def test_of_a_suspicion_takes_another_person(self, hanako: Member) -> None:
        block(hanako, SUSPECTED)
        identify(hanako, by="sato", at=AT)

        with pytest.raises(membership.OwnSuspicionError):
            lift(hanako, actor=SATO)
        lift(hanako, actor=SUZUKI)

        assert redeem(hanako, 100, at=AT).points == 100

    def test_of_ones_own_suspicion_is_refused_by_the_database_too(self, hanako: Member) -> None:
        made = block(hanako, SUSPECTED)

        with pytest.raises(IntegrityError, match="two_people_settle_a_suspicion"), transaction.atomic():
            RedemptionBlock.objects.filter(id=made.id).update(lifted_by="staff:sato", lifted_at=AT, lift_reason="x")

    def test_of_nothing_is_not_found(self, hanako: Member) -> None:
        with pytest.raises(membership.NotBlockedError):
            lift(hanako, actor=SATO)

    def test_gives_its_reason(self, hanako: Member) -> None:
        block(hanako, SUSPECTED)

        with pytest.raises(membership.BlockReasonError):
            lift(hanako, actor=SUZUKI, reason="")

    def test_keeps_that_there_was_a_block_and_lets_another_follow(self, hanako: Member) -> None:
        block(hanako, SUSPECTED)
        lift(hanako, actor=SUZUKI)
        block(hanako)

        now, before = queries.list_blocks(hanako.membership_id)
        assert (before.kind, before.lifted_by, before.lift_reason) == (SUSPECTED, "staff:suzuki", "本人確認済み")
        assert (now.kind, now.lifted_at) == (REPORTED, None)
