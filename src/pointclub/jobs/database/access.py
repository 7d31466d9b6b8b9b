"""Which database a command works on, and as whom."""

import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import psycopg
from django.db import connection

import pointclub
from pointclub import embedded
from pointclub.config.environment import Environment
from pointclub.foundation.postgresql.address import connection_settings
from pointclub.foundation.refusals import UnavailableError


def checkout() -> Path:
    """Return the folder that the project was checked out to, or, installed elsewhere, the one we are in."""
    folder = Path(pointclub.__file__).parents[2]
    return folder if (folder / "pyproject.toml").exists() else Path.cwd()


def server_home(environment: Environment) -> Path:
    """Return the folder of the embedded server."""
    return environment.data_dir or embedded.default_home(checkout())


def uses_embedded_server(environment: Environment) -> bool:
    """Tell whether no server of the operator's own is named."""
    return environment.database_url is None


def answers(url: str) -> bool:
    """Tell whether a server lets us in at that address."""
    try:
        psycopg.connect(url, connect_timeout=5).close()
    except psycopg.OperationalError:
        return False
    return True


def open_database(environment: Environment, stack: ExitStack, *, create: bool = False) -> embedded.Server | None:
    """Put a database's addresses into the environment, for Django and for the processes started from here.

    The embedded server is kept up until the stack closes. Unless `create`, one that was never set up is not made.
    """
    if not uses_embedded_server(environment):
        return None
    home = server_home(environment)
    if not create and not (home / "passwords.json").exists():
        message = "There is no database yet: run `make demo` or `pointclub db migrate`, or set DATABASE_URL."
        raise UnavailableError(message)
    server = stack.enter_context(embedded.running_server(home))
    os.environ["DATABASE_URL"] = server.application_url
    os.environ["DATABASE_OWNER_URL"] = server.owner_url
    return server


@contextmanager
def connected_as(url: str) -> Iterator[None]:
    """Let Django's connection speak for another role, or to another database, for the length of the block."""
    before = dict(connection.settings_dict)
    connection.close()
    connection.settings_dict.update(connection_settings(url))
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict.clear()
        connection.settings_dict.update(before)
