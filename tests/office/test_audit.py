"""The record of acts on a page, and the staff page."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest
from django.test import Client

from pointclub.audit import services as audit
from pointclub.foundation import actors
from pointclub.foundation.acts import act
from pointclub.people import queries as people_queries
from pointclub.people.rules.permissions import Role
from tests.factories.club import Club, jst
from tests.factories.office import client_of, enrolled
from tests.office.conftest import NOW

pytestmark = [pytest.mark.usefixtures("office"), pytest.mark.rule("STF-3")]


def text_of(response: Any) -> str:
    page: str = response.content.decode()
    return page


def rows_of(page: str) -> int:
    return page.count('role="rowheader"')


@act
def record(number: int, *, login_id: str = "sato", name: str = "runs.finish_run", at: dt.datetime = NOW) -> None:
    audit.record_act(
        act=name,
        actor=actors.staff(login_id),
        subject=audit.Subject("thing", f"t-{number}"),
        at=at,
        details={"number": number, "is_right": True},
        reason="<script>alert(1)</script>",
    )


@pytest.fixture
def auditor() -> Client:
    return client_of(Role.AUDITOR)


@act
def record_run(run: str) -> None:
    audit.record_act(act="runs.finish_run", actor=actors.staff("sato"), subject=audit.Subject("run", run), at=NOW)


class TestRecordOfActs:
    def test_leads_to_what_it_was_done_to_where_that_has_a_page(self, auditor: Client) -> None:
        record_run("01890a5d-ac96-774b-bcce-b302099a8057")
        record_run("update:2026-04-01")

        page = text_of(auditor.get("/office/audit/?actor=sato"))

        assert rows_of(page) == 2
        assert page.count('href="/office/runs/01890a5d-ac96-774b-bcce-b302099a8057/"') == 1
        assert page.count('href="/office/runs/') == 2  # The other one is the navigation's.

    def test_shows_who_did_what_when_and_why_and_runs_nothing_of_it(self, auditor: Client) -> None:
        record(1)

        page = text_of(auditor.get("/office/audit/?actor=sato"))

        assert rows_of(page) == 1
        assert "実行の完了" in page
        assert "number: 1" in page
        assert "is_right: はい" in page
        assert "&lt;script&gt;alert(1)" in page

    def test_is_found_by_actor_act_area_subject_and_day(self, auditor: Client) -> None:
        record(1, login_id="sato", name="runs.finish_run")
        record(2, login_id="suzuki", name="runs.fail_run", at=jst("2026-11-19 23:59"))
        record(3, login_id="suzuki", name="rewards.return_line", at=jst("2026-11-20 00:00"))

        found = {
            query: rows_of(text_of(auditor.get(f"/office/audit/?{query}")))
            for query in (
                "actor=suzuki",
                "actor=staff:suzuki&act=runs",
                "act=runs",
                "act=runs.finish_run",
                "subject=thing:t-3",
                "act=runs&last=2026-11-19",
                "actor=suzuki&first=2026-11-20",
                "actor=nobody",
            )
        }

        assert found == {
            "actor=suzuki": 2,
            "actor=staff:suzuki&act=runs": 1,
            "act=runs": 2,
            "act=runs.finish_run": 1,
            "subject=thing:t-3": 1,
            "act=runs&last=2026-11-19": 1,
            "actor=suzuki&first=2026-11-20": 1,
            "actor=nobody": 0,
        }

    def test_of_a_member_is_found_by_number(self, auditor: Client) -> None:
        member, other = Club().member(), Club().member()

        page = text_of(auditor.get(f"/office/audit/?member_number={member.number}"))

        assert str(member.membership_id) in page
        assert str(other.membership_id) not in page

    def test_is_shown_by_the_page(self, auditor: Client) -> None:
        for number in range(53):
            record(number, at=NOW + dt.timedelta(seconds=number))

        first = text_of(auditor.get("/office/audit/?act=runs"))
        following = re.search(r'rel="next" href="(\?[^"]+)"', first)
        assert following is not None
        second = text_of(auditor.get("/office/audit/" + following[1].replace("&amp;", "&")))

        assert (rows_of(first), rows_of(second)) == (50, 3)
        assert 'rel="next"' not in second

    @pytest.mark.parametrize(
        "query", ["actor=a b", "act=DROP TABLE", "subject=thing", "first=never", "member_number=1"]
    )
    def test_says_what_has_not_the_shape_of_anything(self, auditor: Client, query: str) -> None:
        response = auditor.get(f"/office/audit/?{query}")

        assert response.status_code == 200
        assert "<title>エラー：" in text_of(response)

    def test_after_an_entry_that_is_not_there_finds_nothing(self, auditor: Client) -> None:
        assert auditor.get("/office/audit/?after=0190a1b2-0000-7000-8000-000000000000").status_code == 404

    @pytest.mark.parametrize("role", [Role.CALL_CENTRE, Role.ACCOUNTING, Role.ADMINISTRATOR])
    def test_is_for_auditor_and_privacy_officer(self, role: Role) -> None:
        assert client_of(role).get("/office/audit/").status_code == 403


class TestStaffPage:
    def test_lets_an_administrator_reset_anothers_second_factor(self) -> None:
        who = enrolled(Role.CALL_CENTRE, login_id="kakari")
        client = client_of(Role.ADMINISTRATOR, login_id="shunin")

        before = text_of(client.get("/office/staff/"))
        after = text_of(client.post("/office/staff/kakari/reset/", follow=True))

        assert "/office/staff/kakari/reset/" in before
        assert "/office/staff/shunin/reset/" not in before
        assert "kakari の二段階認証を解除しました。" in after
        assert people_queries.find_second_factor(who.user) is None

    def test_refuses_ones_own_and_what_is_not_there(self) -> None:
        enrolled(Role.CALL_CENTRE, login_id="kakari")
        client = client_of(Role.ADMINISTRATOR, login_id="shunin")

        own = text_of(client.post("/office/staff/shunin/reset/", follow=True))
        nobody = text_of(client.post("/office/staff/nobody/reset/", follow=True))
        client.post("/office/staff/kakari/reset/")
        twice = text_of(client.post("/office/staff/kakari/reset/", follow=True))

        assert "別の管理者が解除します" in own
        assert "このログインIDの担当者はいません" in nobody
        assert "解除する二段階認証がありません" in twice

    def test_is_only_looked_at_by_the_auditor(self) -> None:
        enrolled(Role.CALL_CENTRE, login_id="kakari")
        auditor = client_of(Role.AUDITOR)

        assert "/reset/" not in text_of(auditor.get("/office/staff/"))
        assert auditor.post("/office/staff/kakari/reset/").status_code == 403
