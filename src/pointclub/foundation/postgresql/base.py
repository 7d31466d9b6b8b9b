"""The backend itself; Django looks for it in a module of this name."""

from django.db.backends.postgresql import base, features, operations, schema


class DatabaseOperations(operations.DatabaseOperations):
    """SQL as PostgreSQL's, without deferring."""

    def deferrable_sql(self) -> str:
        """Return nothing, so that each foreign key is checked by the statement that touches it."""
        return ""


class DatabaseFeatures(features.DatabaseFeatures):
    """Tells Django to delete and load rows in the order that immediate keys ask for.

    Django would find out about transactions by making a table, which the application's role may not.
    """

    supports_transactions = True
    can_defer_constraint_checks = False
    supports_forward_references = False


class DatabaseSchemaEditor(schema.DatabaseSchemaEditor):
    """Migrations without `SET CONSTRAINTS`, which PostgreSQL refuses for a key that is not deferrable."""

    sql_create_column_inline_fk = "CONSTRAINT %(name)s REFERENCES %(to_table)s(%(to_column)s)%(deferrable)s"
    sql_delete_fk = "ALTER TABLE %(table)s DROP CONSTRAINT %(name)s"


class DatabaseWrapper(base.DatabaseWrapper):
    """A connection whose migrations make non-deferrable keys."""

    ops_class = DatabaseOperations
    features_class = DatabaseFeatures
    SchemaEditorClass = DatabaseSchemaEditor
