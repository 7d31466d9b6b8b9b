"""The application adds to the log and moves the heads of its chains; it can do nothing else to either."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, connection, transaction

from pointclub.audit.models import AuditChain, AuditEntry
from tests.audit.acts import differences, do

pytestmark = [pytest.mark.rule("STF-3"), pytest.mark.django_db]

ENTRY_COLUMNS = sorted(field.column for field in AuditEntry._meta.local_fields)


def assert_denied(statement: str) -> None:
    with (
        pytest.raises(DatabaseError, match=r"permission denied|must be owner"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)


@pytest.mark.parametrize("column", ENTRY_COLUMNS)
def test_no_column_of_an_entry_is_changed(column: str) -> None:
    do()

    assert_denied(f"UPDATE audit_entry SET {column} = {column}")  # noqa: S608 -- a column of ours


@pytest.mark.parametrize("table", ["audit_entry", "audit_chain"])
@pytest.mark.parametrize(
    "statement", ["DELETE FROM {}", "TRUNCATE {}", "DROP TABLE {}", "ALTER TABLE {} DISABLE RULE a"]
)
def test_nothing_is_removed(table: str, statement: str) -> None:
    do()

    assert_denied(statement.format(table))
    assert differences() == []


def test_a_chain_keeps_its_name() -> None:
    do()

    assert_denied("UPDATE audit_chain SET name = name")


def test_a_chain_is_moved_on_in_those_columns_alone_that_its_model_names() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT array_agg(attname::text ORDER BY attname) FROM pg_attribute
            WHERE attrelid = 'audit_chain'::regclass AND attnum > 0
              AND has_column_privilege(attrelid, attnum, 'UPDATE')
            """
        )
        (changeable,) = cursor.fetchone()

    assert changeable == sorted(AuditChain.changeable_columns) == ["head", "last_sequence"]
