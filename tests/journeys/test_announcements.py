"""A text for everybody, from the desk where it is written to the site."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from pointclub.people.rules.permissions import Role
from tests.factories.office import enrolled
from tests.journeys.conftest import Site, look_all_round
from tests.journeys.test_office import step_in

pytestmark = pytest.mark.browser
OpenWindow = Callable[..., Page]


@pytest.mark.rule("NTC-1", "STF-2")
def test_is_written_previewed_and_published_by_another_without_scripts(site: Site, open_window: OpenWindow) -> None:
    page = open_window(scripts=False)
    step_in(page, site, enrolled(Role.PROGRAM_MANAGER, login_id="kikaku").user)
    page.goto(f"{site.address}/office/announcements/new/")
    page.get_by_label("タイトル（日本語）").fill("年末年始の営業について")
    page.get_by_label("案内文（日本語）").fill("電話窓口はお休みします。")
    page.get_by_label("タイトル（英語）").fill("Closed over New Year")
    page.get_by_label("掲載開始日").fill("2026-11-21")
    page.get_by_label("掲載終了日").fill("2027-01-03")
    page.get_by_role("button", name="プレビュー").click()
    page.get_by_label("案内文（英語）").fill("Nobody answers the telephone.")
    page.get_by_role("button", name="プレビュー").click()
    expect(page.get_by_role("heading", name="年末年始の営業について")).to_be_visible()
    page.get_by_role("button", name="申請する").click()
    expect(page.locator("main")).to_contain_text("別の担当者")

    other = open_window(width=1280, scripts=False)
    step_in(other, site, enrolled(Role.PRIVACY_OFFICER, login_id="hogo").user)
    other.goto(f"{site.address}/office/")
    other.get_by_role("link", name="年末年始の営業について").click()
    other.get_by_role("button", name="掲載する").click()
    expect(other.locator("main")).to_contain_text("掲載中")

    other.goto(f"{site.address}/announcements/")
    expect(other.get_by_role("heading", name="年末年始の営業について")).to_be_visible()


@pytest.mark.parametrize("address", ["announcements", "advertising"])
def test_has_no_flaws_where_something_lacks_and_in_the_preview(
    site: Site, open_window: OpenWindow, address: str
) -> None:
    page = open_window()
    step_in(page, site, enrolled(Role.PROGRAM_MANAGER, login_id="kikaku").user)
    page.goto(f"{site.address}/office/{address}/new/")
    page.locator("main .btn-brand").click()
    flaws = look_all_round(page)
    for field in ("title_ja", "text_ja", "title_en", "text_en"):
        page.locator(f"#id_{field}").fill("年末年始の営業について" if field.endswith("ja") else "Closed over New Year")
    for day in page.locator("input[type=date]").all():
        day.fill("2026-12-01")
    page.locator("button[name=preview]").click()
    expect(page.locator(".preview")).to_have_count(2)

    assert flaws + look_all_round(page) == []
