"""A fresh database on the server in use, so that nothing else is touched."""

import os
import urllib.parse
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import psycopg
from django.core.management import call_command
from django.db import connection
from psycopg import sql

from pointclub.jobs.database import grants
from pointclub.jobs.database.access import connected_as

_PREFIX = "pointclub_groceries_"


@dataclass(frozen=True)
class OwnDatabase:
    """A database and the application's way into it, also for other processes."""

    name: str
    application_url: str = field(repr=False)


@contextmanager
def fresh_database(purpose: str) -> Iterator[OwnDatabase]:
    """Make a database, point Django to it as the application, and drop it; after an error it stays to be looked at."""
    owner_url, application_url = os.environ["DATABASE_OWNER_URL"], os.environ["DATABASE_URL"]
    _drop_leftovers(owner_url)
    name = f"{_PREFIX}{purpose}_{os.getpid()}"
    with psycopg.connect(owner_url, autocommit=True) as owner:
        owner.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    with connected_as(_in(name, owner_url)):
        call_command("migrate", verbosity=0, interactive=False)
        grants.grant_application_rights(connection, role=urllib.parse.urlsplit(application_url).username or "")
    with connected_as(_in(name, application_url)):
        yield OwnDatabase(name, _in(name, application_url))
    _drop(name, owner_url)


def _drop(name: str, owner_url: str) -> None:
    with psycopg.connect(owner_url, autocommit=True) as owner:
        owner.execute(sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(name)))


def _drop_leftovers(owner_url: str) -> None:
    """Drop what runs on this machine left behind that have ended since."""
    with psycopg.connect(owner_url, autocommit=True) as owner:
        found = owner.execute("SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [_PREFIX]).fetchall()
    for (name,) in found:
        if not _is_alive(int(name.rpartition("_")[2])):
            _drop(name, owner_url)


def _is_alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _in(name: str, url: str) -> str:
    return urllib.parse.urlsplit(url)._replace(path=f"/{name}").geturl()
