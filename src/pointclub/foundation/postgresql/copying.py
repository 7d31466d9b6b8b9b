"""Writing many rows of one table at once, by COPY: about three times as fast as INSERT through the ORM."""

import enum
from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection, models
from psycopg import sql


def copy_rows(rows: Sequence[models.Model]) -> None:
    """Write new rows of one model, in the transaction that is open; every column comes from the row as it stands.

    What the database refuses is raised as Django raises it elsewhere.
    """
    if not rows:
        return
    names = [field.attname for field in rows[0]._meta.local_concrete_fields]
    copy_values(type(rows[0]), names, ([_plain(getattr(row, name)) for name in names] for row in rows))


def copy_values(model: type[models.Model], names: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Write rows given as plain values in the order of the names, which are all of the model's."""
    columns = {field.attname: field.column for field in model._meta.local_concrete_fields}
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(
        sql.Identifier(model._meta.db_table),
        sql.SQL(", ").join(sql.Identifier(columns[name]) for name in names),
    )
    with connection.wrap_database_errors, connection.cursor() as cursor, cursor.copy(statement) as copy:
        for row in rows:
            copy.write_row(row)


def _plain(value: Any) -> Any:
    return value.value if isinstance(value, enum.Enum) else value
