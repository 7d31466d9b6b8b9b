"""The pages that describe the interface load nothing from anywhere else."""

import re
from urllib.parse import urlsplit

import httpx
import pytest
from playwright.sync_api import Page, Request, expect

from pointclub.merchant_api.description import description


class TestThePages:
    def test_name_no_address_but_their_own(self, address: str) -> None:
        page = httpx.get(f"{address}/docs")

        named = re.findall(r'(?:src|href)="([^"]+)"', page.text)
        assert page.headers["content-type"] == "text/html; charset=utf-8"
        assert len(named) == 5
        assert [where for where in named if not where.startswith("/")] == []
        assert {httpx.get(address + where).status_code for where in named} == {200}

    def test_are_shown_under_a_strict_policy(self, address: str) -> None:
        page = httpx.get(f"{address}/docs")

        policy = page.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert "http" not in policy
        assert (page.headers["x-frame-options"], page.headers["referrer-policy"]) == ("DENY", "no-referrer")

    def test_need_no_key_for_the_description_itself(self, address: str) -> None:
        answer = httpx.get(f"{address}/v1/openapi.json")

        assert (answer.status_code, answer.json()) == (200, description())

    @pytest.mark.parametrize("name", ["/docs/oauth2-redirect.html", "/docs/../pyproject.toml", "/docs/%2e%2e/x"])
    def test_are_no_way_to_other_files(self, address: str, name: str) -> None:
        assert httpx.get(address + name).status_code == 404


@pytest.mark.browser
def test_a_browser_shows_every_endpoint_and_asks_nobody_else(address: str, page: Page) -> None:
    asked: list[str] = []
    complaints: list[str] = []

    def note(request: Request) -> None:
        asked.append(request.url)

    page.on("request", note)
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))

    page.goto(f"{address}/docs")

    expect(page.locator(".opblock")).to_have_count(11)
    page.locator(".opblock").first.click()
    expect(page.get_by_text("Idempotency-Key").first).to_be_visible()
    own = urlsplit(address).netloc
    assert {urlsplit(url).netloc for url in asked if not url.startswith("data:")} == {own}
    assert complaints == []
