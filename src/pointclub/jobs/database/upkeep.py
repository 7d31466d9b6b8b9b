"""What the owner does to the database: migrations and grants."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from pointclub.foundation.refusals import Refusal
from pointclub.jobs.database import grants
from pointclub.jobs.database.access import connected_as


class OwnerUnknownError(Refusal):
    """Only the owner may do this, and nobody has said who that is."""

    code = "owner_unknown"


@contextmanager
def as_owner() -> Iterator[str]:
    """Speak as the owner for the length of the block, and give the name of the application's role."""
    url = settings.ENVIRONMENT.database_owner_url
    if url is None:
        message = "Set DATABASE_OWNER_URL: migrations and grants are made by the owner of the tables."
        raise OwnerUnknownError(message)
    application_role: str = connection.settings_dict["USER"]
    with connected_as(url):
        yield application_role


def migrate_and_grant() -> int:
    """Apply what migrations are missing, grant the application its rights, and return how many were applied."""
    with as_owner() as application_role:
        executor = MigrationExecutor(connection)
        missing = len(executor.migration_plan(executor.loader.graph.leaf_nodes()))
        if missing:
            call_command("migrate", verbosity=0, interactive=False)
        grants.grant_application_rights(connection, role=application_role)
    return missing


def grant() -> None:
    """Grant the application its rights anew."""
    with as_owner() as application_role:
        grants.grant_application_rights(connection, role=application_role)
