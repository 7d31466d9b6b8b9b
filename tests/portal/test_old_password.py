"""Members are reminded of an old password where the operator wants it, and never locked out (MEM-6)."""

from __future__ import annotations

import dataclasses
import datetime as dt

import pytest
from django.conf import settings as django_settings
from django.test import Client
from pytest_django import Settings

from pointclub.membership import services as membership
from pointclub.notices.models import Notice
from pointclub.notices.rules.kinds import Kind
from pointclub.people.models import User
from pointclub.people.rules.signing_in import Means, reminders_due
from tests.factories.sign_ins import let_in
from tests.portal.household import NOW, Household

pytestmark = [pytest.mark.django_db, pytest.mark.rule("MEM-6")]
REMINDER = "パスワードの変更をご検討ください"


def come_in(user: User, *, at: dt.datetime = NOW) -> None:
    membership.come_in(
        user=User.objects.get(id=user.id),
        means=Means.PASSWORD,
        mark="",
        remember=False,
        network="192.0.2.1",
        user_agent="",
        at=at,
    )


def count_reminders() -> int:
    return Notice.objects.filter(kind=Kind.PASSWORD_OLD).count()


@pytest.fixture
def yearly(settings: Settings) -> None:
    """Remind after a year; Hanako registered two years and a half ago."""
    settings.ENVIRONMENT = dataclasses.replace(django_settings.ENVIRONMENT, password_reminder_days=365)


def test_nobody_is_reminded_by_default(hanako_client: Client, household: Household) -> None:
    come_in(household.user)

    assert count_reminders() == 0
    assert REMINDER not in hanako_client.get("/account/").content.decode()


@pytest.mark.usefixtures("yearly")
class TestAMemberWithAnOldPassword:
    def test_reads_it_on_both_pages_until_it_is_changed(self, hanako_client: Client, household: Household) -> None:
        for page in ("/", "/account/"):
            assert REMINDER in hanako_client.get(page).content.decode()

        membership.change_password(stay=let_in(Client(), household.user), password="asahi2026", at=NOW)
        let_in(hanako_client, User.objects.get(id=household.user.id))
        assert REMINDER not in hanako_client.get("/account/").content.decode()

    def test_is_told_once_in_each_period(self, household: Household) -> None:
        come_in(household.user)
        come_in(household.user, at=NOW + dt.timedelta(days=30))
        assert count_reminders() == 1

        come_in(household.user, at=NOW + dt.timedelta(days=365))
        assert count_reminders() == 2


@pytest.mark.parametrize(
    ("days", "every", "due"), [(364, 365, 0), (365, 365, 1), (730, 365, 2), (999, 0, 0), (-1, 1, 0)]
)
def test_a_reminder_falls_due_for_each_whole_period(days: int, every: int, due: int) -> None:
    assert reminders_due(NOW, at=NOW + dt.timedelta(days=days), every_days=every) == due
