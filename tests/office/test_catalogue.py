"""Catalogues in the office: who looks, who adds, and that services do it (STF-1, STF-3, ACC-1, ACC-3)."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.contrib.admin import site as django_site
from django.db import connection
from django.test import Client

from pointclub.audit import queries as audit
from pointclub.earning.models import Campaign, EarningRule
from pointclub.merchants.models import Merchant, Store
from pointclub.office.catalogue.urls import site
from pointclub.people.rules.permissions import GRANTED, Permission, Role
from pointclub.program.models import ProgramVersion
from tests.factories.club import Club
from tests.factories.office import client_of
from tests.office.conftest import NOW

pytestmark = [pytest.mark.usefixtures("office"), pytest.mark.rule("STF-1")]
HERE = "/office/catalogue/"
MERCHANTS = f"{HERE}merchants/merchant/"
STORES = f"{HERE}merchants/store/"
RULES = f"{HERE}earning/earningrule/"
CAMPAIGNS = f"{HERE}earning/campaign/"
VERSIONS = f"{HERE}program/programversion/"
MERCHANT = {"number": "100001", "name": "見本ベーカリー", "admitted_on": "2026-12-01"}
CAMPAIGN = {"code": "spring", "name": "春の2倍", "sold_from": "2027-04-01", "sold_through": "2027-04-30"}


def text_of(response: Any) -> str:
    page: str = response.content.decode()
    return page


def acts_of(login_id: str) -> list[str]:
    """Return what this member of staff did, by the record of acts."""
    found = audit.search_acts(audit.ActFilter(actor=f"staff:{login_id}")).acts
    return [each.act for each in sorted(found, key=lambda each: each.sequence)]


@pytest.fixture
def administrator() -> Client:
    return client_of(Role.ADMINISTRATOR, login_id="kanrisha")


class TestTheSite:
    def test_holds_catalogues_and_nothing_else(self) -> None:
        assert set(site._registry) == {Merchant, Store, EarningRule, Campaign, ProgramVersion}

    def test_is_the_only_one_that_is_served(self, administrator: Client) -> None:
        assert django_site._registry == {}
        assert administrator.get("/admin/").status_code == 404

    @pytest.mark.parametrize(
        "page", ["login", "logout", "password_change", "jsi18n", "autocomplete", "r/1/1", "people"]
    )
    def test_has_no_door_of_its_own_and_none_of_djangos_other_pages(self, administrator: Client, page: str) -> None:
        assert administrator.get(f"{HERE}{page}/").status_code == 404

    def test_has_no_log_beside_the_record_of_acts(self) -> None:
        assert "django_admin_log" not in connection.introspection.table_names()

    @pytest.mark.parametrize("way", ["delete/", "history/", "change/"])
    def test_offers_no_way_to_delete_or_rewrite(self, administrator: Client, way: str) -> None:
        merchant = Club().merchant()

        assert administrator.post(f"{MERCHANTS}{merchant.id}/{way}", {"post": "yes"}).status_code == 404
        assert administrator.post(f"{MERCHANTS}{merchant.id}/", {"name": "別の名"}).status_code == 405
        assert administrator.post(MERCHANTS, {"action": "delete_selected"}).status_code == 405
        assert Merchant.objects.get(id=merchant.id).name == merchant.name

    def test_is_left_after_half_an_hour_and_with_the_second_factor_as_the_office_is(
        self, administrator: Client, set_clock: Callable[[dt.datetime], None]
    ) -> None:
        other = client_of(Role.PROGRAM_MANAGER, login_id="kikaku")
        administrator.post("/office/staff/kikaku/reset/")
        without_factor = other.get(MERCHANTS)
        set_clock(NOW + dt.timedelta(minutes=31))
        left_alone = administrator.get(MERCHANTS)

        assert without_factor["Location"] == left_alone["Location"] == f"/office/sign-in/?next={MERCHANTS}"

    def test_brings_no_scripts(self, administrator: Client) -> None:
        merchant = Club().merchant()
        pages = [HERE, MERCHANTS, f"{MERCHANTS}add/", f"{MERCHANTS}{merchant.id}/", RULES, CAMPAIGNS, VERSIONS]

        assert [page for page in pages if re.search("<script|<style| style=", text_of(administrator.get(page)))] == []

    def test_leads_back_to_the_office_which_leads_to_it(self, administrator: Client) -> None:
        assert f'<a href="{HERE}">マスタ管理</a>' in text_of(administrator.get("/office/"))
        assert f'<a href="{HERE}" aria-current="page">' in text_of(administrator.get(MERCHANTS))
        assert 'href="/office/"' in text_of(administrator.get(MERCHANTS))

    @pytest.mark.parametrize("odd", ["?e=1", "?p=999", "?p=x", "?state=x", "?q=%00", "?_popup=1"])
    def test_bears_odd_addresses(self, administrator: Client, odd: str) -> None:
        assert administrator.get(MERCHANTS + odd, follow=True).status_code == 200

    def test_takes_no_lookup_that_it_does_not_offer(self, administrator: Client) -> None:
        assert administrator.get(f"{MERCHANTS}?earning_rules__percent=3").status_code == 400

    @pytest.mark.parametrize("lookup", ["number=%00", "name__regex=(", "name__startswith=a", "id__in=1"])
    def test_takes_no_lookup_of_its_own_fields_either(self, administrator: Client, lookup: str) -> None:
        assert administrator.get(f"{MERCHANTS}?{lookup}").status_code == 400
        assert administrator.get(f"{MERCHANTS}?state=active").status_code == 200

    @pytest.mark.parametrize("nobody", [f"{MERCHANTS}0192f0c1-2345-7000-8000-000000000007/", f"{MERCHANTS}x/"])
    def test_knows_no_row_that_there_is_not(self, administrator: Client, nobody: str) -> None:
        assert administrator.get(nobody).status_code == 404


@pytest.mark.parametrize("role", list(Role))
class TestWhoLooksAndWhoAdds:
    def test_follows_from_the_one_table(self, role: Role) -> None:
        client = client_of(role)
        merchant = Club().merchant()
        page = f"{MERCHANTS}{merchant.id}/"
        looks = Permission.SEE_CATALOGUE in GRANTED[role]

        assert [client.get(each).status_code for each in (HERE, MERCHANTS, page)] == [200 if looks else 403] * 3
        assert ("見本ベーカリー" in text_of(client.get(MERCHANTS))) is False
        assert ('name="act"' in text_of(client.get(page))) is (Permission.MANAGE_MERCHANTS in GRANTED[role])

    def test_adds_nothing_without_the_permission(self, role: Role) -> None:
        client = client_of(role)

        client.post(f"{MERCHANTS}add/", MERCHANT)
        client.post(f"{CAMPAIGNS}add/", CAMPAIGN | {"multiplier": "2"})

        assert Merchant.objects.filter(number="100001").exists() is (Permission.MANAGE_MERCHANTS in GRANTED[role])
        assert Campaign.objects.exists() is (Permission.MANAGE_CATALOGUE in GRANTED[role])


@pytest.mark.rule("ACC-1", "STF-3")
class TestAMerchant:
    def test_is_admitted_by_the_service_which_records_who_did_it(self, administrator: Client) -> None:
        answer = administrator.post(f"{MERCHANTS}add/", MERCHANT, follow=True)

        merchant = Merchant.objects.get(number="100001")
        assert "None" not in text_of(answer)
        assert answer.redirect_chain == [(f"{MERCHANTS}{merchant.id}/", 302)]
        assert (merchant.name, merchant.admitted_on) == ("見本ベーカリー", dt.date(2026, 12, 1))
        assert "加盟店を登録しました。" in text_of(answer)
        assert acts_of("kanrisha")[-1] == "merchants.admit_merchant"

    def test_counts_once_however_often_the_button_is_pressed(self, administrator: Client) -> None:
        found = re.search(r'name="once" value="([0-9a-f-]{36})"', text_of(administrator.get(f"{MERCHANTS}add/")))
        assert found is not None

        answers = [administrator.post(f"{MERCHANTS}add/", {**MERCHANT, "once": found[1]}) for _ in range(2)]

        assert [answer.status_code for answer in answers] == [302, 302]
        assert acts_of("kanrisha").count("merchants.admit_merchant") == 1

    def test_that_is_the_operator_cannot_be_suspended_or_ended(self, administrator: Client) -> None:
        operator = Merchant.objects.get(number="000000")

        for act in ("suspend", "end"):
            answer = administrator.post(f"{MERCHANTS}000000/act/", {"act": act}, follow=True)
            assert "運営会社は電気料金等のポイントを付与するため、停止も終了もできません。" in text_of(answer)

        operator.refresh_from_db()
        assert (operator.suspended_at, operator.ended_on) == (None, None)

    def test_refused_by_the_service_is_shown_as_it_was_typed(self, administrator: Client) -> None:
        administrator.post(f"{MERCHANTS}add/", MERCHANT)
        again = administrator.post(f"{MERCHANTS}add/", MERCHANT | {"name": "別の店"})

        page = text_of(again)
        assert again.status_code == 200
        assert "この番号は別の加盟店が使用しています。" in page
        assert 'value="別の店"' in page
        assert "<title>エラー：" in page
        assert Merchant.objects.filter(number="100001").count() == 1

    def test_is_refused_in_english_too(self, administrator: Client) -> None:
        administrator.cookies["office_language"] = "en"
        administrator.post(f"{MERCHANTS}add/", MERCHANT)

        assert "Another merchant has this number." in text_of(administrator.post(f"{MERCHANTS}add/", MERCHANT))

    @pytest.mark.parametrize(
        ("typed", "said"),
        [
            ({"number": "12345"}, "6桁の数字"),
            ({"number": ""}, "加盟店番号を入力"),
            ({"name": ""}, "加盟店名を入力"),
            ({"name": "あ" * 81}, "長すぎます"),
            ({"admitted_on": "soon"}, "日付を2026-04-30のように"),
        ],
    )
    def test_says_what_is_wrong_and_admits_nobody(
        self, administrator: Client, typed: dict[str, str], said: str
    ) -> None:
        assert said in text_of(administrator.post(f"{MERCHANTS}add/", MERCHANT | typed))
        assert not Merchant.objects.filter(name=MERCHANT["name"]).exists()

    def test_is_suspended_goes_on_and_leaves(self, administrator: Client) -> None:
        merchant = Club().merchant()
        act, page = f"{MERCHANTS}{merchant.number}/act/", f"{MERCHANTS}{merchant.id}/"

        shown = [
            text_of(administrator.post(act, {"act": each}, follow=True)) for each in ("suspend", "resume", "end", "x")
        ]

        assert ["停止中" in each for each in shown] == [True, False, False, False]
        assert "加盟を終了しました。" in shown[2]
        assert 'name="act"' not in text_of(administrator.get(page))
        assert acts_of("kanrisha")[-3:] == [f"merchants.{each}_merchant" for each in ("suspend", "resume", "end")]

    def test_cannot_leave_before_it_has_come(self, administrator: Client) -> None:
        administrator.post(f"{MERCHANTS}add/", MERCHANT)

        answer = administrator.post(f"{MERCHANTS}100001/act/", {"act": "end"}, follow=True)

        assert "加盟開始日より前に終了することはできません。" in text_of(answer)
        assert Merchant.objects.get(number="100001").ended_on is None

    def test_is_found_by_name_and_by_state(self, administrator: Client) -> None:
        active, suspended = Club().merchant(), Club().merchant()
        administrator.post(f"{MERCHANTS}{suspended.number}/act/", {"act": "suspend"})

        by_name = text_of(administrator.get(f"{MERCHANTS}?q={active.name}"))
        by_state = text_of(administrator.get(f"{MERCHANTS}?state=suspended"))

        assert (active.name in by_name, suspended.name in by_name) == (True, False)
        assert (active.name in by_state, suspended.name in by_state) == (False, True)

    def test_has_stores_under_its_own_codes(self, administrator: Client) -> None:
        merchant = Club().merchant()
        typed = {"merchant": merchant.number, "code": "001", "name": "本店"}

        administrator.post(f"{STORES}add/", typed)
        again = text_of(administrator.post(f"{STORES}add/", typed))

        assert "本店" in text_of(administrator.get(f"{STORES}?q={merchant.number}"))
        assert "この店舗コードはすでに登録されています。" in again
        assert acts_of("kanrisha")[-1] == "merchants.open_store"


@pytest.mark.rule("ACC-3", "STF-3")
class TestARule:
    def test_is_added_as_the_next_version_and_what_was_stays(self, administrator: Client) -> None:
        merchant = Club().merchant()
        before = EarningRule.objects.get(merchant=merchant)
        typed = {
            "merchant": merchant.number,
            "effective_from": "2027-04-01",
            "base": "tax_excluded",
            "percent": "３．５",
        }

        answer = administrator.post(f"{RULES}add/", typed, follow=True)

        latest = EarningRule.objects.filter(merchant=merchant).latest("effective_from")
        assert (latest.percent, latest.base, latest.recorded_by) == (Decimal("3.5"), "tax_excluded", "staff:kanrisha")
        assert (EarningRule.objects.count(), EarningRule.objects.get(id=before.id)) == (2, before)
        assert f"{merchant}　3.5%</h1>" in text_of(answer)
        assert acts_of("kanrisha")[-1] == "earning.add_earning_rule"

    def test_by_unit_reads_as_people_say_it(self, administrator: Client) -> None:
        merchant = Club().merchant()
        typed = {"merchant": merchant.number, "effective_from": "2027-04-01", "base": "tax_included"}

        answer = administrator.post(f"{RULES}add/", typed | {"unit_yen": "200", "points_per_unit": "3"}, follow=True)

        assert "200円ごとに3ポイント" in text_of(answer)

    @pytest.mark.parametrize(
        ("typed", "said"),
        [
            ({}, "どちらか一方だけ"),
            ({"percent": "0"}, "どちらか一方だけ"),
            ({"unit_yen": "100"}, "どちらか一方だけ"),
            ({"unit_yen": "100", "points_per_unit": "1", "percent": "3"}, "どちらか一方だけ"),
            ({"percent": "101"}, "大きすぎます"),
            ({"percent": "1e1"}, "のような数値"),
            ({"unit_yen": "1.5", "points_per_unit": "1"}, "整数"),
            ({"percent": "3", "merchant": "999999"}, "この番号の加盟店はありません。"),
            ({"percent": "3", "base": "x"}, "どちらか"),
        ],
    )
    def test_says_what_is_wrong_and_adds_nothing(self, administrator: Client, typed: dict[str, str], said: str) -> None:
        merchant = Club().merchant()
        content = {"merchant": merchant.number, "effective_from": "2027-04-01", "base": "tax_included"}

        page = text_of(administrator.post(f"{RULES}add/", content | typed))

        assert said in page
        assert 'value="2027-04-01"' in page
        assert EarningRule.objects.count() == 1


@pytest.mark.rule("ACC-3")
class TestACampaign:
    def test_of_a_known_code_becomes_its_next_version(self, administrator: Client) -> None:
        administrator.post(f"{CAMPAIGNS}add/", CAMPAIGN | {"multiplier": "2", "cap_per_month": "500"})
        first = Campaign.objects.get()
        form = text_of(administrator.get(f"{CAMPAIGNS}add/?after={first.id}"))
        administrator.post(f"{CAMPAIGNS}add/", CAMPAIGN | {"fixed_points": "50"})

        assert 'value="spring"' in form
        assert 'value="500"' in form
        assert list(Campaign.objects.order_by("version").values_list("version", "multiplier", "fixed_points")) == [
            (1, Decimal(2), None),
            (2, None, 50),
        ]
        assert acts_of("kanrisha")[-2:] == ["earning.add_campaign"] * 2

    def test_that_the_program_does_not_allow_is_refused_with_the_reason(self, administrator: Client) -> None:
        typed = {"multiplier": "2", "sold_from": "2020-04-01", "usable_through": "2027-06-30"}

        page = text_of(administrator.post(f"{CAMPAIGNS}add/", CAMPAIGN | typed))

        assert "個別の有効期限を定められません。" in page
        assert 'value="2027-06-30"' in page
        assert not Campaign.objects.exists()

    @pytest.mark.parametrize(
        ("typed", "said"),
        [
            ({}, "どちらか一方だけ"),
            ({"multiplier": "2", "fixed_points": "1"}, "どちらか一方だけ"),
            ({"multiplier": "1"}, "1より大きい数"),
            ({"multiplier": "2", "sold_through": "2027-03-31"}, "開始日より前"),
            ({"multiplier": "2", "usable_through": "2027-04-29"}, "終了日以降の日"),
            ({"multiplier": "2", "sold_from": "2001-01-01", "usable_through": "2027-06-30"}, "規定の版がありません。"),
            ({"multiplier": "2", "code": ""}, "コードを入力"),
        ],
    )
    def test_says_what_is_wrong_and_adds_nothing(self, administrator: Client, typed: dict[str, str], said: str) -> None:
        assert said in text_of(administrator.post(f"{CAMPAIGNS}add/", CAMPAIGN | typed))
        assert not Campaign.objects.exists()


class TestVersionsOfTheProgram:
    def test_are_shown_with_all_their_figures_and_added_elsewhere(self, administrator: Client) -> None:
        version = ProgramVersion.objects.latest("effective_from")

        page = text_of(administrator.get(f"{VERSIONS}{version.id}/"))

        assert version.code in page
        assert "個別の有効期限" in page
        assert administrator.get(f"{VERSIONS}add/").status_code == 404
