"""Pausing points management from the office, now and planned, with texts in both languages (SUS-1)."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client

from pointclub.people.rules.permissions import Role
from pointclub.program import queries as program
from pointclub.program.models import Suspension
from tests.factories.club import Club, jst
from tests.factories.office import client_of

pytestmark = [pytest.mark.usefixtures("office"), pytest.mark.rule("SUS-1")]
TEXTS = {"text_ja": "点検のため停止しております。", "text_en": "We are checking our machines."}


def text_of(response: Any) -> str:
    page: str = response.content.decode()
    return page


@pytest.fixture
def manager() -> Client:
    return client_of(Role.PROGRAM_MANAGER, login_id="kikaku")


def suspend(client: Client, **typed: str) -> Any:
    return client.post("/office/suspensions/new/", {"activity": "redemption", **TEXTS, **typed})


class TestPausing:
    def test_takes_effect_at_once_and_ends_when_somebody_says_so(self, manager: Client) -> None:
        suspend(manager)
        paused = program.find_suspension(program.Activity.REDEMPTION, at=jst("2026-11-21 09:16"))
        page = text_of(manager.get("/office/suspensions/"))
        manager.post("/office/suspensions/resume/", {"activity": "redemption"})

        assert paused is not None
        assert (paused.text_ja, paused.text_en) == (TEXTS["text_ja"], TEXTS["text_en"])
        assert paused.recorded_by == "staff:kikaku"
        assert "停止中" in page
        assert program.find_suspension(program.Activity.REDEMPTION, at=jst("2026-11-21 09:17")) is None

    def test_can_be_planned_in_japans_time(self, manager: Client) -> None:
        suspend(manager, starts_at="2026-12-01T01:00", ends_before="2026-12-01T05:30")

        (planned,) = program.list_suspensions()
        page = text_of(manager.get("/office/suspensions/"))
        assert (planned.starts_at, planned.ends_before) == (jst("2026-12-01 01:00"), jst("2026-12-01 05:30"))
        assert "予定" in page
        assert "2026/12/01 01:00" in page

    def test_counts_once_however_often_the_button_is_pressed(self, manager: Client) -> None:
        page = text_of(manager.get("/office/suspensions/new/"))
        found = re.search(r'name="once" value="([0-9a-f-]{36})"', page)
        assert found is not None

        for _ in range(3):
            suspend(manager, once=found[1])

        assert Suspension.objects.count() == 1

    @pytest.mark.parametrize(
        ("typed", "said"),
        [
            ({"text_en": " "}, "案内文を入力"),
            ({"text_ja": "あ" * 1_001}, "1,000文字以内"),
            ({"activity": "everything"}, "どちらか"),
            ({"starts_at": "tomorrow"}, "日時を"),
            ({"starts_at": "0001-01-01T00:00"}, "日時を"),
            ({"starts_at": "2026-12-02T01:00", "ends_before": "2026-12-01T01:00"}, "終了は開始より後"),
            ({"ends_before": "2026-01-01T01:00"}, "終了は開始より後"),
        ],
    )
    def test_says_what_is_wrong_and_pauses_nothing(self, manager: Client, typed: dict[str, str], said: str) -> None:
        assert said in text_of(suspend(manager, **typed))
        assert not Suspension.objects.exists()

    def test_takes_a_text_of_several_lines_as_one(self, manager: Client) -> None:
        suspend(manager, text_ja="一行目\r\n二行目")

        assert program.list_suspensions()[0].text_ja == "一行目 二行目"

    def test_ended_where_nothing_is_on_says_so(self, manager: Client) -> None:
        answer = manager.post("/office/suspensions/resume/", {"activity": "enquiry"}, follow=True)

        assert "停止していません。" in text_of(answer)

    @pytest.mark.parametrize("role", [role for role in Role if role not in {Role.PROGRAM_MANAGER, Role.ADMINISTRATOR}])
    def test_is_nobody_elses(self, role: Role) -> None:
        client = client_of(role)

        assert suspend(client).status_code == 403
        assert client.post("/office/suspensions/resume/", {"activity": "redemption"}).status_code == 403
        assert not Suspension.objects.exists()


class TestWhatLapsedInAPause:
    def test_is_listed_as_the_base_of_another_last_day(self, manager: Client) -> None:
        club = Club()
        member, other = club.member(), club.member()
        club.open_balance(member, {"2026-11-30": 300, "2027-03-31": 50}, at=jst("2026-04-01 10:00"))
        club.open_balance(other, {"2026-11-30": 20}, at=jst("2026-04-01 10:00"))

        page = text_of(manager.get("/office/suspensions/lapses/?first=2026-11-28&last=2026-12-03"))

        assert '<dd class="num big">320</dd>' in page
        assert page.count('role="rowheader"') == 2

    def test_asks_for_days_in_order(self, manager: Client) -> None:
        page = text_of(manager.get("/office/suspensions/lapses/?first=2026-12-03&last=2026-11-28"))

        assert "開始日より前の日です。" in page
