"""The application holds what its work needs, and nothing over what is written for good."""

import psycopg
import pytest
from django.db import connection

from pointclub.jobs.database import grants
from pointclub.jobs.database.access import connected_as
from tests.harness.databases import FreshDatabase

HELD = """
    SELECT relname, array_agg(asked ORDER BY asked) FROM pg_class,
      unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE', 'REFERENCES', 'TRIGGER']) AS asked
    WHERE relkind IN ('r', 'p') AND relnamespace = 'public'::regnamespace AND has_table_privilege(oid, asked)
    GROUP BY relname
"""


def held_rights() -> dict[str, list[str]]:
    with connection.cursor() as cursor:
        cursor.execute(HELD)
        return dict(cursor.fetchall())


@pytest.mark.django_db
def test_tables_that_only_grow_take_no_change() -> None:
    growing = grants.insert_only_tables()

    assert {"points_transaction", "points_posting"} <= growing
    assert {tuple(rights) for table, rights in held_rights().items() if table in growing} == {("INSERT", "SELECT")}


@pytest.mark.django_db
def test_nobody_truncates_and_the_record_of_migrations_is_only_read() -> None:
    rights = held_rights()

    assert rights["django_migrations"] == ["SELECT"]
    assert {right for held in rights.values() for right in held} == {"SELECT", "INSERT", "UPDATE", "DELETE"}


def test_right_that_was_given_by_hand_is_taken_away(
    owner_connection: psycopg.Connection, fresh_database: FreshDatabase
) -> None:
    role = connection.settings_dict["USER"]
    owner_connection.execute(f"GRANT UPDATE ON points_posting TO {role}")
    before = held_rights()["points_posting"]

    with connected_as(fresh_database.owner_url):
        grants.grant_application_rights(connection, role=role)

    assert "UPDATE" in before
    assert held_rights()["points_posting"] == ["INSERT", "SELECT"]
