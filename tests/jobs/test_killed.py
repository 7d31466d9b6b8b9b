"""Lapse and update killed midway, or run by two processes at once, end like one clean run (T2)."""

import signal
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any
from uuid import UUID

import psycopg
import pytest
from django.db import connection, connections
from uuid_utils.compat import uuid7

from pointclub.points.models import Account, Lot, Posting, Transaction
from pointclub.points.models.chaining import chained_lot, chained_posting
from pointclub.points.rules.chain import genesis
from pointclub.points.services.chain_on import chain_on
from tests.factories.club import Club, jst, verified
from tests.harness.commands import start
from tests.harness.counts import count
from tests.harness.databases import FreshDatabase, _new_name
from tests.harness.servers import TestServer

pytestmark = pytest.mark.rule("EXP-2", "ACC-5")

CLOCK = "2026-05-06T12:00:00+09:00"
LAPSE = ("-m", "pointclub", "points", "lapse", "--json")
POST = ("-m", "pointclub", "points", "post", "--json")
# Everything but the instants of recording, which no two runs share.
STATE = (
    "SELECT id, book_balance, arrears, last_sequence FROM points_account ORDER BY id",
    "SELECT account_id, kind, usable_through, granted, remaining FROM points_lot ORDER BY 1, 2, 3",
    "SELECT account_id, id, sequence, kind, value_on, actor FROM points_transaction ORDER BY account_id, sequence",
    "SELECT account_id, transaction_id, points, contra, source_id FROM points_posting ORDER BY 1, 2, 5, 3",
    "SELECT account_id, id, points, posted_on FROM earning_accrual_part ORDER BY 1, 2",
)
ACTS = pytest.mark.parametrize("act", [pytest.param(LAPSE, id="lapse"), pytest.param(POST, id="post")])


@pytest.fixture
def twin(fresh_database: FreshDatabase, database_server: TestServer) -> Iterator[tuple[FreshDatabase, FreshDatabase]]:
    """Give two databases with the same many accounts, each with points past their day and points pending."""
    _fill(count(quick=1_000, deep=100_000))
    connections.close_all()
    name = _new_name("twin")
    database_server.clone_template(fresh_database.name, name)
    other = FreshDatabase(name, database_server.application_url_of(name), database_server.owner_url_of(name))
    yield fresh_database, other
    database_server.drop(name)


@ACTS
def test_t2_killed_midway_and_run_again_equals_one_clean_run(
    twin: tuple[FreshDatabase, FreshDatabase], act: tuple[str, ...]
) -> None:
    broken, clean = twin
    _finish(start(*act, database=clean, clock=CLOCK))
    with _last_account_locked(broken):
        process = start(*act, database=broken, clock=CLOCK)
        _wait_for_lock(broken)
        process.kill()
        assert process.wait(timeout=60) == -signal.SIGKILL
    process.communicate()
    midway = _state(broken)

    _finish(start(*act, database=broken, clock=CLOCK))

    assert midway != _state(broken), "It was killed only after its work."
    assert _state(broken) == _state(clean)
    assert verified() == []


@ACTS
def test_two_processes_at_once_equal_one_clean_run(
    twin: tuple[FreshDatabase, FreshDatabase], act: tuple[str, ...]
) -> None:
    shared, clean = twin
    _finish(start(*act, database=clean, clock=CLOCK))

    both = [start(*act, database=shared, clock=CLOCK) for _ in range(2)]
    for process in both:
        _finish(process)

    assert _state(shared) == _state(clean)
    assert verified() == []


def test_ctrl_c_leaves_whole_accounts_and_says_how_to_go_on(twin: tuple[FreshDatabase, FreshDatabase]) -> None:
    stopped, clean = twin
    _finish(start(*LAPSE, database=clean, clock=CLOCK))
    with _last_account_locked(stopped):
        process = start("-m", "pointclub", "points", "lapse", database=stopped, clock=CLOCK)
        _wait_for_lock(stopped)
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=60)

    assert process.returncode == 130
    assert "the same command goes on" in err
    assert verified() == []
    _finish(start(*LAPSE, database=stopped, clock=CLOCK))
    assert _state(stopped) == _state(clean)


