"""Runs by night and by hand."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from pointclub.foundation import clock
from pointclub.jobs import nights, runs
from pointclub.people.rules.permissions import Role
from pointclub.points import queries as points
from pointclub.runs.models import Run
from tests.factories.club import Club, jst
from tests.factories.office import client_of

pytestmark = pytest.mark.usefixtures("office")


def text_of(response: Any) -> str:
    page: str = response.content.decode()
    return page


@pytest.fixture
def administrator_client() -> Client:
    return client_of(Role.ADMINISTRATOR, login_id="shunin")


@pytest.fixture
def auditor() -> Client:
    return client_of(Role.AUDITOR)


class TestRunByHand:
    def test_update_waits_for_the_worker_and_then_shows_its_figures(self, administrator_client: Client) -> None:
        club = Club()
        member, merchant = club.member(), club.merchant()
        club.buy(member, merchant, 12_300, at=jst("2026-11-20 12:00"))

        asked = administrator_client.post("/office/runs/ask/", {"kind": "update"})
        waiting = text_of(administrator_client.get(asked["Location"]))
        runs.carry_out_all(read_clock=clock.now)
        done = text_of(administrator_client.get(asked["Location"]))

        assert "実行待ち" in waiting
        assert "完了" in done
        assert '<dd class="num big">123</dd>' in done
        assert points.get_balance(member.membership.account_id, on=clock.today()).usable == 123
        assert Run.objects.get().asked_by == "staff:shunin"

    def test_check_of_the_books_names_what_differs(self, auditor: Client) -> None:
        member = Club().member()
        asked = auditor.post("/office/runs/ask/", {"kind": "verify"})
        Run.objects.filter(kind="verify").update(
            state="done",
            started_at=clock.now(),
            finished_at=clock.now(),
            findings=[{"member_number": member.number, "what": "book balance", "stands": 5, "follows": 0}],
        )

        page = text_of(auditor.get(asked["Location"]))

        assert "一致しません" in page
        assert "book balance" in page

    def test_asked_twice_is_done_once(self, auditor: Client) -> None:
        for _ in range(2):
            answer = auditor.post("/office/runs/ask/", {"kind": "verify"}, follow=True)

        assert Run.objects.count() == 1
        assert "同じ処理が待機中または実行中です" in text_of(answer)

    @pytest.mark.parametrize("kind", ["update", "lapse"])
    def test_that_moves_points_is_the_administrators(self, auditor: Client, kind: str) -> None:
        assert auditor.post("/office/runs/ask/", {"kind": kind}).status_code == 403
        assert not Run.objects.exists()

    @pytest.mark.parametrize("kind", ["everything", ""])
    def test_of_no_kind_is_nothing(self, administrator_client: Client, kind: str) -> None:
        administrator_client.post("/office/runs/ask/", {"kind": kind})

        assert not Run.objects.exists()

    def test_offers_what_the_roles_allow(self, auditor: Client, administrator_client: Client) -> None:
        assert 'value="verify"' in text_of(auditor.get("/office/runs/"))
        assert 'value="update"' not in text_of(auditor.get("/office/runs/"))
        assert 'value="update"' in text_of(administrator_client.get("/office/runs/"))


class TestNights:
    def test_are_shown_with_their_figures(self, auditor: Client) -> None:
        club = Club()
        club.open_balance(club.member(), {"2026-11-20": 75}, at=jst("2026-04-01 10:00"))

        nights.run_job(nights.Job.LAPSE, jst("2026-11-21 00:00").date())

        page = text_of(auditor.get("/office/runs/"))
        assert "2026年11月21日（土）" in page
        assert '<span class="num">75</span>' in page
