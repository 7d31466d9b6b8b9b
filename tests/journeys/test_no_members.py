"""My page for who registered and is no member of the club, and the last pages of what ends there."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Page, expect

from pointclub.foundation import actors
from pointclub.membership import services as membership
from pointclub.people.models import User
from pointclub.people.rules.permissions import Role
from tests.factories.registrations import another, register
from tests.factories.sign_ins import let_in
from tests.factories.staff import staff
from tests.journeys.conftest import Site, look_all_round
from tests.portal.household import NOW

pytestmark = [pytest.mark.browser, pytest.mark.rule("SCR-1")]
OpenWindow = Callable[..., Page]
NARROW = (320,)
UNKNOWN_PLACE = {"postal_code": "0000000", "town": "架空市"}
STATES = ("held", "declined", "portal only")


def somebody(state: str) -> User:
    """Register somebody whose application has come to that."""
    number = STATES.index(state)
    form = another(number, **({} if state == "portal only" else UNKNOWN_PLACE))
    if state == "portal only":
        form = dataclasses.replace(form, club=None)
    done = register(form, at=NOW)
    if state == "declined":
        clerk = actors.staff(staff(Role.CALL_CENTRE).login_id)
        membership.decline_application(registration_id=done.registration_id, reason="確認済み", at=NOW, actor=clerk)
    return User.objects.get(login_id=f"betsu{number:03d}")


def step_in(page: Page, site: Site, user: User) -> None:
    client = Client()
    let_in(client, user)
    name = settings.SESSION_COOKIE_NAME
    page.context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": site.address}])


@pytest.mark.parametrize("language", ["ja", "en"])
def test_has_no_flaws_however_the_application_stands(site: Site, open_window: OpenWindow, language: str) -> None:
    start = f"{site.address}/{'en/' if language == 'en' else ''}"
    for state in STATES:
        page = open_window()
        step_in(page, site, somebody(state))
        page.goto(start)

        assert look_all_round(page, widths=NARROW) == []
        for link in page.locator(".menu a").all():
            # The name of a page and what stands there are two lines.
            name, about = link.locator("strong").bounding_box(), link.locator("small").bounding_box()
            assert name is not None
            assert about is not None
            assert about["y"] >= name["y"] + name["height"] - 1
    page.locator(".menu a[href$='/account/']").click()
    page.goto(f"{start}account/theft/")
    page.locator("main .btn-brand").click()
    expect(page.locator(".words h1")).to_be_visible()
    assert look_all_round(page, widths=NARROW) == []
    page.goto(f"{start}recover/{'x' * 43}/")
    assert look_all_round(page, widths=NARROW) == []
