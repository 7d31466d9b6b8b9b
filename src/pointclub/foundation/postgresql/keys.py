"""Foreign keys that Django does not make: over two columns, or to a table whose model the other does not know."""

from django.db import migrations


def add_key(table: str, name: str, definition: str) -> migrations.RunSQL:
    """Return the operation that adds a foreign key, checked at once; ``definition`` is what follows FOREIGN KEY."""
    return migrations.RunSQL(
        f"ALTER TABLE {table} ADD CONSTRAINT {name} FOREIGN KEY {definition}",
        f"ALTER TABLE {table} DROP CONSTRAINT {name}",
    )
