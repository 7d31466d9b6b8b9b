"""What the worker's clock starts, by a real worker in a process of its own."""

import contextlib
import datetime as dt
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.db import connections
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob
from procrastinate.exceptions import AlreadyEnqueued
from pytest_django import Settings

from pointclub.config.environment import read_environment
from pointclub.exports import services as exports
from pointclub.exports.models import ExportFile
from pointclub.foundation import actors, clock
from pointclub.foundation.periods import TOKYO, tokyo_day
from pointclub.jobs import schedule
from pointclub.jobs.nights import Job
from pointclub.people.rules.permissions import Role
from pointclub.program import queries as program
from tests.factories.club import Club, jst, verified
from tests.factories.exports import ask, join_many
from tests.factories.staff import staff
from tests.harness.commands import start
from tests.harness.databases import FreshDatabase

_WORK_ONCE = "from pointclub.jobs.worker import run_worker; run_worker(wait=False)"


@pytest.mark.parametrize(
    ("task", "name", "hour", "minute"),
    [
        (schedule.run_due_nights, "lapse", 0, 5),
        (schedule.run_due_nights, "update", 1, 0),
        (schedule.seal_due_root, "root", 2, 0),
    ],
)
@pytest.mark.parametrize("zone", ["UTC", "Asia/Tokyo", "America/New_York"])
def test_starts_at_its_hour_in_japan_whatever_the_machines_zone(
    monkeypatch: pytest.MonkeyPatch, task: Any, name: str, hour: int, minute: int, zone: str
) -> None:
    monkeypatch.setenv("TZ", zone)
    noon = dt.datetime(2026, 4, 30, 12, tzinfo=TOKYO)

    registered = app.periodic_registry.periodic_tasks[(task.name, name)]
    following = registered.croniter.get_next(ret_type=float, start_time=noon.timestamp())

    assert dt.datetime.fromtimestamp(following, TOKYO) == dt.datetime(2026, 5, 1, hour, minute, tzinfo=TOKYO)


def test_worker_makes_up_for_missed_nights(fresh_database: FreshDatabase) -> None:
    club = Club()
    member = club.member()
    now = clock.now()
    club.buy(member, club.merchant(), 700, at=now - dt.timedelta(days=3))
    schedule.run_due_nights.defer(timestamp=0)

    worker = start("-c", _WORK_ONCE, database=fresh_database)
    out, err = worker.communicate(timeout=60)

    assert worker.returncode == 0, out + err
    assert set(ProcrastinateJob.objects.values_list("status", flat=True)) == {"succeeded"}
    assert club.balance(member, str(tokyo_day(clock.now()))).usable == 7
    # The update of a night that begins while this runs may still be to come.
    assert program.get_last_night(Job.UPDATE) in {tokyo_day(now), tokyo_day(now) - dt.timedelta(days=1)}
    assert verified() == []


@pytest.mark.rule("EXP-2", "ACC-5")
def test_killed_worker_leaves_nothing_that_keeps_the_next_one_waiting(fresh_database: FreshDatabase) -> None:
    club = Club()
    members, shop = [club.member() for _ in range(3)], club.merchant()
    for member in members:
        club.buy(member, shop, 700, at=clock.now() - dt.timedelta(days=3))
    schedule.run_due_nights.defer(timestamp=0)
    blocker = connections["default"].copy()
    with blocker.cursor() as cursor:
        cursor.execute("BEGIN")
        cursor.execute("SELECT FROM points_account FOR UPDATE")
        worker = start("-c", _WORK_ONCE, database=fresh_database)
        _wait_until_somebody_waits_for_a_lock()
        worker.kill()
        worker.communicate(timeout=60)
        cursor.execute("ROLLBACK")
    blocker.close()
    before = [club.balance(member, str(tokyo_day(clock.now()))).usable for member in members]

    with contextlib.suppress(AlreadyEnqueued):  # The killed worker's own scheduler may have been first.
        schedule.run_due_nights.defer(timestamp=1)
    out, err = (next_worker := start("-c", _WORK_ONCE, database=fresh_database)).communicate(timeout=60)

    assert before == [0, 0, 0]
    assert next_worker.returncode == 0, out + err
    assert [club.balance(member, str(tokyo_day(clock.now()))).usable for member in members] == [7, 7, 7]
    assert set(ProcrastinateJob.objects.values_list("status", flat=True)) <= {"doing", "succeeded"}
    assert verified() == []


