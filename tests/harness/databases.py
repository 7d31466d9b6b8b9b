"""Fixtures for databases. All tests speak as the application's role; tampering needs `owner_connection`."""

import os
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field

import psycopg
import pytest
from django.db import connection, connections, transaction
from pytest_django import DjangoDbBlocker

from pointclub.jobs.database.access import connected_as
from tests.harness.servers import TestServer, running_test_server


@dataclass(frozen=True)
class FreshDatabase:
    """A database of one test's own, which it may commit to and reach from many connections."""

    name: str
    application_url: str = field(repr=False)
    owner_url: str = field(repr=False)


@pytest.fixture(scope="session")
def database_server() -> Iterator[TestServer]:
    """Give the server that all processes of this run share."""
    with running_test_server() as server:
        yield server


@pytest.fixture(scope="session")
def template_database(database_server: TestServer, django_db_blocker: DjangoDbBlocker) -> str:
    """Give the name of the migrated, granted and otherwise empty database."""
    with django_db_blocker.unblock():
        return database_server.build_template()


@pytest.fixture(scope="session")
def django_db_setup(
    database_server: TestServer, template_database: str, django_db_blocker: DjangoDbBlocker
) -> Iterator[None]:
    """Give this process its copy of the template; pytest-django's `db` rolls each test back in it."""
    name = _new_name("worker")
    database_server.clone_template(template_database, name)
    with django_db_blocker.unblock(), connected_as(database_server.application_url_of(name)):
        django_db_blocker.block()
        yield
        django_db_blocker.restore()
    database_server.drop(name)


@pytest.fixture
def fresh_database(
    database_server: TestServer, template_database: str, django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[FreshDatabase]:
    """Give a database of the test's own and point Django to it, in every thread. Not together with `db`."""
    name = _new_name("fresh")
    database_server.clone_template(template_database, name)
    database = FreshDatabase(name, database_server.application_url_of(name), database_server.owner_url_of(name))
    with django_db_blocker.unblock(), connected_as(database.application_url):
        yield database
        connections.close_all()
    database_server.drop(name)


@pytest.fixture
def owner_connection(fresh_database: FreshDatabase) -> Iterator[psycopg.Connection]:
    """Give the owner's own connection to the fresh database, each statement committed at once."""
    with psycopg.connect(fresh_database.owner_url, autocommit=True) as connection:
        yield connection


@pytest.fixture
def as_owner(django_db_setup: None, database_server: TestServer, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Speak as the owner of the tables, who alone can change what was written; nothing of it stays."""
    address = database_server.owner_url_of(str(connection.settings_dict["NAME"]))
    with django_db_blocker.unblock(), connected_as(address), transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.fixture
def owned_database(fresh_database: FreshDatabase, django_db_blocker: DjangoDbBlocker) -> Iterator[FreshDatabase]:
    """Speak as the owner of a database of the test's own: very many rows leave nothing behind for others to read."""
    with django_db_blocker.unblock(), connected_as(fresh_database.owner_url):
        yield fresh_database


def _new_name(purpose: str) -> str:
    return f"test_{purpose}_{os.getpid()}_{uuid.uuid4().hex[:8]}"
