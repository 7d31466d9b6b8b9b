"""A question of several statements sees one instant, and holds nobody up."""

import psycopg
import pytest
from django.db import connection, transaction
from django.db.utils import InternalError

from pointclub.foundation.postgresql.snapshots import one_snapshot
from tests.factories.club import Club
from tests.harness.databases import FreshDatabase


def accounts() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM points_account")
        return int(cursor.fetchone()[0])


def open_account_elsewhere(database: FreshDatabase) -> None:
    with psycopg.connect(database.application_url, autocommit=True) as other:
        other.execute(
            "INSERT INTO points_account (id, opened_at, book_balance, arrears, last_sequence, head)"
            " VALUES (gen_random_uuid(), now(), 0, 0, 0, sha256(''))"
        )


class TestAQuestion:
    def test_does_not_see_what_is_written_meanwhile(self, fresh_database: FreshDatabase) -> None:
        @one_snapshot()
        def ask_twice() -> tuple[int, int]:
            before = accounts()
            open_account_elsewhere(fresh_database)
            return before, accounts()

        assert ask_twice() == (0, 0)
        assert ask_twice() == (1, 1)

    def test_may_be_a_block(self, fresh_database: FreshDatabase) -> None:
        with one_snapshot():
            before = accounts()
            open_account_elsewhere(fresh_database)

            assert (before, accounts()) == (0, 0)
        assert accounts() == 1

    def test_cannot_write(self, fresh_database: FreshDatabase) -> None:  # noqa: ARG002 -- Asked for its effect.
        with pytest.raises(InternalError, match="read-only"):
            one_snapshot()(Club().member)()

    def test_can_keep_what_it_finds_in_a_temporary_table(self, fresh_database: FreshDatabase) -> None:  # noqa: ARG002
        with connection.cursor() as cursor:
            cursor.execute("CREATE TEMPORARY TABLE found (number bigint)")
            with one_snapshot():
                cursor.execute("INSERT INTO found SELECT count(*) FROM points_account")
            cursor.execute("SELECT number FROM found")

            assert cursor.fetchone() == (0,)

    def test_within_an_act_sees_what_the_act_has_written(self, fresh_database: FreshDatabase) -> None:  # noqa: ARG002
        with transaction.atomic():
            Club().member()

            assert one_snapshot()(accounts)() == 1
