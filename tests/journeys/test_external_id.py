"""Linking an external ID, coming in with it, unlinking it, and the provider being down (REG-9)."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from allauth.socialaccount.models import SocialAccount
from playwright.sync_api import Page, expect
from pytest_django import Settings

from tests.harness.external_provider import running_provider, trusting, unused_address
from tests.journeys.conftest import Site, look_all_round, sign_in
from tests.portal.household import PASSWORD, register

pytestmark = [pytest.mark.browser, pytest.mark.rule("REG-9")]
OpenWindow = Callable[..., Page]


@pytest.fixture
def provider(settings: Settings) -> Iterator[str]:
    """Run a provider that the settings name."""
    with running_provider() as address:
        settings.ENVIRONMENT = trusting(address)
        yield address


def let_provider_say(page: Page, subject: str) -> None:
    """Be somebody at the provider."""
    page.locator("input[name=sub]").fill(subject)
    page.locator("button").first.click()


def link(page: Page, site: Site, *, subject: str = "hanako-at-akari") -> None:
    sign_in(page, site)
    page.goto(f"{site.address}/account/")
    page.get_by_role("button", name="連携する").click()
    let_provider_say(page, subject)


@pytest.mark.usefixtures("provider")
def test_a_member_links_it_comes_in_with_it_and_unlinks_it(site: Site, open_window: OpenWindow) -> None:
    page = open_window()
    link(page, site)
    expect(page.get_by_role("status")).to_contain_text("外部IDを連携しました。")
    assert look_all_round(page, widths=(320, 1280)) == []
    page.get_by_role("button", name="ログアウト").first.click()
    page.context.clear_cookies()

    page.goto(f"{site.address}/sign-in/?next=/points/")
    page.get_by_role("button", name="あかりIDでログイン").click()
    let_provider_say(page, "hanako-at-akari")
    expect(page).to_have_url(f"{site.address}/points/")

    page.goto(f"{site.address}/account/")
    page.get_by_role("button", name="連携を解除する").click()
    page.locator("#id_password").fill(PASSWORD)
    page.locator("main .btn-brand").click()
    page.get_by_role("button", name="連携を解除する").click()
    expect(page.get_by_role("status")).to_contain_text("連携を解除しました。")
    page.get_by_role("button", name="ログアウト").first.click()
    page.get_by_role("button", name="あかりIDでログイン").click()
    let_provider_say(page, "hanako-at-akari")
    expect(page.get_by_role("status")).to_contain_text("まだ連携されていません")


@pytest.mark.usefixtures("provider")
def test_in_english_without_scripts_it_stays_english(site: Site, open_window: OpenWindow) -> None:
    page = open_window(scripts=False)
    page.goto(f"{site.address}/en/sign-in/")
    page.get_by_role("button", name="Sign in with あかりID").click()
    let_provider_say(page, "nobody-here")

    expect(page).to_have_url(f"{site.address}/en/sign-in/")
    expect(page.get_by_role("status")).to_contain_text("is not linked to a login ID of ours")


@pytest.mark.usefixtures("provider")
def test_of_all_that_the_provider_tells_the_subject_alone_is_kept(site: Site, open_window: OpenWindow) -> None:
    link(open_window(), site)

    kept = SocialAccount.objects.get()
    assert (kept.uid, kept.extra_data) == ("hanako-at-akari", {})


@pytest.mark.usefixtures("provider")
def test_one_that_leads_to_somebody_else_is_not_linked(site: Site, open_window: OpenWindow) -> None:
    other = SocialAccount.objects.create(
        user=register("鈴木 一子", "ichiko1"), provider="external-id", uid="hanako-at-akari", extra_data={}
    )
    page = open_window()
    link(page, site)

    expect(page.get_by_role("status")).to_contain_text("別の会員の方と連携されています")
    assert list(SocialAccount.objects.all()) == [other]


def test_while_the_provider_is_down_the_password_opens_as_ever(
    site: Site, open_window: OpenWindow, settings: Settings
) -> None:
    settings.ENVIRONMENT = trusting(unused_address())
    page = open_window()
    page.goto(f"{site.address}/sign-in/")
    page.get_by_role("button", name="あかりIDでログイン").click()
    expect(page.get_by_role("status")).to_contain_text("外部IDの提供元に接続できない")

    sign_in(page, site)
    expect(page.get_by_role("heading", level=1)).to_have_text("マイページ")
