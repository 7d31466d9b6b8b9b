"""Members are told of points before they lapse: once for each step, and only who has any (EXP-6)."""

from __future__ import annotations

import dataclasses
import datetime as dt
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connections
from pytest_django import Settings

from pointclub.earning import services as earning
from pointclub.jobs import reminders
from pointclub.membership.models import Member, Membership
from pointclub.notices import services as notices
from pointclub.notices.models import Delivery, Notice
from pointclub.program import services as program
from pointclub.program.models import Suspension
from tests.factories.club import STAFF, Club, jst, redeem, reverse
from tests.harness.databases import FreshDatabase

pytestmark = pytest.mark.rule("EXP-6")

OPENED = jst("2026-01-10 12:00")
# Sixty days before 30 April.
FIRST = jst("2026-03-01 09:00")


def remind(at: dt.datetime) -> int:
    return sum(reminders.remind_all(at=at))


def told() -> list[dict[str, str | int] | None]:
    return [notice.values for notice in Notice.objects.order_by("told_at", "id")]


@pytest.fixture
def club() -> Club:
    return Club()


@pytest.fixture
def hanako(db: None, club: Club) -> Member:
    member = club.member(at=OPENED)
    club.open_balance(member, {"2026-04-30": 700, "2026-12-31": 1_000}, at=OPENED)
    return member


class TestAMember:
    def test_is_told_sixty_and_fourteen_days_before_of_the_points_of_that_day(self, hanako: Member) -> None:
        for number in range(120):
            remind(OPENED + dt.timedelta(days=number))

        assert told() == [
            {"points": 700, "usable_through": "2026-04-30", "days": 60},
            {"points": 700, "usable_through": "2026-04-30", "days": 14},
        ]
        assert set(Notice.objects.values_list("person_id", flat=True)) == {hanako.person_id}

    def test_is_told_of_what_is_left(self, hanako: Member) -> None:
        redeem(hanako, 500, at=jst("2026-02-20 12:00"))

        remind(FIRST)

        assert [values and values["points"] for values in told()] == [200]

    def test_who_has_used_all_is_not_told(self, hanako: Member) -> None:
        redeem(hanako, 700, at=jst("2026-02-20 12:00"))

        assert remind(FIRST) == 0

    def test_who_wants_no_reminders_is_not_told(self, hanako: Member) -> None:
        notices.choose_reminders(person_id=hanako.person_id, wanted=False, at=OPENED, actor=STAFF)
        assert remind(FIRST) == 0

        notices.choose_reminders(person_id=hanako.person_id, wanted=True, at=FIRST, actor=STAFF)
        assert remind(FIRST) == 1

    def test_who_has_left_is_not_told(self, hanako: Member) -> None:
        reason = Membership.EndReason.WITHDRAWN
        earning.end_membership(member=hanako, reason=reason, at=jst("2026-02-20 12:00"), actor=STAFF)

        assert remind(FIRST) == 0

    def test_of_the_family_is_not_told(self, club: Club, hanako: Member) -> None:
        club.family_member(hanako, at=OPENED)

        remind(FIRST)

        assert Notice.objects.get().person_id == hanako.person_id

    def test_who_owes_points_is_told_of_no_more_than_can_be_used(self, club: Club, hanako: Member) -> None:
        shop = club.merchant()
        club.buy(hanako, shop, 100_000, at=OPENED, reference="undone")
        club.update(at=jst("2026-01-11 01:00"))
        redeem(hanako, 2_600, at=jst("2026-01-12 12:00"))
        reverse(shop, "undone", at=jst("2026-01-13 12:00"))

        assert remind(FIRST) == 0


@pytest.mark.usefixtures("hanako")
class TestAMorning:
    def test_that_comes_twice_tells_nobody_twice(self) -> None:
        remind(FIRST)
        remind(FIRST)

        assert len(told()) == 1

    @pytest.mark.parametrize(("late", "expected"), [(1, 1), (6, 1), (7, 0)])
    def test_that_was_missed_is_made_up_for_within_a_week(self, late: int, expected: int) -> None:
        assert remind(FIRST + dt.timedelta(days=late)) == expected

    def test_while_enquiry_is_paused_is_made_up_for(self) -> None:
        program.suspend(
            activity=Suspension.Activity.ENQUIRY,
            starts_at=FIRST,
            ends_before=FIRST + dt.timedelta(days=1),
            text_ja="停止",
            text_en="Paused",
            at=FIRST,
            actor=STAFF,
        )

        assert remind(FIRST) == 0
        assert remind(FIRST + dt.timedelta(days=1)) == 1

    def test_tells_when_the_settings_say(self, settings: Settings) -> None:
        settings.ENVIRONMENT = dataclasses.replace(settings.ENVIRONMENT, reminder_days=(30,))

        assert remind(FIRST) == 0
        assert remind(jst("2026-03-31 09:00")) == 1


def test_goes_through_all_accounts_chunk_by_chunk(club: Club, db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reminders, "_ACCOUNTS_AT_A_TIME", 2)
    for _ in range(5):
        club.open_balance(club.member(at=OPENED), {"2026-04-29": 10, "2026-04-30": 20}, at=OPENED)

    assert remind(FIRST) == 10


def test_two_at_once_tell_everybody_once(fresh_database: FreshDatabase, club: Club) -> None:
    for _ in range(12):
        club.open_balance(club.member(at=OPENED), {"2026-04-30": 20}, at=OPENED)

    def work(_: int) -> None:
        try:
            remind(FIRST)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(3) as threads:
        list(threads.map(work, range(3)))

    assert Notice.objects.count() == 12
    assert Delivery.objects.count() == 12
