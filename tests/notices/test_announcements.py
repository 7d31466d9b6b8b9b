"""What everybody is told is written by one person and published by another (NTC-1, STF-2)."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID

import pytest
from django.db import IntegrityError, transaction

from pointclub.audit.models import AuditEntry
from pointclub.notices import queries, services
from pointclub.notices.models import Announcement
from pointclub.people.rules.permissions import Role
from tests.factories.club import OTHER_STAFF, STAFF
from tests.factories.readers import AT
from tests.factories.staff import staff
from tests.factories.texts import ENGLISH, JAPANESE, published, written
from tests.harness.commands import call

pytestmark = [pytest.mark.django_db, pytest.mark.rule("NTC-1")]

TODAY = AT.date()
State = Announcement.State


def shown(on: dt.date = TODAY) -> list[UUID]:
    return [each.id for each in queries.list_announcements(on=on)]


def publish(announcement: Announcement, *, by: Any = OTHER_STAFF, at: dt.datetime = AT) -> Announcement:
    return services.publish(request_id=announcement.id, at=at, actor=by)


def withdraw(announcement: Announcement, reason: str = "誤記", *, at: dt.datetime = AT) -> Announcement:
    return services.withdraw_announcement(announcement_id=announcement.id, reason=reason, at=at, actor=STAFF)


@pytest.mark.rule("STF-2")
class TestTwoPeople:
    def test_agree_before_anybody_is_shown_it(self) -> None:
        asked = written()

        before = shown()
        publish(asked)

        assert (before, shown()) == ([], [asked.id])

    def test_are_two(self) -> None:
        asked = written()

        with pytest.raises(services.SamePersonError):
            publish(asked, by=STAFF)
        with pytest.raises(services.SamePersonError):
            services.reject_announcement(request_id=asked.id, at=AT, actor=STAFF)

    def test_are_two_in_the_database_as_well(self) -> None:
        asked = written()

        with pytest.raises(IntegrityError, match="two_people_publish"), transaction.atomic():
            Announcement.objects.filter(id=asked.id).update(published_by=str(STAFF), published_at=AT)

    def test_decide_once(self) -> None:
        asked = written()
        services.reject_announcement(request_id=asked.id, at=AT, actor=OTHER_STAFF)

        with pytest.raises(services.AlreadyDecidedError):
            publish(asked)
        assert shown() == []


class TestAnAnnouncement:
    @pytest.mark.parametrize(
        ("title", "text", "first", "last"),
        [
            ("", "x", 0, 0),
            ("two\nlines", "x", 0, 0),
            ("x", " ", 0, 0),
            ("x", "x\x00", 0, 0),
            ("x", "x", 1, 0),
            ("x", "x", -3, -1),
        ],
    )
    def test_that_is_none_is_refused(self, title: str, text: str, first: int, last: int) -> None:
        days = {"shown_from": TODAY + dt.timedelta(days=first), "shown_through": TODAY + dt.timedelta(days=last)}

        with pytest.raises(services.InvalidAnnouncementError):
            services.request_announcement(
                japanese=services.Words(title, text), english=ENGLISH, **days, at=AT, actor=STAFF
            )

    def test_whose_days_are_over_by_now_is_not_published(self) -> None:
        asked = written()

        with pytest.raises(services.InvalidAnnouncementError):
            publish(asked, at=AT + dt.timedelta(days=1))

    def test_says_where_it_stands(self) -> None:
        tomorrow = TODAY + dt.timedelta(days=1)
        asked = written(shown_from=tomorrow)

        states = [asked.state_on(TODAY), publish(asked).state_on(TODAY)]
        asked.refresh_from_db()
        states += [asked.state_on(tomorrow), asked.state_on(tomorrow + dt.timedelta(days=1))]

        assert states == [State.REQUESTED, State.PLANNED, State.SHOWN, State.OVER]
        assert withdraw(asked).state_on(TODAY) is State.WITHDRAWN

    def test_is_taken_down_at_once_with_a_reason_on_record(self) -> None:
        down = published()

        with pytest.raises(services.WithdrawalReasonError):
            withdraw(down, " ")
        withdraw(down, "日付の誤り")

        assert shown() == []
        assert AuditEntry.objects.get(act="notices.withdraw_announcement").reason == "日付の誤り"

    def test_is_taken_back_before_it_was_decided(self) -> None:
        asked = written()
        withdraw(asked)

        with pytest.raises(services.AlreadyDecidedError):
            publish(asked)

    def test_that_is_over_is_not_taken_down(self) -> None:
        over = published()

        with pytest.raises(services.AnnouncementOverError):
            withdraw(over, at=AT + dt.timedelta(days=1))
        withdraw(over)
        with pytest.raises(services.AnnouncementOverError):
            withdraw(over)

    def test_that_nobody_wrote_is_not_there(self) -> None:
        with pytest.raises(queries.UnknownAnnouncementError):
            services.publish(request_id=UUID(int=7), at=AT, actor=STAFF)


def test_the_commands_take_two_people() -> None:
    manager, officer = staff(Role.PROGRAM_MANAGER).login_id, staff(Role.PRIVACY_OFFICER).login_id
    words = ("--title-ja", JAPANESE.title, "--text-ja", "x", "--title-en", ENGLISH.title, "--text-en", "x")
    days = ("--from", "2099-01-01", "--through", "2099-01-02")

    asked = call("notices", "announce", *words, *days, "--as", manager, "--json").json
    planned = call("notices", "publish", asked["announcement"], "--as", officer, "--json").json
    reason = ("--reason", "中止")
    down = call("notices", "withdraw", asked["announcement"], *reason, "--as", manager, "--json").json

    assert [each["state"] for each in (asked, planned, down)] == ["requested", "planned", "withdrawn"]
