"""What a reader may rely on in every file."""

import re
import subprocess
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).parents[2]
DRAWERS = {"utils", "helpers", "common", "core", "misc", "manager", "managers"}
LONGEST_MODULE = {"src": 300, "clients": 300, "tests": 400, "benchmarks": 300}
MACHINE_PATH = re.compile(r"(?<![\w.])/(?:" "root|home|work|Users)/")


def python_files() -> list[Path]:
    return sorted(
        path
        for folder in LONGEST_MODULE
        for path in (CHECKOUT / folder).rglob("*.py")
        if path.parent.name != "migrations"
    )


def text_files() -> list[Path]:
    listing = subprocess.run(
        ["/usr/bin/env", "git", "ls-files", "--cached", "--others", "--exclude-standard"],
        check=False,
        capture_output=True,
        text=True,
        cwd=CHECKOUT,
    )
    if listing.returncode:
        pytest.skip("This checkout has no git to ask which files are its own.")
    paths = (CHECKOUT / line for line in listing.stdout.splitlines())
    return [path for path in paths if path.suffix in {"", ".md", ".py", ".toml", ".lock", ".in", ".yaml", ".html"}]


def test_no_module_is_a_drawer() -> None:
    assert [path for path in python_files() if path.stem in DRAWERS or path.parent.name in DRAWERS] == []


def test_no_module_is_longer_than_can_be_kept_in_mind() -> None:
    lengths = {path.relative_to(CHECKOUT): len(path.read_text().splitlines()) for path in python_files()}

    assert {path: length for path, length in lengths.items() if length > LONGEST_MODULE[path.parts[0]]} == {}


def test_locks_name_no_place_to_download_from() -> None:
    locks = list((CHECKOUT / "requirements").glob("*.lock"))

    assert locks
    assert [lock.name for lock in locks if re.search(r"https?://|--index-url|--find-links", lock.read_text())] == []


def test_no_file_names_a_path_of_somebodys_machine() -> None:
    named = [
        path.relative_to(CHECKOUT) for path in text_files() if MACHINE_PATH.search(path.read_text(errors="replace"))
    ]

    assert named == []
