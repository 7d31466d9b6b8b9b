"""Letters whose printing is killed: each is in one batch and in one file, and none is lost (NTC-1)."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import signal
import subprocess
import time
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import UUID

import psycopg
import pytest

from pointclub.notices.models import BatchedLetter, Delivery, LetterBatch
from pointclub.people.rules.permissions import Role
from tests.factories.readers import writes_to
from tests.factories.staff import staff
from tests.harness import commands
from tests.harness.commands import call
from tests.harness.counts import count
from tests.harness.databases import FreshDatabase
from tests.harness.waiting import wait_until

pytestmark = pytest.mark.rule("NTC-1")

CLOCK = "2026-04-10T12:00:00+09:00"
LETTERS = 5
FILES = {"letters.pdf", "addresses.csv"}
# From before it has begun until after it is through, in seconds.
KILLS = count(quick=0, deep=30)
_EARLIEST, _BETWEEN = 0.5, 0.1


@pytest.fixture(autouse=True)
def names(fresh_database: FreshDatabase, set_clock: Callable[[dt.datetime], None]) -> list[str]:
    """Let five people wait for a letter."""
    set_clock(dt.datetime.fromisoformat(CLOCK))
    staff(Role.FULFILMENT, login_id="shiki")
    everybody = [f"見本 {number}" for number in range(LETTERS)]
    for name in everybody:
        writes_to(name)
    return everybody


def words(folder: Path) -> tuple[str, ...]:
    files = ("--pdf", str(folder / "letters.pdf"), "--csv", str(folder / "addresses.csv"))
    return ("notices", "letters", *files, "--as", "shiki", "--json")


def start(folder: Path, database: FreshDatabase) -> subprocess.Popen[str]:
    return start_command(*words(folder), database=database)


def start_command(*words: str, database: FreshDatabase) -> subprocess.Popen[str]:
    return commands.start("-m", "pointclub", *words, database=database, clock=CLOCK)


@contextmanager
def no_batch_is_committed(database: FreshDatabase) -> Iterator[None]:
    """Let whoever commits a batch wait, when all that comes before is done."""
    with psycopg.connect(database.owner_url) as holder:
        holder.execute(
            "CREATE FUNCTION wait_for_the_test() RETURNS trigger LANGUAGE plpgsql AS"
            " $$ BEGIN PERFORM pg_advisory_xact_lock(7); RETURN NULL; END $$"
        )
        holder.execute(
            "CREATE CONSTRAINT TRIGGER batches_wait AFTER INSERT ON notices_letter_batch"
            " DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION wait_for_the_test()"
        )
        holder.commit()
        holder.execute("SELECT pg_advisory_xact_lock(7)")
        yield
        holder.rollback()


def how_many_wait(database: FreshDatabase) -> int:
    with psycopg.connect(database.application_url, autocommit=True) as watcher:
        return watcher.execute(
            "SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
        ).rowcount


def end_what_waits(database: FreshDatabase) -> None:
    """Let the server hear that a process was killed, which it notices late."""
    with psycopg.connect(database.application_url, autocommit=True) as watcher:
        watcher.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND wait_event_type = 'Lock'"
        )
    wait_until(lambda: how_many_wait(database) == 0, "the server hears of it")


def come_to_its_commit(process: subprocess.Popen[str], database: FreshDatabase) -> None:
    wait_until(lambda: process.poll() is not None or how_many_wait(database) > 0, "it comes to the end of its act")
    assert process.poll() is None, process.communicate()


def kill(process: subprocess.Popen[str]) -> None:
    process.kill()
    process.communicate(timeout=60)
    assert process.returncode == -signal.SIGKILL


def printed_names(folder: Path) -> Counter[str]:
    with (folder / "addresses.csv").open(encoding="utf-8-sig", newline="") as file:
        return Counter(row[-1] for row in list(csv.reader(file))[1:])


def assert_each_is_printed_once(folder: Path, names: list[str]) -> None:
    assert printed_names(folder) == Counter(names)
    assert {each.name for each in folder.iterdir()} == FILES
    assert Counter(BatchedLetter.objects.values_list("delivery_id", flat=True)) == Counter(
        Delivery.objects.filter(channel="letter", state="sent").values_list("id", flat=True)
    )
    assert (LetterBatch.objects.count(), BatchedLetter.objects.count()) == (1, LETTERS)


def test_killed_with_both_files_written_and_nothing_on_record_it_prints_them_anew(
    fresh_database: FreshDatabase, tmp_path: Path, names: list[str]
) -> None:
    with no_batch_is_committed(fresh_database):
        process = start(tmp_path, fresh_database)
        come_to_its_commit(process, fresh_database)
        kill(process)
        end_what_waits(fresh_database)
    assert sorted(each.suffix for each in tmp_path.iterdir()) == [".part", ".part"]
    assert not LetterBatch.objects.exists()

    assert call(*words(tmp_path)).json["letters"] == LETTERS

    assert_each_is_printed_once(tmp_path, names)


def test_killed_as_it_commits_and_called_again_before_that_is_done_it_finishes_what_was_printed(
    fresh_database: FreshDatabase, tmp_path: Path, names: list[str]
) -> None:
    with no_batch_is_committed(fresh_database):
        process = start(tmp_path, fresh_database)
        come_to_its_commit(process, fresh_database)
        kill(process)
        again = start(tmp_path, fresh_database)
        wait_until(lambda: again.poll() is not None or how_many_wait(fresh_database) > 1, "it comes to the letters")
    said, _ = again.communicate(timeout=60)

    assert json.loads(said)["letters"] == LETTERS
    assert_each_is_printed_once(tmp_path, names)


@pytest.mark.parametrize("unnamed", [("letters.pdf", "addresses.csv"), ("addresses.csv",)])
def test_killed_before_its_files_have_their_names_it_finishes_them(
    tmp_path: Path, names: list[str], unnamed: tuple[str, ...]
) -> None:
    batch = UUID(call(*words(tmp_path)).json["batch"])
    for name in unnamed:
        (tmp_path / name).rename(tmp_path / f"{name}.{batch}.part")

    again = call(*words(tmp_path)).json

    assert again == {"letters": LETTERS, "batch": str(batch)}
    assert_each_is_printed_once(tmp_path, names)


def test_killed_before_its_files_have_their_names_and_put_back_it_prints_them_anew(
    tmp_path: Path, names: list[str]
) -> None:
    first = call(*words(tmp_path)).json["batch"]
    for name in FILES:
        (tmp_path / name).rename(tmp_path / f"{name}.{first}.part")
    call("notices", "put-letters-back", first, "--reason", "紛失", "--as", "shiki", "--json")

    again = call(*words(tmp_path)).json

    assert again["letters"] == LETTERS
    assert again["batch"] != first
    assert printed_names(tmp_path) == Counter(names)
    assert {each.name for each in tmp_path.iterdir()} == FILES
    assert not Delivery.objects.filter(channel="letter", state="waiting").exists()


def test_while_another_prints_into_the_same_folder_nothing_of_its_is_touched(
    fresh_database: FreshDatabase, tmp_path: Path, names: list[str]
) -> None:
    with no_batch_is_committed(fresh_database):
        process = start(tmp_path, fresh_database)
        come_to_its_commit(process, fresh_database)
        refused = call(*words(tmp_path)).json["refused"]
    process.communicate(timeout=60)

    assert (process.returncode, refused) == (0, "letter_file")
    assert_each_is_printed_once(tmp_path, names)


def fetching(folder: Path) -> tuple[str, ...]:
    asked = call("export", "request", "letters", "--for", "お知らせ", "--as", "shiki", "--json").json["export"]
    return ("export", "fetch", asked, "--to", str(folder), "--as", "shiki", "--json")


def assert_each_is_exported_once(folder: Path, names: list[str]) -> None:
    (file,) = folder.iterdir()
    listed = zipfile.ZipFile(file).read("addresses.csv").decode("utf-8-sig")
    assert [row[-1] for row in list(csv.reader(io.StringIO(listed, newline="")))[2:]] == names
    assert (LetterBatch.objects.count(), BatchedLetter.objects.count()) == (1, LETTERS)
    assert Delivery.objects.filter(channel="letter", state="sent").count() == LETTERS


def test_an_export_killed_as_it_commits_is_fetched_again_as_it_was_made(
    fresh_database: FreshDatabase, tmp_path: Path, names: list[str]
) -> None:
    fetch = fetching(tmp_path)
    with no_batch_is_committed(fresh_database):
        process = start_command(*fetch, database=fresh_database)
        come_to_its_commit(process, fresh_database)
        kill(process)
    wait_until(lambda: how_many_wait(fresh_database) == 0, "the server is through with it")
    assert list(tmp_path.iterdir()) == []

    assert call(*fetch).json["rows"] == LETTERS

    assert_each_is_exported_once(tmp_path, names)


@pytest.mark.skipif(KILLS == 0, reason="Each kill takes a process of its own.")
@pytest.mark.parametrize("step", range(KILLS))
def test_an_export_killed_at_any_moment_and_called_again(
    fresh_database: FreshDatabase, tmp_path: Path, names: list[str], step: int
) -> None:
    fetch = fetching(tmp_path)
    process = start_command(*fetch, database=fresh_database)
    time.sleep(_EARLIEST + step * _BETWEEN)
    process.kill()
    process.communicate(timeout=60)

    if not [each for each in tmp_path.iterdir() if each.suffix == ".zip"]:
        call(*fetch)

    assert_each_is_exported_once(tmp_path, names)


@pytest.mark.skipif(KILLS == 0, reason="Each kill takes a process of its own.")
@pytest.mark.parametrize("step", range(KILLS))
def test_killed_at_any_moment_and_called_again(
    fresh_database: FreshDatabase, tmp_path: Path, names: list[str], step: int
) -> None:
    process = start(tmp_path, fresh_database)
    time.sleep(_EARLIEST + step * _BETWEEN)
    process.kill()
    process.communicate(timeout=60)

    if {each.name for each in tmp_path.iterdir()} != FILES:
        call(*words(tmp_path))

    assert_each_is_printed_once(tmp_path, names)
