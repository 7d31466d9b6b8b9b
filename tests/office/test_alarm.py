"""Whoever of the staff looks at the first page hears of an alarm for a day (attack 1)."""

import datetime as dt

import pytest

from pointclub.people.models import SignInAlarm
from pointclub.people.rules.permissions import Role
from tests.factories.office import client_of
from tests.office.conftest import NOW

pytestmark = [pytest.mark.usefixtures("office"), pytest.mark.rule("MEM-6")]
WORDS = "盗まれたパスワードのリスト"


@pytest.mark.parametrize(("hours", "is_shown"), [(1, True), (23, True), (25, False)])
def test_an_alarm_stands_on_the_first_page_for_a_day(hours: int, is_shown: bool) -> None:
    SignInAlarm.objects.create(raised_at=NOW - dt.timedelta(hours=hours), wrong_tries=300, within_minutes=15)

    page = client_of(Role.CALL_CENTRE).get("/office/").content.decode()

    assert (WORDS in page) is is_shown


@pytest.mark.parametrize(
    ("step", "words"),
    [("login_id", "ログインIDが"), ("contract", "契約の番号"), ("old_pair", "旧会員番号"), ("own_pair", "旧会員番号")],
)
def test_an_alarm_says_what_is_being_tried(step: str, words: str) -> None:
    SignInAlarm.objects.create(step=step, raised_at=NOW, wrong_tries=300, within_minutes=60)

    assert words in client_of(Role.CALL_CENTRE).get("/office/").content.decode()
