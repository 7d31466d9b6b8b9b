"""The interface as a process of its own, over a database that the tests of one module share."""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterator

import pytest
from django.db import connections
from pytest_django import DjangoDbBlocker

from pointclub.jobs.database.access import connected_as
from tests.factories.club import Club
from tests.factories.tills import Shop, open_shop
from tests.harness.databases import FreshDatabase
from tests.harness.interface import Interface, running_interface
from tests.harness.servers import TestServer


@pytest.fixture(scope="module")
def interface(
    database_server: TestServer, template_database: str, django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[Interface]:
    name = f"test_client_{os.getpid()}_{uuid.uuid4().hex[:8]}"
    database_server.clone_template(template_database, name)
    database = FreshDatabase(name, database_server.application_url_of(name), database_server.owner_url_of(name))
    with django_db_blocker.unblock(), connected_as(database.application_url):
        with running_interface(database) as interface:
            yield interface
        connections.close_all()
    database_server.drop(name)


@pytest.fixture
def shop(interface: Interface) -> Shop:
    return open_shop(Club())
