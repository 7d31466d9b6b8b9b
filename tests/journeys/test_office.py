"""Ways through the office as staff take them."""

from __future__ import annotations

import gzip
import re
from collections.abc import Callable

import psycopg
import pytest
from django.test import Client
from playwright.sync_api import Locator, Page, expect

from pointclub.people import authenticator
from pointclub.people.models import User
from pointclub.people.rules.permissions import Role
from pointclub.points import queries as points
from pointclub.points.models import ChangeRequest
from tests.factories.busy_office import make_busy
from tests.factories.callers import put_on_file
from tests.factories.club import jst
from tests.factories.office import COOKIE, PASSWORD, Enrolled, enrolled, let_in
from tests.factories.staff import administrator, all_round, staff
from tests.harness.databases import FreshDatabase
from tests.journeys.conftest import HEIGHT, WIDTHS, Site, look_all_round
from tests.office.conftest import NOW

pytestmark = pytest.mark.browser
OpenWindow = Callable[..., Page]


def enter(page: Page, site: Site, who: Enrolled) -> None:
    """Go through both steps as people do."""
    page.goto(f"{site.address}/office/")
    page.get_by_label("ログインID").fill(who.user.login_id)
    page.get_by_label("パスワード").fill(PASSWORD)
    page.get_by_role("button", name="次へ").click()
    page.get_by_label("認証コード").fill(who.code(steps_ahead=0))
    page.locator("main").get_by_role("button", name="ログイン").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("決裁待ち")


def step_in(page: Page, site: Site, user: User, *, language: str = "ja") -> Client:
    """Put somebody who has a second factor in; return a browser without a window that is in as well."""
    client = let_in(Client(), user)
    address = f"{site.address}/office/"
    cookies = {COOKIE: client.cookies[COOKIE].value, "office_language": language}
    page.context.add_cookies([{"name": name, "value": value, "url": address} for name, value in cookies.items()])
    return client


def balance(site: Site) -> int:
    return points.get_balance(site.household.hanako.membership.account_id, on=NOW.date()).usable


@pytest.fixture
def clerk(site: Site) -> Enrolled:
    return enrolled(Role.CALL_CENTRE, login_id="madoguchi")


@pytest.fixture
def approver(site: Site) -> Enrolled:
    return enrolled(Role.ACCOUNTING, login_id="keiri")


class TestSigningIn:
    def test_for_the_first_time_sets_up_the_second_factor_by_keyboard_alone(
        self, site: Site, open_window: OpenWindow
    ) -> None:
        staff(Role.CALL_CENTRE, login_id="kakari", password=PASSWORD)
        page = open_window(scripts=False)
        page.goto(f"{site.address}/office/")

        page.get_by_label("ログインID").focus()
        page.keyboard.type("kakari")
        page.keyboard.press("Tab")
        page.keyboard.type(PASSWORD)
        page.keyboard.press("Enter")
        secret = page.locator(".secret").inner_text().replace(" ", "")
        expect(page.get_by_role("img", name="認証アプリ用のQRコード")).to_be_visible()
        page.get_by_label("アプリに表示されている認証コード").focus()
        page.keyboard.type(authenticator.code_for(secret))
        page.keyboard.press("Enter")

        expect(page.get_by_role("heading", level=1)).to_have_text("予備コード")
        assert page.locator(".codes li").count() == 10
        page.get_by_role("link", name="控えました").click()
        expect(page).to_have_url(f"{site.address}/office/")

    @pytest.mark.parametrize("language", ["ja", "en"])
    def test_has_no_flaws_at_any_width_in_light_and_dark(
        self, site: Site, open_window: OpenWindow, language: str
    ) -> None:
        staff(Role.CALL_CENTRE, login_id="kakari", password=PASSWORD)
        page = open_window()
        url = f"{site.address}/office/"
        page.context.add_cookies([{"name": "office_language", "value": language, "url": url}])
        page.goto(url)
        flaws = look_all_round(page)
        page.locator("main .btn-brand").click()
        flaws += look_all_round(page)
        page.locator("#id_login_id").fill("kakari")
        page.locator("#id_password").fill(PASSWORD)
        page.locator("main .btn-brand").click()
        expect(page.locator(".qr")).to_be_visible()
        flaws += look_all_round(page)
        page.locator("#id_code").fill(authenticator.code_for(page.locator(".secret").inner_text().replace(" ", "")))
        page.locator("main .btn-brand").click()
        expect(page.locator(".codes")).to_be_visible()

        assert flaws + look_all_round(page) == []


