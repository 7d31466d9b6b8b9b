"""Passkeys, by an authenticator that the browser pretends to have."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import Site, look_all_round, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.rule("REG-8")]
OpenWindow = Callable[..., Page]


@pytest.fixture
def on_localhost(site: Site) -> Site:
    """Name the site by a name: passkeys are bound to one, and an address of digits is none."""
    return Site(site.address.replace("127.0.0.1", "localhost"), site.household)


def pretend_to_have_an_authenticator(page: Page, *, is_owner: bool = True) -> None:
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    session.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "internal",
                "hasResidentKey": True,
                "hasUserVerification": True,
                "isUserVerified": is_owner,
                "automaticPresenceSimulation": True,
            }
        },
    )


def test_a_member_adds_a_passkey_and_comes_in_with_it_where_no_browser_is_known(
    on_localhost: Site, open_window: OpenWindow
) -> None:
    page = open_window()
    pretend_to_have_an_authenticator(page)
    sign_in(page, on_localhost)
    page.goto(f"{on_localhost.address}/account/")
    page.get_by_role("button", name="パスキーを追加する").click()
    expect(page.get_by_role("status")).to_contain_text("パスキーを追加しました。")
    assert look_all_round(page, widths=(320, 1280)) == []
    page.get_by_role("button", name="ログアウト").first.click()
    page.context.clear_cookies()

    page.goto(f"{on_localhost.address}/sign-in/?next=/points/")
    page.get_by_role("button", name="パスキーでログイン").click()

    expect(page).to_have_url(f"{on_localhost.address}/points/")
    page.goto(f"{on_localhost.address}/account/")
    expect(page.locator(".stays").first).to_contain_text("パスキー")


def test_a_passkey_is_proof_enough_for_what_matters(on_localhost: Site, open_window: OpenWindow) -> None:
    page = open_window()
    pretend_to_have_an_authenticator(page)
    sign_in(page, on_localhost)
    page.goto(f"{on_localhost.address}/account/")
    page.get_by_role("button", name="パスキーを追加する").click()
    expect(page.get_by_role("status")).to_be_visible()

    page.goto(f"{on_localhost.address}/account/proof/?next=/account/password/")
    page.get_by_role("button", name="パスキーを使う").click()

    expect(page).to_have_url(f"{on_localhost.address}/account/password/")


def test_a_device_that_does_not_know_its_owner_opens_nothing(on_localhost: Site, open_window: OpenWindow) -> None:
    page = open_window()
    pretend_to_have_an_authenticator(page)
    sign_in(page, on_localhost)
    page.goto(f"{on_localhost.address}/account/")
    page.get_by_role("button", name="パスキーを追加する").click()
    expect(page.get_by_role("status")).to_be_visible()

    stranger = open_window()
    pretend_to_have_an_authenticator(stranger, is_owner=False)
    stranger.goto(f"{on_localhost.address}/sign-in/")
    stranger.get_by_role("button", name="パスキーでログイン").click()

    expect(stranger.locator("[data-failed]")).to_contain_text("お手続きを完了できませんでした。")
    expect(stranger).to_have_url(f"{on_localhost.address}/sign-in/")


def test_without_scripts_there_is_no_button_for_passkeys(on_localhost: Site, open_window: OpenWindow) -> None:
    page = open_window(scripts=False)
    page.goto(f"{on_localhost.address}/sign-in/")

    expect(page.get_by_role("button", name="パスキーでログイン")).to_be_hidden()