def test_second_doorbell_is_not_rung_while_the_first_waits(fresh_database: FreshDatabase) -> None:
    schedule.run_due_nights.defer(timestamp=0)

    with pytest.raises(AlreadyEnqueued):
        schedule.run_due_nights.defer(timestamp=1)


@pytest.mark.usefixtures("fresh_database", "morning")
class TestTheRoot:
    @pytest.fixture
    def morning(self, set_clock: Callable[[dt.datetime], None]) -> None:
        set_clock(jst("2026-04-11 02:00"))
        Club().member()

    def test_is_made_by_the_worker(self, tmp_path: Path, settings: Settings) -> None:
        settings.ENVIRONMENT = read_environment({"POINTCLUB_ROOTS_FOLDER": str(tmp_path)})

        schedule.seal_due_root(timestamp=0)

        assert [path.name for path in tmp_path.iterdir()] == ["root-2026-04-11.txt"]

    def test_that_cannot_be_made_is_told_in_the_log(
        self, tmp_path: Path, settings: Settings, caplog: pytest.LogCaptureFixture
    ) -> None:
        (tmp_path / "file").touch()
        settings.ENVIRONMENT = read_environment({"POINTCLUB_ROOTS_FOLDER": str(tmp_path / "file")})

        schedule.seal_due_root(timestamp=0)

        assert "The books were not sealed: Nothing can be written" in caplog.text


def _wait_until_somebody_waits_for_a_lock() -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        with connections["default"].cursor() as cursor:
            cursor.execute(
                "SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
            )
            if cursor.rowcount:
                return
        time.sleep(0.02)
    pytest.fail("Nobody waits for a lock.")


@pytest.mark.rule("STF-2")
def test_worker_deletes_lists_of_people_whose_day_is_over(fresh_database: FreshDatabase) -> None:
    long_ago = clock.now() - dt.timedelta(days=9)
    join_many(2, at=long_ago - dt.timedelta(days=1))
    staff(Role.FULFILMENT, login_id="shiki")
    over, kept = ask("shiki", at=long_ago), ask("shiki", at=clock.now())
    for request, at in ((over, long_ago), (kept, clock.now())):
        exports.fetch_export(request_id=request.id, at=at, actor=actors.staff("shiki"))
    schedule.delete_expired_exports.defer(timestamp=0)

    worker = start("-c", _WORK_ONCE, database=fresh_database)
    out, err = worker.communicate(timeout=60)

    assert worker.returncode == 0, out + err
    assert {file.request_id: file.sealed is None for file in ExportFile.objects.all()} == {
        over.id: True,
        kept.id: False,
    }


def test_lists_of_people_are_looked_through_every_hour() -> None:
    noon = dt.datetime(2026, 4, 30, 12, tzinfo=TOKYO)

    registered = app.periodic_registry.periodic_tasks[(schedule.delete_expired_exports.name, "exports")]
    following = registered.croniter.get_next(ret_type=float, start_time=noon.timestamp())

    assert dt.datetime.fromtimestamp(following, TOKYO) == dt.datetime(2026, 4, 30, 12, 2, tzinfo=TOKYO)


def test_jobs_that_were_done_days_ago_are_forgotten_and_others_are_not(
    fresh_database: FreshDatabase, owner_connection: psycopg.Connection
) -> None:
    for _ in range(2):
        schedule.send_notices.defer(timestamp=0)
    old, new = ProcrastinateJob.objects.order_by("id").values_list("id", flat=True)
    run_worker_once(fresh_database)
    owner_connection.execute("UPDATE procrastinate_events SET at = at - interval '4 days' WHERE job_id = %s", [old])

    schedule.forget_old_jobs.defer(timestamp=0)
    run_worker_once(fresh_database)

    left = ProcrastinateJob.objects.filter(id__in=[old, new])
    assert list(left.values_list("id", flat=True)) == [new]


def run_worker_once(database: FreshDatabase) -> None:
    worker = start("-c", _WORK_ONCE, database=database)
    out, err = worker.communicate(timeout=60)
    assert worker.returncode == 0, out + err
