"""`pointclub import`: exit codes, what is said, and where bad rows go."""

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import pytest

from pointclub.jobs import output
from tests.factories.club import Club, jst
from tests.factories.feed_files import FeedFile, purchase_row
from tests.factories.staff import all_round
from tests.harness.commands import Called, call

pytestmark = [pytest.mark.django_db, pytest.mark.rule("FIL-1")]
SetClock = Callable[[dt.datetime], None]
NO_MEMBER = "900000000000"


@pytest.fixture(autouse=True)
def sato(set_clock: SetClock) -> None:
    set_clock(jst("2026-05-02 10:00"))
    all_round("sato")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Give a file of one good row."""
    club = Club()
    path = tmp_path / "shop.csv"
    path.write_bytes(FeedFile(club.merchant().number, [purchase_row("a", club.member().number)]).content())
    return path


def take_in(file: Path, *words: str) -> Called:
    return call("import", "purchases", str(file), "--as", "sato", "--json", *words)


def test_file_is_taken_in_and_counted(file: Path) -> None:
    answer = take_in(file)

    assert answer.code == output.OK
    counted = {name: answer.json[name] for name in ("status", "rows", "accepted", "known_before", "bad", "points")}
    assert counted == {"status": "finished", "rows": 1, "accepted": 1, "known_before": 0, "bad": 0, "points": 10}
    assert answer.json["bad_rows_in"] is None


def test_same_file_again_says_so(file: Path) -> None:
    take_in(file)

    again = call("import", "purchases", str(file), "--as", "sato")

    assert again.code == output.OK
    assert "taken in before; nothing was done" in again.out
    assert take_in(file).json["was_finished_before"]


def test_bad_rows_are_an_exit_code_and_a_file_beside_it(tmp_path: Path) -> None:
    path = tmp_path / "shop.csv"
    path.write_bytes(FeedFile(Club().merchant().number, [purchase_row("a", NO_MEMBER)]).content())

    answer = take_in(path)

    assert answer.code == output.DIFFERENCE
    assert answer.json["bad_rows_in"] == str(tmp_path / "shop.csv.errors.csv")
    assert "unknown_member" in (tmp_path / "shop.csv.errors.csv").read_text()


def test_bad_rows_go_where_they_are_wanted(tmp_path: Path) -> None:
    path = tmp_path / "shop.csv"
    path.write_bytes(FeedFile(Club().merchant().number, [purchase_row("a", NO_MEMBER)]).content())

    take_in(path, "--errors", str(tmp_path / "other.csv"))

    assert (tmp_path / "other.csv").exists()
    assert not (tmp_path / "shop.csv.errors.csv").exists()


def test_broken_file_is_refused(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:-1])

    answer = take_in(file)

    assert (answer.code, answer.json["refused"], answer.json["reason"]) == (output.REFUSED, "broken_file", "truncated")
    assert call("import", "list", "--json").json == {"files": []}


def test_file_that_is_not_there_is_not_found(tmp_path: Path) -> None:
    assert take_in(tmp_path / "none.csv").code == output.NOT_FOUND
    assert take_in(tmp_path).code == output.NOT_FOUND


def test_nobody_imports_without_a_name(file: Path) -> None:
    assert call("import", "purchases", str(file)).code == output.USAGE
    assert call("import", "purchases", str(file), "--as", "nobody", "--json").json["refused"] == "unknown_staff"


@pytest.mark.rule("SUS-1")
def test_file_is_held_while_accrual_is_paused(file: Path) -> None:
    pause = ("suspension", "start", "accrual", "--text-ja", "保守中", "--text-en", "Maintenance", "--as", "sato")
    assert call(*pause).code == output.OK

    answer = take_in(file)

    assert (answer.code, answer.json["refused"]) == (output.UNAVAILABLE, "points_suspended")
    (held,) = call("import", "list", "--json").json["files"]
    assert (held["status"], held["left"]) == ("held", 1)
    assert call("suspension", "end", "accrual", "--as", "sato").code == output.OK
    assert take_in(file).json["accepted"] == 1


def test_opening_balances_come_by_file(tmp_path: Path) -> None:
    columns = ("reference", "member_number", "points", "usable_through")
    row = ("1", Club().member().number, "300", "2026-06-30")
    path = tmp_path / "balances.csv"
    path.write_bytes(FeedFile("legacy", [row], 1, "opening-balances", columns, ("points",)).content())

    answer = call("import", "opening-balances", str(path), "--as", "sato", "--json")

    assert (answer.code, answer.json["points"]) == (output.OK, 300)
