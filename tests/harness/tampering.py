"""Changing what was written, as only the owner of the tables could; used together with the fixture `as_owner`."""

from typing import Any

from django.db import connection


def tamper(statement: str, *values: Any, dropping: str = "") -> None:
    """Change one row, after dropping the constraints (table.name, with spaces between) that forbid it."""
    with connection.cursor() as cursor:
        for constraint in dropping.split():
            table, _, name = constraint.partition(".")
            cursor.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
        cursor.execute(statement, values)
        assert cursor.rowcount == 1


def drop_constraints(*tables: str) -> None:
    """Drop whatever the tables and those that refer to them are held by, but for primary keys."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT conrelid::regclass::text, conname::text FROM pg_constraint
            WHERE contype IN ('f', 'u', 'c')
              AND (conrelid::regclass::text = ANY(%s) OR confrelid::regclass::text = ANY(%s))
            ORDER BY contype DESC
            """,
            [list(tables), list(tables)],
        )
        for table, name in cursor.fetchall():
            cursor.execute(f"ALTER TABLE {table} DROP CONSTRAINT IF EXISTS {name} CASCADE")
