"""What can be set is written down once, and shown without secrets."""

import json
from pathlib import Path

import pytest

from pointclub.jobs.commands import settings

PAGE = Path(__file__).parents[2] / "docs" / "operations" / "settings.md"


def test_page_says_what_the_program_reads() -> None:
    assert PAGE.read_text() == settings.reference_page(), "Write it anew: pointclub settings --page"


def test_secret_is_not_shown(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("POINTCLUB_SECRET_KEY", "very-secret")

    settings.settings(json=True)
    shown = capsys.readouterr().out

    assert "very-secret" not in shown
    assert {"POINTCLUB_SECRET_KEY": "set"}.items() <= {
        row["name"]: row["value"] for row in json.loads(shown)["settings"]
    }.items()
