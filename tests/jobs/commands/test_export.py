"""`pointclub export`."""

import datetime as dt
import stat
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from pointclub.jobs import output
from pointclub.people.rules.permissions import Role
from tests.factories.club import jst
from tests.factories.exports import join_many
from tests.factories.readers import writes_to
from tests.factories.staff import staff
from tests.harness.commands import Called, call

pytestmark = [pytest.mark.django_db, pytest.mark.rule("STF-2")]
SetClock = Callable[[dt.datetime], None]


@pytest.fixture(autouse=True)
def desks(set_clock: SetClock) -> None:
    set_clock(jst("2026-04-10 12:00"))
    staff(Role.FULFILMENT, login_id="shiki")
    staff(Role.PRIVACY_OFFICER, login_id="rikka")


def ask() -> Called:
    words = ("members", "--column", "name", "--for", "会報の発送", "--keep", "3", "--as", "shiki", "--json")
    return call("export", "request", *words)


def test_few_are_fetched_at_once_into_a_file_for_its_owner_alone(tmp_path: Path) -> None:
    join_many(2, at=jst("2026-04-01 12:00"))
    asked = ask().json

    fetched = call("export", "fetch", asked["export"], "--to", str(tmp_path), "--as", "shiki", "--json").json

    file = tmp_path / "members_2026-04-10_shiki_until-2026-04-13.csv"
    assert (asked["state"], fetched) == ("recorded", {"file": str(file), "rows": 2})
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert "会報の発送" in file.read_text(encoding="utf-8-sig").splitlines()[0]


def test_many_are_fetched_when_another_has_approved(tmp_path: Path) -> None:
    join_many(101, at=jst("2026-04-01 12:00"))
    asked = ask().json
    words = ("export", "fetch", asked["export"], "--to", str(tmp_path), "--as", "shiki", "--json")

    too_early = call(*words)
    call("export", "approve", asked["export"], "--as", "rikka")
    fetched = call(*words)

    assert (asked["state"], asked["people"]) == ("requested", 101)
    assert (too_early.code, too_early.json["refused"]) == (output.REFUSED, "export_not_approved")
    assert fetched.json["rows"] == 101
    (row,) = call("export", "list", "--as", "rikka", "--json").json["exports"]
    assert (row["state"], row["decided_by"], row["downloads"]) == ("approved", "staff:rikka", 1)


@pytest.mark.rule("NTC-1")
def test_letters_are_fetched_as_an_archive(tmp_path: Path) -> None:
    writes_to("見本 花子")

    asked = call("export", "request", "letters", "--for", "お知らせ", "--keep", "3", "--as", "shiki", "--json").json
    call("export", "fetch", asked["export"], "--to", str(tmp_path), "--as", "shiki")

    assert (asked["kind"], asked["people"], asked["joined_from"]) == ("letters", 1, None)
    file = tmp_path / "letters_2026-04-10_shiki_until-2026-04-13.zip"
    assert zipfile.ZipFile(file).namelist() == ["letters-01.pdf", "addresses.csv"]


def test_a_file_that_a_killed_call_had_begun_is_written_whole(tmp_path: Path) -> None:
    join_many(2, at=jst("2026-04-01 12:00"))
    asked = ask().json
    begun = tmp_path / f"members_2026-04-10_shiki_until-2026-04-13.csv.{asked['export']}.part"
    begun.write_text("half a")

    call("export", "fetch", asked["export"], "--to", str(tmp_path), "--as", "shiki")

    (file,) = tmp_path.iterdir()
    assert len(file.read_text(encoding="utf-8-sig").splitlines()) == 4


def test_what_was_rejected_is_not_written(tmp_path: Path) -> None:
    join_many(101, at=jst("2026-04-01 12:00"))
    asked = ask().json
    call("export", "reject", asked["export"], "--as", "rikka")

    answer = call("export", "fetch", asked["export"], "--to", str(tmp_path), "--as", "shiki", "--json")

    assert answer.json["refused"] == "export_not_approved"
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_is_there_is_left_as_it_is(tmp_path: Path) -> None:
    join_many(2, at=jst("2026-04-01 12:00"))
    asked = ask().json
    (tmp_path / "members_2026-04-10_shiki_until-2026-04-13.csv").write_text("mine")

    answer = call("export", "fetch", asked["export"], "--to", str(tmp_path), "--as", "shiki", "--json")
    nowhere = call("export", "fetch", asked["export"], "--to", str(tmp_path / "no"), "--as", "shiki", "--json")

    assert [each.json["refused"] for each in (answer, nowhere)] == ["file_there", "file_there"]
    assert [file.read_text() for file in tmp_path.iterdir()] == ["mine"]


def test_after_its_day_it_is_gone(set_clock: SetClock, tmp_path: Path) -> None:
    join_many(2, at=jst("2026-04-01 12:00"))
    asked = ask().json
    set_clock(jst("2026-04-14 00:00"))

    answer = call("export", "fetch", asked["export"], "--to", str(tmp_path), "--as", "shiki", "--json")

    assert (answer.code, answer.json["refused"]) == (output.NOT_FOUND, "export_gone")
