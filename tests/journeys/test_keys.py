"""A terminal key from its issue to its revocation, as staff go about it in the office (ACC-1)."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from pointclub.merchants import queries
from pointclub.merchants.rules.keys import digest_of, is_secret
from pointclub.people.rules.permissions import Role
from tests.factories.office import enrolled
from tests.factories.staff import administrator, all_round
from tests.journeys.conftest import Site, look_all_round
from tests.journeys.test_office import OpenWindow, enter, step_in

pytestmark = [pytest.mark.browser, pytest.mark.rule("ACC-1")]


def issue(page: Page) -> str:
    """Fill in the form that is on the page, and return the secret that is shown."""
    page.locator("#id_name").fill("レジ3")
    page.locator("main form .btn-brand").click()
    return page.locator(".secret").inner_text()


def test_is_issued_handed_over_and_revoked_without_scripts(site: Site, open_window: OpenWindow) -> None:
    mart = site.household.mart
    page = open_window(width=390, scripts=False)
    enter(page, site, enrolled(Role.MERCHANT_DESK, login_id="madoguchi"))

    page.get_by_role("link", name="マスタ管理").click()
    page.get_by_role("link", name="加盟店", exact=True).click()
    page.get_by_role("link", name=mart.number).click()
    page.get_by_role("link", name="端末キーを見る").click()
    page.get_by_role("link", name="端末キーを発行").click()
    page.get_by_label("取消・返品").uncheck()
    secret = issue(page)
    assert is_secret(secret)
    expect(page.get_by_text("一度だけ表示され")).to_be_visible()

    page.reload()
    expect(page).to_have_url(re.compile("/keys/#key-"))
    expect(page.get_by_role("status")).to_contain_text("この画面はすでに送信され")
    assert secret not in page.content()

    page.get_by_role("link", name="無効にする：レジ3").click()
    page.get_by_label("理由").fill("端末の紛失")
    page.get_by_role("button", name="無効にする").click()
    expect(page.get_by_role("status")).to_contain_text("キーを無効にしました。")
    assert queries.find_keys([digest_of(secret)])[digest_of(secret)].revoked_at is not None


@pytest.mark.parametrize("language", ["ja", "en"])
def test_has_no_flaws_where_its_secret_is_shown_or_its_form_is_wrong(
    site: Site, open_window: OpenWindow, language: str
) -> None:
    administrator()
    page = open_window()
    step_in(page, site, all_round("hitori"), language=language)
    page.goto(f"{site.address}/office/merchants/{site.household.mart.number}/keys/new/")

    page.locator("main form .btn-brand").click()
    flaws = look_all_round(page)
    issue(page)

    assert flaws + look_all_round(page) == []
