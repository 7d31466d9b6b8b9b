"""Books from before there was a chain are chained by the migration, byte for byte as the services would have done."""

import psycopg
import pytest
from django.core.management import call_command
from django.db import connection

from pointclub.jobs.database import grants
from pointclub.jobs.database.access import connected_as
from pointclub.points.queries import verify_ledger
from tests.architecture.one_schema.scenario import Life
from tests.factories.club import Club
from tests.harness.databases import FreshDatabase

# A reason gets a new salt, so hashes are the very same up to the first reason of an account.
_UP_TO_REASONS = """
SELECT account_id, sequence, hash FROM points_transaction AS written
WHERE NOT EXISTS (
    SELECT FROM points_transaction AS reasoned
    WHERE reasoned.account_id = written.account_id AND reasoned.sequence <= written.sequence AND reasoned.reason <> ''
) ORDER BY account_id, sequence
"""
_HEADS = "SELECT id, head FROM points_account WHERE id NOT IN (SELECT account_id FROM points_transaction) ORDER BY id"


def go_back(*, database: FreshDatabase) -> None:
    with connected_as(database.owner_url):
        # Before the chain nobody could join later, and what stands on it goes back with it.
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM membership_registration WHERE door = 'account'")
        call_command("migrate", "points", "0002", verbosity=0, interactive=False)


def go_forward(*, database: FreshDatabase) -> None:
    role = connection.settings_dict["USER"]
    with connected_as(database.owner_url):
        call_command("migrate", "points", "0003", verbosity=0, interactive=False)
        grants.grant_application_rights(connection, role=role)


@pytest.fixture
def life(fresh_database: FreshDatabase) -> None:
    Life().go_through_all()
    Club().member()


@pytest.mark.usefixtures("life")
class TestTheMigration:
    def test_writes_the_hashes_that_the_services_wrote(
        self, fresh_database: FreshDatabase, owner_connection: psycopg.Connection
    ) -> None:
        before = [owner_connection.execute(statement).fetchall() for statement in (_UP_TO_REASONS, _HEADS)]

        go_back(database=fresh_database)
        go_forward(database=fresh_database)

        assert [owner_connection.execute(statement).fetchall() for statement in (_UP_TO_REASONS, _HEADS)] == before
        assert [len(rows) >= minimum for rows, minimum in zip(before, (10, 1), strict=True)] == [True, True]
        # Of the other packages, what stands on this table is gone with it.
        assert [difference for chunk in verify_ledger() for difference in chunk.differences] == []

    def test_refuses_books_with_a_number_left_out_and_changes_nothing(
        self, fresh_database: FreshDatabase, owner_connection: psycopg.Connection
    ) -> None:
        go_back(database=fresh_database)
        owner_connection.execute("UPDATE points_transaction SET sequence = sequence + 100 WHERE sequence = 2")

        with pytest.raises(Exception, match="not numbered without gaps"):
            go_forward(database=fresh_database)

        columns = owner_connection.execute(
            "SELECT FROM information_schema.columns WHERE table_name = 'points_transaction' AND column_name = 'hash'"
        )
        assert columns.rowcount == 0
