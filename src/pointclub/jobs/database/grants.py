"""What the application's role may do. Everything is revoked first, so a right that is not written here is not held."""

from django.apps import apps
from django.db import transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.utils import CursorWrapper
from django.db.models import Model
from psycopg import sql

from pointclub.foundation.refusals import Refusal

MIGRATION_RECORD = "django_migrations"
ANY_CHANGE = "SELECT, INSERT, UPDATE, DELETE"
NO_REMOVAL = "SELECT, INSERT, UPDATE"
GROWTH_ONLY = "SELECT, INSERT"
GROWTH_AND_REMOVAL = "SELECT, INSERT, DELETE"
READING = "SELECT"
_TABLES = """
    SELECT relname, relkind FROM pg_class
    WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p', 'v', 'm', 'f')
      AND pg_has_role(current_user, relowner, 'USAGE')
    ORDER BY relname
"""


class MissingRightError(Refusal):
    """The owner cannot give the application a right that it needs."""

    code = "missing_right"


def insert_only_tables() -> set[str]:
    """Return the tables of the models that say `insert_only = True` of themselves."""
    return {model._meta.db_table for model in apps.get_models() if getattr(model, "insert_only", False)}


def own_models() -> dict[str, type[Model]]:
    """Return the models of this project by table; the others are those of libraries."""
    return {model._meta.db_table: model for model in apps.get_models() if model.__module__.startswith("pointclub.")}


def rights_on(table: str, *, kind: str = "r") -> str:
    """Return the application's rights on a table.

    Only sessions and jobs, which are libraries' tables, are ever deleted, and the rows of models that say
    `is_forgotten_in_time`; nobody but the owner truncates. A model that names its `changeable_columns` can be changed
    in those alone, so that what was asked for cannot be rewritten.
    """
    if table == MIGRATION_RECORD or kind in {"v", "m"}:
        return READING
    model = own_models().get(table)
    if model is None:
        return ANY_CHANGE
    if getattr(model, "insert_only", False):
        return GROWTH_ONLY
    if getattr(model, "is_forgotten_in_time", False):
        return GROWTH_AND_REMOVAL
    columns = getattr(model, "changeable_columns", None)
    return f"{GROWTH_ONLY}, UPDATE ({', '.join(columns)})" if columns else NO_REMOVAL


def grant_application_rights(connection: BaseDatabaseWrapper, *, role: str) -> None:
    """Give the application's role its rights on all that the connected owner owns, and take away all others."""
    application = sql.Identifier(role)
    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        for statement in (
            "REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {}",
            "REVOKE ALL ON ALL SEQUENCES IN SCHEMA public FROM {}",
            "GRANT USAGE ON SCHEMA public TO {}",
            "GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {}",
        ):
            cursor.execute(sql.SQL(statement).format(application))
        _grant_temporary_tables(cursor, application, role)
        cursor.execute(_TABLES)
        for table, kind in cursor.fetchall():
            grant = sql.SQL("GRANT {} ON {} TO {}")
            cursor.execute(
                grant.format(sql.SQL(rights_on(table, kind=kind)), sql.Identifier("public", table), application)
            )


def _grant_temporary_tables(cursor: CursorWrapper, application: sql.Identifier, role: str) -> None:
    """Grant the right to the temporary table in which the balance update stages what it posts.

    Hardened servers take it from everybody.
    """
    held = "SELECT has_database_privilege(%s, current_database(), 'TEMPORARY'), current_database()"
    cursor.execute(held, [role])
    may, database = cursor.fetchone()
    if may:
        return
    cursor.execute(sql.SQL("GRANT TEMPORARY ON DATABASE {} TO {}").format(sql.Identifier(database), application))
    cursor.execute(held, [role])
    if not cursor.fetchone()[0]:
        message = (
            f"The balance update needs temporary tables, and this role cannot grant them. As the database's owner: "
            f"GRANT TEMPORARY ON DATABASE {database} TO {role};"
        )
        raise MissingRightError(message)
