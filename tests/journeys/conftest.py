"""The site with the household in it, and ways to look at a page."""

import dataclasses
import datetime as dt
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import Any

import pytest
from axe_playwright_python.base import AXE_SCRIPT  # type: ignore[import-untyped]  # it brings no types
from django.conf import settings
from playwright.sync_api import Browser, BrowserContext, Page

from pointclub.people.models import User
from pointclub.portal import entering
from tests.factories.sign_ins import begin
from tests.portal.household import NOW, PASSWORD, Household, found_household

WIDTHS = (320, 390, 1280)
HEIGHT = 844
_OF_COLOURS = ("color-contrast", "link-in-text-block")


@dataclasses.dataclass(frozen=True)
class Site:
    """The served site, and a household that has lived in it."""

    address: str
    household: Household


@pytest.fixture
def site(live_site: str, set_clock: Callable[[dt.datetime], None]) -> Site:
    set_clock(NOW)
    household = found_household()
    household.live()
    return Site(live_site, household)


@pytest.fixture
def open_window(browser: Browser) -> Iterator[Callable[..., Page]]:
    """Open windows of any width, colour scheme and language, with scripts of the page switched off or on."""
    contexts: list[BrowserContext] = []

    def open_one(*, width: int = 390, dark: bool = False, scripts: bool = True) -> Page:
        context = browser.new_context(
            viewport={"width": width, "height": HEIGHT},
            color_scheme="dark" if dark else "light",
            java_script_enabled=scripts,
            locale="ja-JP",
            timezone_id="Asia/Tokyo",
        )
        contexts.append(context)
        return context.new_page()

    yield open_one
    for context in contexts:
        context.close()


def make_known(page: Page, site: Site, *, login_id: str = "hanako") -> None:
    """Let this browser be one in which somebody came in before."""
    mark = begin(User.objects.get(login_id=login_id)).mark
    assert mark is not None
    page.context.add_cookies([{"name": entering.DEVICE_COOKIE, "value": mark, "url": site.address}])


def sign_in(page: Page, site: Site, *, language: str = "ja", login_id: str = "hanako") -> None:
    """Sign in as a member does, in a browser that is known."""
    make_known(page, site, login_id=login_id)
    page.goto(f"{site.address}{'/en' if language == 'en' else ''}/sign-in/")
    page.locator("#id_login_id").fill(login_id)
    page.locator("#id_password").fill(PASSWORD)
    page.locator("main .btn-brand").click()


def unfold_all(page: Page) -> None:
    """Open whatever can be unfolded."""
    page.wait_for_load_state()  # Of a page that is just coming nothing can be unfolded.
    page.evaluate("document.querySelectorAll('details').forEach((each) => { each.open = true })")


def look_all_round(page: Page, *, widths: Sequence[int] = WIDTHS, in_dark: bool = True) -> list[str]:
    """Return the flaws of the page at these widths, in light and in dark.

    The layout is looked at everywhere, by axe what `_looks_of_axe` says. The scheme changes colours alone: in the dark
    only these are looked at again.
    """
    page.wait_for_load_state()
    looks = _looks_of_axe(page, widths)
    found: list[str] = []
    for width in widths:
        page.set_viewport_size({"width": width, "height": HEIGHT})
        page.emulate_media(color_scheme="light")
        flaws = _found_by_axe(page, but=looks.light[width]) if width in looks.light else []
        found += [f"{page.url} {width} px, light: {flaw}" for flaw in [*flaws, *_flaws_of_layout(page)]]
        if in_dark and width in looks.dark:
            page.emulate_media(color_scheme="dark")
            found += [f"{page.url} {width} px, dark: {flaw}" for flaw in _found_by_axe(page, only=_OF_COLOURS)]
    return found


@dataclasses.dataclass(frozen=True)
class _Looks:
    """At which widths axe looks at a page in light, without which rules there, and at which at colours in the dark."""

    light: Mapping[int, Sequence[str]]
    dark: Collection[int]


def _looks_of_axe(page: Page, widths: Sequence[int]) -> _Looks:
    """Return when axe looks: at full counts always.

    Else at what a phone and a desk show, and once in each scheme at the colours, which cost more than all other rules
    together; what is only the other language of a page has the same colours and is looked at on a phone.
    """
    if settings.ENVIRONMENT.deep_tests:
        return _Looks(light=dict.fromkeys(widths, ()), dark=(min(widths), max(widths)))
    if page.evaluate("document.documentElement.lang") == "ja":
        return _Looks(light={min(widths): _OF_COLOURS, max(widths): ()}, dark=[max(widths)])
    return _Looks(light={min(widths): _OF_COLOURS}, dark=())


def flaws_of(page: Page) -> list[str]:
    """Return what is wrong with the page as it is now: against accessibility, or with its layout."""
    page.wait_for_load_state()
    return _found_by_axe(page) + _flaws_of_layout(page)


def _flaws_of_layout(page: Page) -> list[str]:
    flaws = []
    if page.evaluate("document.documentElement.scrollWidth > window.innerWidth"):
        flaws.append("The page scrolls sideways.")
    small = page.evaluate(
        """() => [...document.querySelectorAll("a, button, summary, input, select")]
            .filter(each => each.offsetParent && !each.matches(".skip, .notice a"))
            .map(each => each.matches("[type=radio], [type=checkbox]") ? each.closest("label") ?? each : each)
            .filter(each => each.getBoundingClientRect().height < 44)
            .map(each => each.outerHTML)"""
    )
    return [*flaws, *(f"A target is too small: {html}" for html in small)]


def _found_by_axe(page: Page, *, only: Sequence[str] = (), but: Sequence[str] = ()) -> list[str]:
    options: dict[str, Any] = {"resultTypes": ["violations"]}
    if only:
        options["runOnly"] = {"type": "rule", "values": only}
    if but:
        options["rules"] = {rule: {"enabled": False} for rule in but}
    if not page.evaluate("window.axe !== undefined"):
        page.evaluate(AXE_SCRIPT)
    violations = page.evaluate("options => axe.run(options).then(results => results.violations)", options)
    return [f"{found['id']}: {found['nodes'][0]['html']}" for found in violations]
