"""What must hold of the database connection before members are served."""

import sys

from django.apps import apps
from django.conf import settings
from django.db import connection

from pointclub.foundation.refusals import Refusal

_OWNED_TABLES = """
    SELECT count(*) FROM pg_class
    WHERE relkind IN ('r', 'p') AND relnamespace = current_schema()::regnamespace
      AND pg_has_role(current_user, relowner, 'MEMBER')
"""
_RIGHTS_OVER_THE_BOOKS = """
    SELECT relname, string_agg(asked, ', ' ORDER BY asked) FROM pg_class,
      unnest(ARRAY['UPDATE', 'DELETE', 'TRUNCATE']) AS asked
    WHERE relkind IN ('r', 'p') AND relnamespace = current_schema()::regnamespace
      AND relname = ANY(%s) AND has_table_privilege(oid, asked)
    GROUP BY relname ORDER BY relname
"""


class UnsafeStartError(Refusal):
    """The application would hold rights with which it could rewrite the books."""

    code = "unsafe_start"


def find_excess_rights() -> list[str]:
    """Return in words what the connected role may do and the application must not."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user, rolsuper FROM pg_roles WHERE rolname = current_user")
        role, is_superuser = cursor.fetchone()
        if is_superuser:
            return [f"The role {role} is a superuser."]
        cursor.execute(_OWNED_TABLES)
        (owned,) = cursor.fetchone()
        if owned:
            return [f"The role {role} owns {owned} tables, or belongs to their owner."]
        books = [model._meta.db_table for model in apps.get_models() if getattr(model, "insert_only", False)]
        cursor.execute(_RIGHTS_OVER_THE_BOOKS, [books])
        return [f"The role {role} holds {rights} on {table}." for table, rights in cursor.fetchall()]


def refuse_unsafe_start() -> None:
    """Refuse to serve with owner rights; while developing, say so and go on."""
    excess = find_excess_rights()
    if not excess:
        return
    advice = "Let DATABASE_URL name the application's role, and run `pointclub db grant` as the owner."
    message = "\n".join([*excess, advice])
    if settings.ENVIRONMENT.is_production:
        raise UnsafeStartError(message)
    sys.stderr.write(f"Warning: {message}\n")
