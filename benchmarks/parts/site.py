"""Signing in, and my page, through the web server as `pointclub web` starts it."""

from __future__ import annotations

import datetime as dt
import json
import subprocess
import sys
from collections.abc import Mapping

from benchmarks.bench import Bench, Part
from benchmarks.clients import Load
from benchmarks.filling.sign_ins import PASSWORD, fill_sign_ins
from benchmarks.serving import HOST, serving
from pointclub.foundation.periods import TOKYO

_DATABASE = "site"
_BROWSERS = 8
_OPENED_AT = dt.datetime(2025, 1, 6, 10, tzinfo=TOKYO)
_FILLED_UNTIL = dt.datetime(2026, 11, 20, 10, tzinfo=TOKYO)
_DOING = {"sign in": "sign-in", "look": "my page"}


class Site(Part):
    """Eight browsers in a process of their own, first signing in over and over, then looking at my page."""

    name = "site"
    title = f"sign-in and my page, {_BROWSERS} browsers, two server processes"
    units: Mapping[str, str] = {
        f"{shown}{figure}": unit
        for shown in _DOING.values()
        for figure, unit in (("", "requests/s"), (" p50", "ms"), (" p99", "ms"))
    }

    def prepare(self, bench: Bench) -> None:
        """Make members who can sign in."""
        bench.make_club(_DATABASE)
        with bench.working_in(_DATABASE):
            self._names = fill_sign_ins(bench, _BROWSERS, opened_at=_OPENED_AT, until=_FILLED_UNTIL)
        bench.tidy(_DATABASE)

    def round(self, bench: Bench, number: int) -> Mapping[str, float]:
        """Start the server, browse, and stop it."""
        del number
        figures: dict[str, float] = {}
        bench.server.settle()
        with bench.working_in(_DATABASE), serving("web", address_in="POINTCLUB_WEB_ADDRESS") as port:
            for what, shown in _DOING.items():
                took = _browse(what, port=port, names=self._names, seconds=bench.seconds)
                load = Load(len(took), bench.seconds, took)
                figures |= {shown: load.rate, f"{shown} p50": load.p50_ms, f"{shown} p99": load.p99_ms}
        return figures

    def finish(self, bench: Bench) -> None:
        """Clear up."""
        bench.server.drop(_DATABASE)


def _browse(what: str, *, port: int, names: list[str], seconds: int) -> list[float]:
    asked = {"host": HOST, "port": port, "what": what, "names": names, "password": PASSWORD, "seconds": seconds}
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.browsing"],
        input=json.dumps(asked),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        message = f"The browsers failed: {done.stderr.strip()[-2_000:]}"
        raise RuntimeError(message)
    took: list[float] = json.loads(done.stdout)
    return took
