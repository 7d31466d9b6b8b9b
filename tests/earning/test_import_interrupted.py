"""Imports that are stopped, killed, or run twice at once (FIL-1, I4)."""

import datetime as dt
import io
import json
import subprocess
import time
from pathlib import Path

import pytest

from pointclub.earning import services as earning
from pointclub.earning.models import Accrual
from pointclub.files import queries as files_queries
from pointclub.files import services as files
from pointclub.files.models import RowError
from pointclub.files.rules.feeds import PURCHASES
from pointclub.foundation.periods import start_of_day
from pointclub.people.rules.permissions import Role
from tests.factories.club import STAFF, Club, jst, verified
from tests.factories.feed_files import FeedFile, purchase_row
from tests.factories.staff import staff
from tests.harness import commands
from tests.harness.databases import FreshDatabase

pytestmark = pytest.mark.rule("FIL-1")

ROWS = 4_000
BAD_EVERY = 100
RECEIVED = jst("2026-05-02 10:00")
PATIENCE_SECONDS = 90


def write_file(club: Club, folder: Path, *, rows: int = ROWS) -> Path:
    """Write a file of which every hundredth row is bad, and make everybody who is needed to import it."""
    members, shop = [club.member().number for _ in range(20)], club.merchant()
    staff(Role.MERCHANT_DESK, login_id="tanto-1")
    lines = [
        purchase_row(f"r{number}", "900000000000" if number % BAD_EVERY == 0 else members[number % 20], 100)
        for number in range(rows)
    ]
    path = folder / "shop.csv"
    path.write_bytes(FeedFile(shop.number, lines).content())
    return path


def start_import(path: Path, database: FreshDatabase) -> subprocess.Popen[str]:
    command = ("-m", "pointclub", "import", "purchases", str(path), "--as", "tanto-1", "--json")
    return commands.start(*command, database=database, clock=RECEIVED.isoformat())


def wait_until_midway() -> int:
    give_up_at = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < give_up_at:
        for state in files_queries.list_imports():
            if 0 < state.rows_done < state.rows:
                return state.rows_done
        time.sleep(0.005)
    pytest.fail("The import was not seen midway.")


def everything_is_in_once() -> bool:
    (state,) = files_queries.list_imports()
    return (
        state.status == "finished"
        and (state.accepted, state.known_before, state.bad) == (ROWS - ROWS // BAD_EVERY, 0, ROWS // BAD_EVERY)
        and Accrual.objects.count() == state.accepted
        and RowError.objects.count() == state.bad
        and verified() == []
    )


def test_stopped_between_chunks_goes_on_from_there(fresh_database: FreshDatabase, tmp_path: Path) -> None:
    content = write_file(Club(), tmp_path).read_bytes()
    steps = earning.import_purchases(files.IncomingFile(io.BytesIO(content), "shop.csv"), at=RECEIVED, actor=STAFF)
    done = next(steps).rows_done
    steps.close()  # type: ignore[attr-defined]
    assert done == 1_000

    *_, last = earning.import_purchases(
        files.IncomingFile(io.BytesIO(content), "shop.csv"), at=RECEIVED + dt.timedelta(hours=1), actor=STAFF
    )

    assert last.rows_done == ROWS
    assert everything_is_in_once()


def test_failure_within_a_chunk_takes_the_chunk_back(fresh_database: FreshDatabase, tmp_path: Path) -> None:
    content = write_file(Club(), tmp_path).read_bytes()

    def failing(_: object) -> None:
        raise RuntimeError

    with files.checked_file(io.BytesIO(content), feed=PURCHASES) as checked:
        file = files.register_file(checked, name="shop.csv", at=RECEIVED, actor=STAFF)
        with pytest.raises(RuntimeError):
            list(files.take_in(file, checked, judge=failing, at=RECEIVED, actor=STAFF))  # type: ignore[arg-type]

    assert files_queries.get_import(file.id).rows_done == 0
    assert not RowError.objects.exists()


def test_killed_without_warning_goes_on_from_there(fresh_database: FreshDatabase, tmp_path: Path) -> None:
    path = write_file(Club(), tmp_path)
    first = start_import(path, fresh_database)
    done = wait_until_midway()
    first.kill()
    first.communicate()
    assert 0 < done < ROWS

    again = start_import(path, fresh_database)
    answer, complaint = again.communicate(timeout=PATIENCE_SECONDS)

    assert again.returncode == 1, complaint
    assert json.loads(answer)["left"] == 0
    assert everything_is_in_once()
    assert len((tmp_path / "shop.csv.errors.csv").read_text().splitlines()) == 1 + ROWS // BAD_EVERY


def test_two_processes_with_the_same_file_share_the_work(fresh_database: FreshDatabase, tmp_path: Path) -> None:
    path = write_file(Club(), tmp_path)

    both = [start_import(path, fresh_database) for _ in range(2)]
    answers = [process.communicate(timeout=PATIENCE_SECONDS) for process in both]

    assert [process.returncode for process in both] == [1, 1], answers
    assert everything_is_in_once()


def test_finished_import_whose_error_file_was_not_written_writes_it(
    fresh_database: FreshDatabase, tmp_path: Path
) -> None:
    path = write_file(Club(), tmp_path, rows=200)
    for errors_to in (None, tmp_path / "errors.csv"):
        incoming = files.IncomingFile(io.BytesIO(path.read_bytes()), "shop.csv", errors_to)
        list(earning.import_purchases(incoming, at=start_of_day(dt.date(2026, 5, 2)), actor=STAFF))

    assert len((tmp_path / "errors.csv").read_text().splitlines()) == 3