def _fill(accounts: int) -> None:
    """Make many accounts out of one that the services made: same rows, other ids."""
    club = Club()
    member, shop = club.member(), club.merchant()
    club.open_balance(member, {"2026-04-30": 100, "2027-04-30": 50}, at=jst("2026-04-10 11:00"))
    account_id = member.membership.account_id
    club.buy(member, shop, 700, at=jst("2026-04-20 11:00"))
    ids = [uuid7() for _ in range(accounts - 1)]
    hashes = list(_hashes_of_copies(Account.objects.get(id=account_id), ids))
    copied: dict[str, dict[str, str]] = {
        "points_account": {"id": "other", "head": "chained"},
        "points_lot": {"account_id": "other"},
        "points_transaction": {"account_id": "other", "hash": "chained"},
        "points_posting": {"account_id": "other"},
        "earning_accrual": {
            "account_id": "other",
            "reference": "'copy-' || other",
            "receipt_number": "left(md5(other::text), 24)",
        },
        "earning_accrual_part": {"account_id": "other", "id": "md5(other || 'part')::uuid"},
    }
    with connection.cursor() as cursor:
        for table, changes in copied.items():
            cursor.execute(
                "SELECT column_name FROM information_schema.columns WHERE table_name = %s ORDER BY ordinal_position",
                [table],
            )
            columns = [name for (name,) in cursor.fetchall()]
            values = ", ".join(changes.get(name, f'original."{name}"') for name in columns)
            key = "id" if table == "points_account" else "account_id"
            cursor.execute(
                f"INSERT INTO {table} ({', '.join(columns)}) SELECT {values} "  # noqa: S608 -- Our own names.
                f"FROM {table} AS original, unnest(%s::uuid[], %s::bytea[]) AS copy (other, chained) "
                f"WHERE original.{key} = %s",
                [ids, hashes, account_id],
            )
        cursor.execute(
            "INSERT INTO earning_accrual_claim"
            " (merchant_id, reference, account_id, accrual_id, receipt_number, fingerprint)"
            " SELECT merchant_id, reference, account_id, id, receipt_number, '' FROM earning_accrual"
            " WHERE reference LIKE 'copy-%%'",
        )


def _hashes_of_copies(original: Account, ids: Sequence[UUID]) -> Iterator[bytes]:
    """Yield what the hash of the only transaction would be in accounts with those ids."""
    written = Transaction.objects.get(account=original)
    lots = {lot.id: chained_lot(lot) for lot in Lot.objects.filter(account=original)}
    postings = [chained_posting(posting, lots) for posting in Posting.objects.filter(account=original)]
    for account_id in ids:
        copy = Account(id=account_id, head=genesis(account_id, original.opened_at))
        chain_on(copy, written, postings)
        yield bytes(copy.head)


def _state(database: FreshDatabase) -> list[list[Any]]:
    with psycopg.connect(database.application_url) as reader:
        return [reader.execute(query.encode()).fetchall() for query in STATE]


@contextmanager
def _last_account_locked(database: FreshDatabase) -> Iterator[None]:
    """Hold the last account, so that a run has done its first accounts and waits before it can be through."""
    with psycopg.connect(database.application_url) as holder:
        holder.execute(
            "SELECT FROM points_account WHERE id = (SELECT max(id::text)::uuid FROM points_account) FOR UPDATE"
        )
        yield
        holder.rollback()


def _wait_for_lock(database: FreshDatabase) -> None:
    deadline = time.monotonic() + 600
    with psycopg.connect(database.application_url, autocommit=True) as watcher:
        while time.monotonic() < deadline:
            waiting = watcher.execute(
                "SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
            )
            if waiting.rowcount:
                return
            time.sleep(0.02)
    pytest.fail("The run never came to the locked account.")


def _finish(process: subprocess.Popen[str]) -> None:
    out, err = process.communicate(timeout=600)
    assert process.returncode == 0, out + err
