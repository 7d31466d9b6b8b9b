"""What commands print for people."""

import pytest

from pointclub.jobs import output


class TestATableOnANarrowTerminal:
    def test_cuts_nothing_off(self, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("COLUMNS", "40")
        row = {"usable_through": "2026-12-31", "act": "membership.check_identity", "what": "a" * 30}

        output.emit({"lots": [row]}, json=False)

        assert "…" not in capsys.readouterr().out
