"""Commands find, start and leave the embedded server as people expect."""

import json
import os
import shutil
import subprocess
import sys
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from pointclub import embedded
from pointclub.embedded.home import SYSTEM_FOLDER
from pointclub.jobs import output

ELSEWHERE = "postgresql://someone@127.0.0.1:1/elsewhere"


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Path]:
    """Give a folder that the server's user may reach, as root too."""
    folder = (SYSTEM_FOLDER if os.geteuid() == 0 else tmp_path) / f"tests-{uuid.uuid4().hex[:8]}"
    yield folder
    embedded.stop_server(folder, force=True)
    shutil.rmtree(folder, ignore_errors=True)


def run(*words: str, **environ: str) -> subprocess.CompletedProcess[str]:
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("DATABASE_")}
    return subprocess.run(  # noqa: S603 -- The command under test.
        [sys.executable, "-m", "pointclub", *words],
        check=False,
        capture_output=True,
        text=True,
        env={**inherited, **environ},
    )


def test_server_that_was_started_by_hand_stays_until_it_is_stopped_by_hand(home: Path) -> None:
    place = {"POINTCLUB_DATA_DIR": str(home)}

    started = json.loads(run("db", "start", "--json", **place).stdout)
    migrated = json.loads(run("db", "migrate", "--json", **place).stdout)
    status = json.loads(run("db", "status", "--json", **place).stdout)
    stopped = json.loads(run("db", "stop", "--json", **place).stdout)

    assert started["port"] == status["port"]
    assert migrated["applied"] > 0
    assert status["running"]
    assert stopped["stopped"]
    assert embedded.find_running_server(home) is None


def test_command_starts_the_server_for_its_own_time_only(home: Path) -> None:
    run("db", "migrate", POINTCLUB_DATA_DIR=str(home))

    done = run("db", "distribute", POINTCLUB_DATA_DIR=str(home))

    assert done.returncode == output.REFUSED
    assert "Citus" in done.stderr
    assert embedded.find_running_server(home) is None


def test_command_without_any_database_says_how_to_get_one(home: Path) -> None:
    done = run("worker", POINTCLUB_DATA_DIR=str(home))

    assert done.returncode == output.UNAVAILABLE
    assert "make demo" in done.stderr
    assert not home.exists()


@pytest.mark.parametrize("words", [("db", "start"), ("db", "stop"), ("demo", "--reset")])
def test_server_of_ones_own_is_neither_started_nor_stopped_nor_dropped(words: tuple[str, ...]) -> None:
    done = run(*words, DATABASE_URL=ELSEWHERE)

    assert done.returncode == output.REFUSED
    assert "of your own" in done.stderr


def test_demo_says_what_begins_where_nobody_sees_a_bar() -> None:
    done = run("demo", DATABASE_URL=ELSEWHERE, DATABASE_OWNER_URL=ELSEWHERE)

    assert done.stdout == "Setting up the database ...\n"
    assert done.returncode == output.UNAVAILABLE