@pytest.mark.rule("STF-2")
class TestTwoPeople:
    def test_ask_and_approve_an_adjustment_without_scripts(
        self, site: Site, open_window: OpenWindow, clerk: Enrolled, approver: Enrolled
    ) -> None:
        before = balance(site)
        page = open_window(width=1280, scripts=False)
        enter(page, site, clerk)
        page.get_by_role("link", name="申請").click()
        page.get_by_role("link", name="調整の申請").click()
        page.get_by_label("会員番号").fill(site.household.hanako.number)
        page.get_by_label("ポイントを差し引く").check()
        page.get_by_label("ポイント", exact=True).fill("76")
        page.get_by_label("理由").fill("二重に加算されていたため")
        page.get_by_role("button", name="申請する").click()
        expect(page.get_by_text("申請しました。別の担当者が決裁します。")).to_be_visible()
        request_page = page.url

        other = open_window(width=1280, scripts=False)
        enter(other, site, approver)
        other.get_by_role("link", name="調整").click()
        expect(other).to_have_url(request_page)
        other.get_by_role("button", name="承認して実行する").click()

        expect(other.locator(".pagehead")).to_contain_text("実行済み")
        assert balance(site) == before - 76

    def test_are_needed_on_the_page_and_in_the_database(
        self, site: Site, open_window: OpenWindow, fresh_database: FreshDatabase
    ) -> None:
        """Attack 12: somebody with every role, whom only this rule can stop."""
        administrator()
        before = balance(site)
        page = open_window(width=1280)
        client = step_in(page, site, all_round("hitori"))
        content = {"member_number": site.household.hanako.number, "direction": "add", "points": "5000", "reason": "x"}
        asked = client.post("/office/requests/adjustment/", content)["Location"]

        page.goto(f"{site.address}{asked}")
        expect(page.get_by_text("ご自分の申請のため、別の担当者が決裁します。")).to_be_visible()
        expect(page.get_by_role("button", name="承認して実行する")).to_have_count(0)
        client.post(f"{asked}decide/", {"decision": "approve"})
        with psycopg.connect(fresh_database.application_url, autocommit=True) as connection:
            with pytest.raises(psycopg.errors.CheckViolation, match="two_people_decide"):
                connection.execute(
                    "UPDATE points_change_request SET state = 'approved', decided_by = requested_by, decided_at = now()"
                )
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute("UPDATE points_change_request SET requested_by = 'staff:another'")

        assert ChangeRequest.objects.get().state == "requested"
        assert balance(site) == before


def lies_above(one: Locator, other: Locator) -> bool:
    """Tell whether one part of the page can be seen, and stands in its place before the other."""
    box, below = one.bounding_box(), other.bounding_box()
    return box is not None and below is not None and box["height"] > 0 and box["y"] + box["height"] <= below["y"]


@pytest.mark.rule("BAL-2")
class TestCaller:
    def test_is_asked_then_told_then_redeemed_for(self, site: Site, open_window: OpenWindow, clerk: Enrolled) -> None:
        put_on_file(site.household.hanako, at=jst("2026-04-01 10:00"))
        before = balance(site)
        page = open_window()
        enter(page, site, clerk)
        page.get_by_role("link", name="会員").click()
        page.get_by_label("メールアドレス").check()
        page.get_by_label("検索する内容").fill("hanako@example.com")
        page.get_by_role("button", name="検索する").click()
        assert "hanako" not in page.url
        page.locator("tbody a").click()
        sections = page.get_by_role("navigation", name="この会員")
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": HEIGHT})
            assert lies_above(sections, page.locator("main h2").first), f"{width} px"
        sections.get_by_role("link", name="電話対応").click()
        expect(page.get_by_text(f"{before:,}", exact=True)).to_have_count(0)

        page.get_by_label("生年月日").fill("1980-04-01")
        page.get_by_label("郵便番号").fill("0000001")
        page.get_by_role("button", name="確認する").click()
        expect(page.get_by_text(f"{before:,}", exact=True)).to_be_visible()

        page.get_by_role("link", name="ポイント利用の代行").click()
        first = page.locator("fieldset.line").first
        first.get_by_label("特典").select_option("gift")
        first.get_by_label("ポイント").fill("1200")
        first.get_by_label("品名など").fill("新米 5kg")
        page.get_by_role("button", name="確認へ進む").click()
        expect(page.get_by_text("受付後の取消はできません。")).to_be_visible()
        page.get_by_role("button", name="受け付ける（取消不可）").click()

        expect(page.get_by_role("status").first).to_contain_text("受け付けました（申込番号 R261121-")
        assert balance(site) == before - 1_200


class TestEveryPage:
    @pytest.mark.parametrize("language", ["ja", "en"])
    def test_has_no_flaws_breaks_no_content_policy_and_weighs_little(
        self, site: Site, open_window: OpenWindow, language: str
    ) -> None:
        administrator()
        page = open_window()
        said: list[str] = []
        page.on("console", lambda message: said.append(message.text))
        client = step_in(page, site, all_round("hitori"), language=language)
        flaws, heavy = [], []

        for name, path in make_busy(site.household, client, login_id="hitori").items():
            response = page.goto(f"{site.address}{path}")
            assert response is not None
            assert response.status == 200, name
            for folded in page.locator("main summary").all()[:2]:
                folded.click()
            # English differs by longer words alone, and they are tightest on the smallest phone.
            flaws += look_all_round(page) if language == "ja" else look_all_round(page, widths=[320], in_dark=False)
            if len(gzip.compress(response.body())) > 20_000:
                heavy.append(name)

        assert flaws == []
        assert heavy == []
        assert said == []

    def test_brings_two_small_stylesheets_and_nothing_else(self, site: Site, open_window: OpenWindow) -> None:
        page = open_window()
        brought: dict[str, int] = {}
        page.on("response", lambda response: brought.update({response.url: len(gzip.compress(response.body()))}))

        page.goto(f"{site.address}/office/sign-in/")
        page.wait_for_load_state("networkidle")

        assert brought.pop(f"{site.address}/static/office/office.css") <= 4_000
        assert not [url for url in brought if re.search(r"\.js\b", url) or not url.startswith(site.address)]
