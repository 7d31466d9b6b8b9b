"""What PostgreSQL itself says of the migrated database."""

from dataclasses import dataclass

from django.db import connection

_UNIQUE = """
SELECT indrelid::regclass::text, indexrelid::regclass::text, indisprimary,
       ARRAY(SELECT pg_get_indexdef(indexrelid, place, true) FROM generate_series(1, indnkeyatts) AS place)
FROM pg_index JOIN pg_class ON pg_class.oid = indrelid
WHERE indisunique AND relnamespace = 'public'::regnamespace AND NOT relispartition
"""

_FOREIGN = """
SELECT conrelid::regclass::text, conname::text, confrelid::regclass::text, condeferrable,
       ARRAY(SELECT attname::text FROM unnest(conkey) WITH ORDINALITY AS key (number, place)
             JOIN pg_attribute ON attrelid = conrelid AND attnum = number ORDER BY place),
       ARRAY(SELECT attname::text FROM unnest(confkey) WITH ORDINALITY AS key (number, place)
             JOIN pg_attribute ON attrelid = confrelid AND attnum = number ORDER BY place)
FROM pg_constraint WHERE contype = 'f' AND connamespace = 'public'::regnamespace AND conparentid = 0
"""


@dataclass(frozen=True, slots=True)
class UniqueKey:
    """A primary key or another index that lets nothing in twice."""

    table: str
    name: str
    is_primary: bool
    columns: tuple[str, ...]

    def __str__(self) -> str:
        """Show it as it would be declared."""
        return f"{self.table} ({', '.join(self.columns)})"


@dataclass(frozen=True, slots=True)
class ForeignKey:
    """A key to another table, with its columns in their order."""

    table: str
    name: str
    target: str
    is_deferrable: bool
    columns: tuple[str, ...]
    target_columns: tuple[str, ...]

    def __str__(self) -> str:
        """Show it as it would be declared."""
        return f"{self.table} ({', '.join(self.columns)}) -> {self.target} ({', '.join(self.target_columns)})"


def unique_keys() -> list[UniqueKey]:
    with connection.cursor() as cursor:
        cursor.execute(_UNIQUE)
        return [UniqueKey(table, name, primary, tuple(columns)) for table, name, primary, columns in cursor.fetchall()]


def foreign_keys() -> list[ForeignKey]:
    with connection.cursor() as cursor:
        cursor.execute(_FOREIGN)
        return [
            ForeignKey(table, name, target, deferrable, tuple(columns), tuple(target_columns))
            for table, name, target, deferrable, columns, target_columns in cursor.fetchall()
        ]
