"""Statements that are planned once, and sent together."""

from __future__ import annotations

from threading import Thread
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from pointclub.foundation.postgresql.prepared import Question, ask, ask_together, asked_ahead, models_of
from pointclub.points import services as points
from pointclub.points.models import Account
from tests.factories.club import STAFF, jst

AT = jst("2026-04-01 12:00")
LOCK = "SELECT last_sequence FROM points_account WHERE id = %s FOR NO KEY UPDATE"
READ = "SELECT last_sequence FROM points_account WHERE id = %s"

NOBODY = "00000000-0000-0000-0000-000000000000"


def first(rows: list[tuple[object, ...]]) -> object:
    return rows[0][0]


@pytest.mark.django_db
class TestAStatement:
    def test_is_planned_once_for_a_connection(self) -> None:
        for number in (1, 2, 3):
            ask_together(Question("SELECT %s::bigint + 40", (number,)))

        kept = "SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE '%%+ 40'"
        assert ask_together(Question(kept, ())) == [[(1,)]]

    def test_is_seen_by_whoever_watches_statements(self) -> None:
        seen: list[str] = []

        def watch(execute, sql, params, many, context):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202 -- Django's
            seen.append(sql)
            return execute(sql, params, many, context)

        with connection.execute_wrapper(watch):
            ask_together(Question("SELECT 1", ()), Question("SELECT 2", ()))

        assert seen == ["SELECT 1", "SELECT 2"]

    def test_that_the_database_refuses_raises_what_django_raises_and_leaves_the_connection_whole(self) -> None:
        broken: Question[Any] = Question(
            "INSERT INTO points_account (id, opened_at, book_balance, arrears, last_sequence, head)"
            " VALUES (gen_random_uuid(), %s, 0, -1, 0, sha256('')) RETURNING id",
            (AT,),
        )

        for questions in ([broken], [Question(READ, (NOBODY,)), broken, Question("SELECT 3", ())]):
            with pytest.raises(IntegrityError, match="arrears_are_never_below_zero"), transaction.atomic():
                ask_together(*questions)

        assert ask_together(Question("SELECT 3", ())) == [[(3,)]]

    def test_gives_whole_rows_as_objects_like_those_that_django_reads(self) -> None:
        account = points.open_account(at=AT, actor=STAFF)

        (found,) = ask(models_of(Account, "WHERE id = %s", (account.id,)))

        read = Account.objects.get(id=account.id)
        assert [getattr(found, field.attname) for field in Account._meta.concrete_fields] == [
            getattr(read, field.attname) for field in Account._meta.concrete_fields
        ]


@pytest.mark.django_db
class TestQuestionsAskedTogether:
    def test_are_answered_each_in_its_place(self) -> None:
        asked = [Question("SELECT %s::int", (number,), first) for number in (3, 1, 2)]

        assert ask_together(*asked) == [3, 1, 2]

    def test_may_find_nothing(self) -> None:
        nothing = Question("SELECT 1 WHERE false", (), len)

        assert ask_together(nothing, Question("SELECT 7", (), first)) == [0, 7]

    def test_with_a_percent_sign_or_quotes_in_what_is_asked_reach_the_database_whole(self) -> None:
        assert ask(Question("SELECT %s", ("100 % 'so'; SELECT 1",), first)) == "100 % 'so'; SELECT 1"


@pytest.mark.django_db
class TestWhatIsAskedAhead:
    def test_is_sent_once_and_answered_once(self) -> None:
        seen: list[str] = []

        def watch(execute, sql, params, many, context):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202 -- Django's
            seen.append(sql)
            return execute(sql, params, many, context)

        one: Question[Any] = Question("SELECT 1", ())
        two: Question[Any] = Question("SELECT 2", ())
        with connection.execute_wrapper(watch), asked_ahead(one, two):
            assert (len(seen), ask(two), ask(one), len(seen)) == (2, [(2,)], [(1,)], 2)
            ask(one)

        assert seen == ["SELECT 1", "SELECT 2", "SELECT 1"]

    def test_answers_a_question_once_where_it_is_asked_twice_together(self) -> None:
        moment: Question[Any] = Question("SELECT clock_timestamp()", (), first)
        with asked_ahead(moment):
            one, other = ask_together(moment, moment)

        assert one < other

    def test_is_asked_for_before_more_is_asked_ahead(self) -> None:
        one: Question[Any] = Question("SELECT 1", ())
        with asked_ahead(one), pytest.raises(AssertionError, match="has not been asked for yet"), asked_ahead(one):
            pass

    def test_is_forgotten_with_the_block(self) -> None:
        one: Question[Any] = Question("SELECT txid_current(), clock_timestamp()", ())
        with asked_ahead(one):
            pass

        assert ask(one) != ask(one)


def test_what_stands_after_a_lock_sees_what_its_holder_has_written(fresh_database: object) -> None:
    account = points.open_account(at=AT, actor=STAFF)
    seen: list[object] = []

    def wait_and_read() -> None:
        try:
            with transaction.atomic():
                seen.extend(ask_together(Question(LOCK, (account.id,)), Question(READ, (account.id,))))
        finally:
            connection.close()

    with transaction.atomic():
        points.lock_accounts([account.id])
        waiting = Thread(target=wait_and_read)
        waiting.start()
        _wait_for_a_waiter()
        Account.objects.filter(id=account.id).update(last_sequence=7)
    waiting.join()

    assert seen == [[(7,)], [(7,)]]


def _wait_for_a_waiter() -> None:
    waits = "SELECT count(*) FROM pg_locks WHERE NOT granted"
    with connection.cursor() as cursor:
        for _ in range(1_000):
            cursor.execute(waits + " AND pid <> pg_backend_pid()")
            if cursor.fetchone()[0]:
                return
            cursor.execute("SELECT pg_sleep(0.01)")
    pytest.fail("Nobody waits.")
