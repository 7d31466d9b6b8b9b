"""Points are used by who has just shown password or passkey, and not at once after the e-mail address was changed."""

from __future__ import annotations

import datetime as dt

import pytest

from pointclub.foundation import actors
from pointclub.membership.models import Member
from pointclub.people import services as people
from pointclub.people.rules.personal_fields import PersonalField
from pointclub.rewards import services as rewards
from pointclub.rewards.models import RedemptionLine, RedemptionOrder
from tests.factories.callers import identify
from tests.factories.club import STAFF, Club, jst, redeem
from tests.factories.staff import all_round

pytestmark = [pytest.mark.django_db, pytest.mark.rule("REG-8")]

AT = jst("2026-04-01 12:00")


@pytest.fixture
def club() -> Club:
    return Club()


@pytest.fixture
def hanako(club: Club) -> Member:
    member = club.member()
    club.open_balance(member, {"2026-12-31": 10_000}, at=AT)
    return member


def apply(member: Member, *, proved_at: dt.datetime | None, actor: actors.Actor | None = None) -> RedemptionOrder:
    return rewards.apply_for_rewards(
        member=member,
        lines=[rewards.RequestedLine(RedemptionLine.Kind.DONATION, 100)],
        key="k",
        at=AT,
        actor=actor or actors.member(member.number),
        proved_at=proved_at,
    )


def change_address(member: Member, *addresses: str, at: dt.datetime) -> None:
    for address in addresses:
        people.record_personal_data(
            person=member.person,
            values={PersonalField.FIRST_MAIL: address},
            at=at,
            actor=actors.member(member.number),
        )


class TestFreshProof:
    @pytest.mark.parametrize("age", [dt.timedelta(0), dt.timedelta(minutes=5)])
    def test_of_five_minutes_at_most_is_taken(self, hanako: Member, age: dt.timedelta) -> None:
        assert apply(hanako, proved_at=AT - age).points == 100

    @pytest.mark.parametrize(
        "age", [dt.timedelta(minutes=5, seconds=1), dt.timedelta(days=1), -dt.timedelta(seconds=1)]
    )
    def test_that_is_older_or_to_come_is_none(self, club: Club, hanako: Member, age: dt.timedelta) -> None:
        with pytest.raises(rewards.StepUpRequiredError) as refusal:
            apply(hanako, proved_at=AT - age)

        assert refusal.value.code == "step_up_required"
        assert club.balance(hanako, "2026-04-01").usable == 10_000

    def test_that_is_missing_is_asked_for(self, hanako: Member) -> None:
        with pytest.raises(rewards.StepUpRequiredError):
            apply(hanako, proved_at=None)

    def test_is_not_asked_of_staff_who_know_who_calls(self, hanako: Member) -> None:
        all_round(STAFF.id)
        identify(hanako, by=STAFF.id, at=AT)

        assert apply(hanako, proved_at=None, actor=STAFF).points == 100

    def test_is_not_asked_for_an_application_that_was_accepted_already(self, hanako: Member) -> None:
        accepted = apply(hanako, proved_at=AT)

        assert apply(hanako, proved_at=None) == accepted


class TestAfterANewAddress:
    @pytest.mark.parametrize("kind", ["miles", "gift"])
    def test_what_is_worth_something_elsewhere_waits_for_72_hours(self, club: Club, hanako: Member, kind: str) -> None:
        changed_at = AT - dt.timedelta(hours=71, minutes=59)
        change_address(hanako, "old@example.com", "new@example.com", at=changed_at)

        with pytest.raises(rewards.CooldownError) as refusal:
            redeem(hanako, 3_000, at=AT, kind=kind)

        retry_at = dt.datetime.fromisoformat(refusal.value.details["retry_at"])
        assert retry_at == changed_at + dt.timedelta(hours=72)
        assert club.balance(hanako, "2026-04-01").usable == 10_000

    @pytest.mark.parametrize("kind", ["bill_payment", "donation"])
    def test_what_is_worth_nothing_to_a_thief_does_not(self, hanako: Member, kind: str) -> None:
        change_address(hanako, "old@example.com", "new@example.com", at=AT - dt.timedelta(hours=1))

        assert redeem(hanako, 1_000, at=AT, kind=kind).points == 1_000

    def test_nothing_waits_from_the_72nd_hour_on(self, hanako: Member) -> None:
        change_address(hanako, "old@example.com", "new@example.com", at=AT - dt.timedelta(hours=72))

        assert redeem(hanako, 3_000, at=AT, kind="miles").points == 3_000

    def test_a_first_address_is_no_change(self, hanako: Member) -> None:
        change_address(hanako, "first@example.com", at=AT)

        assert redeem(hanako, 3_000, at=AT, kind="miles").points == 3_000

    def test_a_cart_with_one_such_line_is_void_as_a_whole(self, club: Club, hanako: Member) -> None:
        change_address(hanako, "old@example.com", "new@example.com", at=AT)

        with pytest.raises(rewards.CooldownError):
            rewards.apply_for_rewards(
                member=hanako,
                lines=[
                    rewards.RequestedLine(RedemptionLine.Kind.DONATION, 100),
                    rewards.RequestedLine(RedemptionLine.Kind.MILES, 3_000),
                ],
                key="k",
                at=AT,
                actor=actors.member(hanako.number),
                proved_at=AT,
            )

        assert club.balance(hanako, "2026-04-01").usable == 10_000

    def test_staff_are_held_to_it_too(self, hanako: Member) -> None:
        change_address(hanako, "old@example.com", "new@example.com", at=AT)
        all_round(STAFF.id)
        identify(hanako, by=STAFF.id, at=AT)

        with pytest.raises(rewards.CooldownError):
            rewards.apply_for_rewards(
                member=hanako,
                lines=[rewards.RequestedLine(RedemptionLine.Kind.MILES, 3_000)],
                key="k",
                at=AT,
                actor=STAFF,
            )
