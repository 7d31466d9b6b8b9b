"""The demo's mailbox: what was really sent, shown as text, and nowhere else."""

from __future__ import annotations

import dataclasses
import re
from pathlib import Path

import pytest
from django.test import Client
from pytest_django import Settings

from pointclub.jobs import processes, receiver
from pointclub.notices.rules.kinds import Kind
from tests.factories.readers import AT, reader, send, tell
from tests.harness.mailbox import sending_to

pytestmark = pytest.mark.django_db


@pytest.fixture
def box(tmp_path: Path, settings: Settings) -> Path:
    """Let a few mails be received as in the demo."""
    port = processes.first_free_port("127.0.0.1", 28025)
    assert port is not None
    folder = tmp_path / "mail"
    settings.ENVIRONMENT = dataclasses.replace(sending_to(f"smtp://127.0.0.1:{port}"), mailbox_folder=folder)
    running = receiver.receive(folder, port=port)
    link: dict[str, str | int] = {"link": "http://127.0.0.1:8000/prove/abc/", "valid_minutes": 60}
    tell(reader(), Kind.PROVE_ADDRESS, link)
    device: dict[str, str | int] = {"when": AT.isoformat(), "device": "<script>alert(1)</script>"}
    tell(reader("other@example.com"), Kind.NEW_SIGN_IN, device)
    send()
    running.stop()
    return folder


def opened(client: Client, subject: str) -> str:
    found = re.search(rf'href="(/demo-mail/\w+/)">{subject}', client.get("/demo-mail/").content.decode())
    assert found is not None
    return client.get(found[1]).content.decode()


@pytest.mark.usefixtures("box")
class TestTheMailbox:
    def test_shows_what_was_sent_and_to_whom(self, client: Client) -> None:
        listed = client.get("/demo-mail/").content.decode()

        assert "hanako@example.com" in listed
        assert "other@example.com" in listed
        assert "メールアドレスの確認のお願い" in listed

    def test_lets_links_to_this_site_be_followed_and_no_others(self, client: Client) -> None:
        shown = opened(client, "メールアドレスの確認のお願い")

        assert 'href="http://127.0.0.1:8000/prove/abc/"' in shown
        hrefs = re.findall(r'href="(https?://[^"]*)"', shown)
        assert all(href.startswith("http://127.0.0.1:8000/") for href in hrefs)

    def test_shows_html_as_text(self, client: Client) -> None:
        shown = opened(client, "新しい端末からのログインがありました")

        assert "<script>alert" not in shown
        assert "&lt;!doctype html&gt;" in shown

    def test_is_not_there_outside_the_demo(self, box: Path, client: Client, settings: Settings) -> None:
        settings.ENVIRONMENT = dataclasses.replace(settings.ENVIRONMENT, mailbox_folder=None)
        assert client.get("/demo-mail/").status_code == 404

        settings.ENVIRONMENT = dataclasses.replace(settings.ENVIRONMENT, mailbox_folder=box, kind="production")
        assert client.get("/demo-mail/").status_code == 404

    def test_has_no_page_for_what_did_not_come(self, client: Client) -> None:
        assert client.get("/demo-mail/0123456789abcdef/").status_code == 404
