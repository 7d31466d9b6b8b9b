from __future__ import annotations

import contextlib
from collections.abc import Sequence
from threading import Barrier, Thread

import pytest
from django.db import OperationalError, connection
from django.db.transaction import TransactionManagementError

from pointclub.foundation.acts import act, leave_to_the_end, standing_together
from pointclub.points import services as points
from pointclub.points.models import Account
from tests.factories.club import STAFF, jst

AT = jst("2026-04-01 12:00")


def test_two_acts_that_wait_on_each_other_both_end(fresh_database: object) -> None:
    first, second = points.open_account(at=AT, actor=STAFF), points.open_account(at=AT, actor=STAFF)
    both_hold_one = Barrier(2)
    tries: list[str] = []
    left: list[str] = []

    @act
    def lock_both(name: str, accounts: list[Account]) -> None:
        tries.append(name)
        leave_to_the_end(left.extend, name[0])
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
    assert sorted(left) == ["b", "f"]


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


@pytest.mark.django_db
class TestWhatIsLeftToTheEnd:
    def test_comes_after_all_else_together_and_within_the_transaction(self) -> None:
        seen: list[object] = []

        def handle(items: Sequence[str]) -> None:
            seen.append((list(items), connection.in_atomic_block))

        @act
        def inner(name: str) -> None:
            leave_to_the_end(handle, name)
            seen.append(name)

        @act
        def outer() -> None:
            inner("first")
            leave_to_the_end(handle, "between")
            inner("second")

        outer()

        assert seen == ["first", "second", (["first", "between", "second"], True)]

    def test_is_nothing_of_an_act_that_failed(self) -> None:
        seen: list[str] = []

        @act
        def fail() -> None:
            leave_to_the_end(seen.extend, "failed")
            raise ValueError

        @act
        def outer() -> None:
            with pytest.raises(ValueError):  # noqa: PT011 -- Raised two lines above.
                fail()
            leave_to_the_end(seen.extend, "x")

        outer()
        with pytest.raises(ValueError):  # noqa: PT011 -- Likewise.
            fail()

        assert seen == ["x"]

    def test_undoes_the_act_when_it_fails(self) -> None:
        def refuse(_: Sequence[str]) -> None:
            raise ValueError

        @act
        def open_one() -> None:
            points.open_account(at=AT, actor=STAFF)
            leave_to_the_end(refuse, "x")

        with pytest.raises(ValueError):  # noqa: PT011 -- Raised above.
            open_one()

        assert not Account.objects.exists()


@pytest.mark.django_db
class TestActsThatStandTogether:
    def test_end_with_the_one_that_refuses(self) -> None:
        @act
        def refuse() -> None:
            points.open_account(at=AT, actor=STAFF)
            message = "no"
            raise ValueError(message)

        @act
        def go_on_nevertheless() -> None:
            with standing_together(), contextlib.suppress(ValueError):
                refuse()
            points.open_account(at=AT, actor=STAFF)

        with pytest.raises(TransactionManagementError):
            go_on_nevertheless()

        assert not Account.objects.exists()

    def test_have_no_savepoints_of_their_own(self) -> None:
        statements: list[str] = []

        @act
        def around() -> None:
            with standing_together(), connection.execute_wrapper(watch):
                points.lock_accounts([])
                act(points.lock_accounts)([])

        def watch(execute, sql, params, many, context):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202 -- Django's
            statements.append(sql.split()[0])
            return execute(sql, params, many, context)

        around()

        assert statements == ["SELECT", "SELECT"]
