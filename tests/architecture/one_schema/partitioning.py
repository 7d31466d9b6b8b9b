"""Puts hash-partitioned tables in the place of those that are spread by account.

A partitioned table is held to what a spread one is: each unique key must contain the account, or PostgreSQL refuses it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import psycopg
from psycopg import sql

PARTS = 4
_KEYS = """
SELECT conrelid::regclass::text, conname::text, pg_get_constraintdef(oid)
FROM pg_constraint
WHERE connamespace = 'public'::regnamespace AND contype = ANY(%(kinds)s::"char"[])
  AND (conrelid::regclass::text = ANY(%(tables)s) OR confrelid::regclass::text = ANY(%(tables)s))
ORDER BY contype DESC, 1, 2
"""
_OTHER_INDEXES = """
SELECT pg_get_indexdef(indexrelid)
FROM pg_index LEFT JOIN pg_constraint ON conindid = indexrelid AND contype IN ('p', 'u')
WHERE indrelid::regclass::text = ANY(%(tables)s) AND pg_constraint.oid IS NULL
"""


@dataclass(frozen=True, slots=True)
class Key:
    """A constraint as the catalog writes it down."""

    table: str
    name: str
    definition: str


def partition_by_account(owner: psycopg.Connection, spread: Mapping[str, str]) -> None:
    """Replace the tables, empty as they are, by partitioned ones with the same columns, checks, keys and indexes."""
    tables = {"tables": list(spread)}
    unique = _keys(owner, spread, kinds="pu")
    foreign = _keys(owner, spread, kinds="f")
    indexes = [definition for (definition,) in owner.execute(_OTHER_INDEXES, tables).fetchall()]
    owner.execute("CREATE SCHEMA aside")
    owner.execute("CREATE SCHEMA parts")
    for key in foreign:
        _run(owner, "ALTER TABLE {} DROP CONSTRAINT {}", sql.Identifier(key.table), sql.Identifier(key.name))
    for table, column in spread.items():
        _run(owner, "ALTER TABLE {} SET SCHEMA aside", sql.Identifier(table))
        make_partitioned(owner, like=("aside", table), table=("public", table), column=column)
    for key in [*unique, *foreign]:
        add_key(owner, "public", key)
    for definition in indexes:
        owner.execute(definition)


def copy_partitioned(owner: psycopg.Connection, spread: Mapping[str, str]) -> list[Key]:
    """Make empty partitioned copies, still without keys, in the schema `copies`; return the keys of the originals."""
    owner.execute("CREATE SCHEMA copies")
    owner.execute("CREATE SCHEMA parts")
    for table, column in spread.items():
        make_partitioned(owner, like=("public", table), table=("copies", table), column=column)
    return _keys(owner, spread, kinds="pu")


def make_partitioned(owner: psycopg.Connection, *, like: tuple[str, str], table: tuple[str, str], column: str) -> None:
    """Make a table like another, with its columns and checks, partitioned by the hash of one column."""
    _run(
        owner,
        "CREATE TABLE {} (LIKE {} INCLUDING CONSTRAINTS INCLUDING DEFAULTS) PARTITION BY HASH ({})",
        sql.Identifier(*table),
        sql.Identifier(*like),
        sql.Identifier(column),
    )
    for part in range(PARTS):
        _run(
            owner,
            "CREATE TABLE {} PARTITION OF {} FOR VALUES WITH (MODULUS {}, REMAINDER {})",
            sql.Identifier("parts", f"{table[1]}_{part}"),
            sql.Identifier(*table),
            sql.Literal(PARTS),
            sql.Literal(part),
        )


def add_key(owner: psycopg.Connection, schema: str, key: Key) -> None:
    """Give a table of the schema a key."""
    _run(
        owner,
        "ALTER TABLE {} ADD CONSTRAINT {} {}",
        sql.Identifier(schema, key.table),
        sql.Identifier(key.name),
        sql.SQL(key.definition),
    )


def _keys(owner: psycopg.Connection, spread: Mapping[str, str], *, kinds: str) -> list[Key]:
    rows = owner.execute(_KEYS, {"tables": list(spread), "kinds": list(kinds)}).fetchall()
    return [Key(*row) for row in rows]


def _run(owner: psycopg.Connection, statement: str, *parts: sql.Composable) -> None:
    owner.execute(sql.SQL(statement).format(*parts))
