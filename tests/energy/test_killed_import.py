"""An import of contracts that is killed in its midst, and goes on when it is called again (FIL-1)."""

from __future__ import annotations

import datetime as dt
import signal
import subprocess
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from pointclub.energy.models import ContractVersion, EnergyContract
from pointclub.files import queries as files_queries
from pointclub.people.rules.permissions import Role
from tests.factories.contracts import COLUMNS, contract_row
from tests.factories.feed_files import FeedFile
from tests.factories.staff import staff
from tests.harness import commands
from tests.harness.counts import count
from tests.harness.databases import FreshDatabase
from tests.harness.waiting import wait_until

pytestmark = pytest.mark.rule("FIL-1", "REG-1")

AT_A_TIME = 1_000
# A part of what is taken in at a time, or more than that.
ROWS = count(quick=60, deep=1_200)
CLOCK = "2026-03-02T04:00:00+09:00"


def row(number: int) -> tuple[str, ...]:
    return contract_row(f"C-{number}", customer=f"1{number:013d}", supply_point=f"06{number:020d}")


def rows() -> list[tuple[str, ...]]:
    return [row(number) for number in range(ROWS)]


def start_import(file: Path, database: FreshDatabase) -> subprocess.Popen[str]:
    words = ("-m", "pointclub", "import", "contracts", str(file), "--as", "keiri-1", "--json")
    return commands.start(*words, database=database, clock=CLOCK)


@contextmanager
def last_contract_held(database: FreshDatabase) -> Iterator[None]:
    """Write the last contract and commit nothing, so that whoever comes to it waits."""
    with psycopg.connect(database.application_url) as holder:
        holder.execute(
            "INSERT INTO energy_contract (id, reference, recorded_at) VALUES (%s, %s, now())",
            [uuid.uuid4(), f"C-{ROWS - 1}"],
        )
        yield
        holder.rollback()


def is_anybody_waiting(database: FreshDatabase) -> bool:
    with psycopg.connect(database.application_url, autocommit=True) as watcher:
        return bool(
            watcher.execute(
                "SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
            ).rowcount
        )


def test_killed_midway_it_leaves_whole_pieces_and_called_again_puts_each_row_on_file_once(
    fresh_database: FreshDatabase, tmp_path: Path, set_clock: Callable[[dt.datetime], None]
) -> None:
    staff(Role.ACCOUNTING, login_id="keiri-1")
    file = tmp_path / "contracts.csv"
    file.write_bytes(FeedFile("billing", rows(), 1, "contracts", COLUMNS, ()).content())
    with last_contract_held(fresh_database):
        process = start_import(file, fresh_database)
        wait_until(lambda: process.poll() is not None or is_anybody_waiting(fresh_database), "it comes to the last one")
        assert process.poll() is None, process.communicate()
        process.kill()
        assert process.wait(timeout=60) == -signal.SIGKILL
        process.communicate()
    wait_until(lambda: not is_anybody_waiting(fresh_database), "the server hears of it")
    (midway,) = files_queries.list_imports()
    assert (
        midway.rows_done
        == ContractVersion.objects.count()
        == EnergyContract.objects.count()
        == ROWS // AT_A_TIME * AT_A_TIME
    )

    set_clock(dt.datetime.fromisoformat(CLOCK))
    again = commands.call("import", "contracts", str(file), "--as", "keiri-1", "--json")
    assert again.code == 0, again

    (state,) = files_queries.list_imports()
    assert (state.rows_done, state.accepted) == (ROWS, ROWS)
    assert ContractVersion.objects.count() == EnergyContract.objects.count() == ROWS
    assert set(EnergyContract.objects.values_list("reference", flat=True)) == {reference for reference, *_ in rows()}
