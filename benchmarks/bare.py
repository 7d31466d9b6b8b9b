"""The yardstick of the nightly runs: the rows that a run wrote, written again with nothing computed.

A run of ours is done once in a copy of the database, and the rows that it wrote are kept. A bare round writes them into
another copy as it was before: the same tables, keys, constraints and indexes, by INSERT … SELECT and UPDATE … FROM the
kept rows, in transactions of as many accounts as ours has. It locks, hashes, groups and looks up nothing.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import psycopg
from django.db import connection, models, transaction
from psycopg import sql

from benchmarks.bench import Bench

ACCOUNTS_AT_A_TIME = 1_000
_CHUNKS = """
CREATE TABLE kept.chunk AS
SELECT id AS account_id, (row_number() OVER (ORDER BY id) - 1) / {} AS chunk FROM points_account
"""


@dataclass(frozen=True)
class Rows:
    """Rows of one table that a run wrote: those that it added, or, where columns are named, those that it changed."""

    table: str
    account: str
    where: str
    changed: Sequence[str] = ()

    @property
    def kept(self) -> str:
        """The name of the table that keeps them."""
        return f"kept.{self.table}_{'changed' if self.changed else 'added'}"


def added(model: type[models.Model], where: str) -> Rows:
    """Return the rows that a run added to an account's table."""
    return Rows(model._meta.db_table, "account_id", where)


def changed(
    model: type[models.Model], columns: Sequence[str], where: str = "true", *, account: str = "account_id"
) -> Rows:
    """Return the rows in which a run changed some columns."""
    return Rows(model._meta.db_table, account, where, columns)


def keep_rows(bench: Bench, rows: Sequence[Rows], *, after: str, before: str) -> None:
    """Carry what a run wrote from the database in which it was done into the one as it was before."""
    role = sql.Identifier(bench.server.application_role)
    with (
        psycopg.connect(bench.server.owner_url(after)) as source,
        psycopg.connect(bench.server.owner_url(before)) as target,
    ):
        target.execute("CREATE SCHEMA kept")
        target.execute(sql.SQL("GRANT USAGE ON SCHEMA kept TO {}").format(role))
        for connection_ in (source, target):
            if connection_ is source:
                source.execute("CREATE SCHEMA kept")
            connection_.execute(_CHUNKS.format(ACCOUNTS_AT_A_TIME).encode())
        for each in rows:
            for connection_, limit in ((source, ""), (target, "WITH NO DATA")):
                connection_.execute(_keeping(each, limit).encode())
            reading, writing = source.cursor(), target.cursor()
            with (
                reading.copy(f"COPY {each.kept} TO STDOUT".encode()) as out,
                writing.copy(f"COPY {each.kept} FROM STDIN".encode()) as into,
            ):
                for data in out:
                    into.write(data)
            target.execute(f"CREATE INDEX ON {each.kept} (chunk)".encode())
        target.execute(sql.SQL("GRANT SELECT ON ALL TABLES IN SCHEMA kept TO {}").format(role))
        source.rollback()


def write_bare(rows: Sequence[Rows]) -> float:
    """Write the kept rows, chunk by chunk, in the database in use; return the seconds."""
    writing = [_writing(each) for each in rows]
    with connection.cursor() as cursor:
        cursor.execute("SELECT max(chunk) FROM kept.chunk")
        (last,) = cursor.fetchone()
        # Whatever the planner believes: rows are found by their key, and no table is read whole for a chunk of it.
        cursor.execute("SET enable_hashjoin = off; SET enable_mergejoin = off")
        began = time.monotonic()
        for chunk in range(last + 1):
            with transaction.atomic():
                for statement in writing:
                    cursor.execute(statement, [chunk])
    return time.monotonic() - began


def columns_of(table: str) -> Sequence[str]:
    """Return the columns of one of our tables."""
    from django.apps import apps

    by_table: Mapping[str, type[models.Model]] = {model._meta.db_table: model for model in apps.get_models()}
    return [field.column for field in by_table[table]._meta.local_concrete_fields]


def _keeping(rows: Rows, limit: str) -> str:
    columns = rows.changed or columns_of(rows.table)
    named = [rows.account, *(["id"] if rows.account != "id" else []), *rows.changed] if rows.changed else columns
    return (
        f"CREATE TABLE {rows.kept} AS SELECT {', '.join(f'written.{name}' for name in named)}, chunk.chunk "
        f"FROM (SELECT * FROM {rows.table} WHERE {rows.where}) AS written "
        f"JOIN kept.chunk ON chunk.account_id = written.{rows.account} ORDER BY chunk.chunk {limit}"
    )


def _writing(rows: Rows) -> str:
    if not rows.changed:
        columns = ", ".join(columns_of(rows.table))
        return f"INSERT INTO {rows.table} ({columns}) SELECT {columns} FROM {rows.kept} WHERE chunk = %s"
    setting = ", ".join(f"{column} = kept.{column}" for column in rows.changed)
    key = " AND ".join(f"standing.{name} = kept.{name}" for name in dict.fromkeys((rows.account, "id")))
    return f"UPDATE {rows.table} AS standing SET {setting} FROM {rows.kept} AS kept WHERE kept.chunk = %s AND {key}"
