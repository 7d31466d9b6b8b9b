"""The application adds to the books, and can neither change nor empty nor own them."""

import pytest
from django.db import connection

from tests.architecture.one_schema.registry import insert_only_tables, own_tables, spread_tables

pytestmark = pytest.mark.django_db

_RIGHTS = """
SELECT relname::text, right_asked
FROM pg_class, unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE', 'REFERENCES', 'TRIGGER', 'MAINTAIN'])
    AS right_asked
WHERE relkind IN ('r', 'p') AND relnamespace = 'public'::regnamespace
  AND (has_table_privilege(oid, right_asked) OR CASE
      WHEN right_asked IN ('SELECT', 'INSERT', 'UPDATE', 'REFERENCES') THEN has_any_column_privilege(oid, right_asked)
  END)
"""
_OWNED = """
SELECT 'relation ' || relname FROM pg_class
    WHERE pg_has_role(relowner, 'USAGE') AND relnamespace = 'public'::regnamespace
UNION ALL SELECT 'function ' || proname FROM pg_proc WHERE pg_has_role(proowner, 'USAGE')
UNION ALL SELECT 'schema ' || nspname FROM pg_namespace
    WHERE pg_has_role(nspowner, 'USAGE') AND nspname !~ '^pg_(toast_)?temp'
UNION ALL SELECT 'database ' || datname FROM pg_database WHERE pg_has_role(datdba, 'USAGE')
"""


def rights() -> dict[str, set[str]]:
    """Return what the tests' role, which is the application's, may do to each table, in whole or by column."""
    held: dict[str, set[str]] = {}
    with connection.cursor() as cursor:
        cursor.execute(_RIGHTS)
        for table, right in cursor.fetchall():
            held.setdefault(table, set()).add(right)
    return held


def test_tables_that_only_grow_are_exactly_those_whose_models_say_so() -> None:
    growing = {table for table, held in rights().items() if held == {"SELECT", "INSERT"}}

    assert growing == insert_only_tables()


def test_the_books_are_among_them() -> None:
    assert {
        "points_transaction",
        "points_posting",
        "points_month_close",
        "earning_accrual_change",
        "earning_rule",
        "earning_campaign",
        "rewards_redemption_order",
        "program_version",
        "audit_entry",
    } <= insert_only_tables()


def test_nothing_can_be_emptied_at_a_stroke_or_given_triggers() -> None:
    held = set().union(*rights().values())

    assert held & {"TRUNCATE", "TRIGGER", "REFERENCES", "MAINTAIN"} == set()


def test_nothing_of_the_clubs_own_can_be_deleted_but_what_is_forgotten_in_time() -> None:
    deletable = {table for table, held in rights().items() if "DELETE" in held}

    assert deletable & (own_tables() | set(spread_tables())) == {"earning_request_key"}


def test_what_is_forgotten_in_time_cannot_be_changed_before() -> None:
    assert rights()["earning_request_key"] == {"SELECT", "INSERT", "DELETE"}


def test_the_application_owns_nothing_and_is_nobody_special() -> None:
    with connection.cursor() as cursor:
        cursor.execute(_OWNED)
        owned = cursor.fetchall()
        cursor.execute(
            """
            SELECT rolsuper, rolcreatedb, rolcreaterole, rolbypassrls, rolreplication,
                   has_schema_privilege('public', 'CREATE'), has_database_privilege(current_database(), 'CREATE'),
                   EXISTS (SELECT FROM pg_auth_members WHERE member = pg_roles.oid)
            FROM pg_roles WHERE rolname = current_user
            """
        )
        special = cursor.fetchone()

    assert owned == []
    assert not any(special)
