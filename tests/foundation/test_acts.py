from __future__ import annotations

from threading import Barrier, Thread

import pytest
from django.db import OperationalError, connection

from pointclub.foundation.acts import act
from pointclub.points import services as points
from pointclub.points.models import Account
from tests.factories.club import jst

AT = jst("2026-04-01 12:00")


def test_two_acts_that_wait_on_each_other_both_end(fresh_database: object) -> None:
    first, second = points.open_account(at=AT), points.open_account(at=AT)
    both_hold_one = Barrier(2)
    tries: list[str] = []

    @act
    def lock_both(name: str, accounts: list[Account]) -> None:
        tries.append(name)
        points.lock_accounts([accounts[0].id])
        if tries.count(name) == 1:
            both_hold_one.wait(timeout=20)
        points.lock_accounts([accounts[1].id])

    def run(name: str, accounts: list[Account]) -> None:
        try:
            lock_both(name, accounts)
        finally:
            connection.close()

    threads = [
        Thread(target=run, args=("forwards", [first, second])),
        Thread(target=run, args=("backwards", [second, first])),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert set(tries) == {"forwards", "backwards"}
    assert len(tries) > 2


def test_any_other_failure_rises_at_once(fresh_database: object) -> None:
    tries: list[int] = []

    @act
    def divide() -> None:
        tries.append(1)
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL statement_timeout = 1")
            cursor.execute("SELECT pg_sleep(5)")

    with pytest.raises(OperationalError):
        divide()

    assert len(tries) == 1
