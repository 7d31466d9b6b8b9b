"""Versions of the program from the office: one asks, another decides (STF-2, TRM-4)."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from pointclub.people.rules.permissions import Role
from pointclub.program import queries as program
from pointclub.program.models import ProgramVersion, VersionRequest
from tests.factories.office import client_of, let_in
from tests.factories.staff import administrator, all_round
from tests.office.conftest import NOW

pytestmark = [pytest.mark.usefixtures("office"), pytest.mark.rule("STF-2")]
FIGURES = {
    "validity_months": "48",
    "return_validity_months": "1",
    "correction_window_days": "180",
    "electricity_points_per_1000_yen": "8",
    "gas_points_per_1000_yen": "5",
    "bill_payment_allowed": "on",
    "special_expiry_allowed": "on",
}


def text_of(response: Any) -> str:
    page: str = response.content.decode()
    return page


@pytest.fixture
def manager() -> Client:
    return client_of(Role.PROGRAM_MANAGER, login_id="kikaku")


@pytest.fixture
def accountant() -> Client:
    return client_of(Role.ACCOUNTING, login_id="keiri")


def ask(client: Client, **typed: str) -> Any:
    content = {"code": "2027", "effective_from": "2027-04-01", "reason": "規定の改定", **FIGURES, **typed}
    return client.post("/office/versions/new/", content)


class TestVersion:
    def test_takes_effect_once_another_agrees_and_not_before(self, manager: Client, accountant: Client) -> None:
        asked = ask(manager)
        before = ProgramVersion.objects.filter(code="2027").exists()
        accountant.post(f"{asked['Location']}decide/", {"decision": "approve"})

        version = program.get_version(on=NOW.date().replace(year=2027))
        assert not before
        assert (version.code, version.validity_months, version.recorded_by) == ("2027", 48, "staff:keiri")

    def test_turned_down_changes_nothing(self, manager: Client, accountant: Client) -> None:
        asked = ask(manager)

        page = text_of(accountant.post(f"{asked['Location']}decide/", {"decision": "reject"}, follow=True))

        assert "却下しました。" in page
        assert not ProgramVersion.objects.filter(code="2027").exists()

    def test_shows_its_figures_beside_those_in_force_and_marks_what_changes(
        self, manager: Client, accountant: Client
    ) -> None:
        asked = ask(manager)

        page = text_of(accountant.get(asked["Location"]))

        assert page.count("<mark>") == 1
        assert "<mark>48</mark>" in page

    def test_begins_the_form_with_the_figures_in_force(self, manager: Client) -> None:
        page = text_of(manager.get("/office/versions/new/"))

        assert f'name="validity_months" value="{program.get_version(on=NOW.date()).validity_months}"' in page

    def test_waits_on_the_first_page_of_who_decides(self, manager: Client, accountant: Client) -> None:
        ask(manager)

        assert "2027" in text_of(accountant.get("/office/")).split("あなたの決裁待ち", 1)[1]
        assert "2027" in text_of(manager.get("/office/")).split("別の担当者の決裁待ち", 1)[1]

    def test_of_ones_own_is_refused_and_has_no_buttons(self) -> None:
        administrator()
        client = let_in(Client(), all_round("hitori"))
        asked = ask(client)

        posted = text_of(client.post(f"{asked['Location']}decide/", {"decision": "approve"}, follow=True))

        assert "ご自分の申請は決裁できません" in posted
        assert 'name="decision"' not in posted
        assert not ProgramVersion.objects.filter(code="2027").exists()

    @pytest.mark.parametrize(
        ("typed", "said"),
        [
            ({"code": ""}, "コードを入力"),
            ({"effective_from": "2026-01-01"}, "過ぎた日"),
            ({"validity_months": "0"}, "小さすぎます"),
            ({"validity_months": "1201"}, "大きすぎます"),
            ({"validity_months": "three"}, "整数を入力"),
            ({"reason": ""}, "理由を入力"),
        ],
    )
    def test_says_what_is_wrong_and_asks_for_nothing(self, manager: Client, typed: dict[str, str], said: str) -> None:
        assert said in text_of(ask(manager, **typed))
        assert not VersionRequest.objects.exists()
