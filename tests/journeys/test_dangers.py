"""Pages that are seen when something is wrong, or on the way to somebody else: they are no harder to read."""

from __future__ import annotations

import dataclasses
import datetime as dt
import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect
from pytest_django import Settings

from pointclub.people.models import SignInAlarm
from tests.factories.staff import administrator, all_round
from tests.harness.external_provider import running_provider, trusting
from tests.journeys.conftest import Site, look_all_round
from tests.journeys.test_office import step_in
from tests.portal.household import NOW

pytestmark = [pytest.mark.browser, pytest.mark.rule("REG-7")]

# A phone in light, a desk in the dark.
WIDTHS = (320, 1280)


@pytest.fixture
def provider(settings: Settings) -> Iterator[None]:
    with running_provider() as address:
        settings.ENVIRONMENT = dataclasses.replace(trusting(address), proxies=0)
        yield


def test_of_the_office_have_no_flaws(site: Site, open_window: Callable[..., Page]) -> None:
    number = site.household.hanako.number
    SignInAlarm.objects.create(raised_at=NOW - dt.timedelta(hours=1), wrong_tries=312, within_minutes=15)
    administrator()
    page = open_window()
    step_in(page, site, all_round("hitori"))

    for address, words in (("", "312"), (f"members/{number}/blocks/", "すべてのログインを終了")):
        page.goto(f"{site.address}/office/{address}")
        expect(page.get_by_role("main")).to_contain_text(words)
        assert look_all_round(page, widths=WIDTHS) == []


@pytest.mark.usefixtures("provider")
def test_on_the_way_to_an_external_provider_has_no_flaws(site: Site, open_window: Callable[..., Page]) -> None:
    page = open_window()
    page.goto(f"{site.address}/sign-in/")
    leaving = page.evaluate(
        """async () => {
            const form = [...document.forms].find(each => each.action.includes("external-id"))
            const sent = await fetch(form.action, {method: "POST", body: new URLSearchParams(new FormData(form))})
            return sent.text()
        }"""
    )
    stays = re.sub(r'<meta http-equiv="refresh"[^>]*>', "", leaving)
    assert stays != leaving
    page.route("**/leaving/", lambda route: route.fulfill(content_type="text/html; charset=utf-8", body=stays))
    page.goto(f"{site.address}/leaving/")

    assert look_all_round(page, widths=WIDTHS) == []
