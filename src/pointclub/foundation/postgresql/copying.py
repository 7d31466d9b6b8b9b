"""Writing many rows of one table at once, by COPY: about three times as fast as INSERT through the ORM."""

import datetime as dt
import enum
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from django.db import connection, models
from psycopg import Copy, sql

Value = str | int | bool | UUID | dt.date | dt.datetime | None


def copy_rows(rows: Sequence[models.Model]) -> None:
    """Write new rows of one model, in the transaction that is open; every column comes from the row as it stands.

    What the database refuses is raised as Django raises it elsewhere.
    """
    if not rows:
        return
    names = [field.attname for field in rows[0]._meta.local_concrete_fields]
    with _copying(type(rows[0]), names) as copy:
        for row in rows:
            copy.write_row([_plain(getattr(row, name)) for name in names])


def copy_values(model: type[models.Model], names: Sequence[str], rows: Iterable[Iterable[Value]]) -> None:
    """Write rows of plain values in the order of the names, which are all of the model's.

    What is written is text that Python makes of the values, which for these types is what PostgreSQL reads; the driver
    would take two to three times as long to find that out value by value.
    """
    lines = [
        "\t".join(
            [escaped(value) if type(value) is str else "\\N" if value is None else str(value) for value in values]
        )
        for values in rows
    ]
    if lines:
        with _copying(model, names) as copy:
            copy.write("\n".join(lines) + "\n")


def escaped(text: str) -> str:
    """Return the text as it stands in COPY's text format, where a backslash and the ends of cells and lines count."""
    if "\\" in text:
        text = text.replace("\\", "\\\\")
    return text if text.isprintable() else text.replace("\t", "\\t").replace("\n", "\\n").replace("\r", "\\r")


@contextmanager
def _copying(model: type[models.Model], names: Sequence[str]) -> Iterator[Copy]:
    columns = {field.attname: field.column for field in model._meta.local_concrete_fields}
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(
        sql.Identifier(model._meta.db_table),
        sql.SQL(", ").join(sql.Identifier(columns[name]) for name in names),
    )
    with connection.wrap_database_errors, connection.cursor() as cursor, cursor.copy(statement) as copy:
        yield copy


def _plain(value: Any) -> Any:
    return value.value if isinstance(value, enum.Enum) else value
