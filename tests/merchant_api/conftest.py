"""The merchants' interface on loopback, over a database that the tests of one module share and commit to."""

import os
import socket
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import pytest
from django.db import connections
from pytest_django import DjangoDbBlocker

from pointclub.jobs.database.access import connected_as
from pointclub.merchant_api.app import make_app
from pointclub.merchant_api.reception import Application
from pointclub.merchant_api.server import PatientServer, configure
from tests.factories.club import Club
from tests.factories.tills import Shop, open_shop
from tests.harness.loopback import NO_AUTHORITIES
from tests.harness.servers import TestServer


@contextmanager
def served(app: Application | None = None) -> Iterator[str]:
    """Serve the interface from a thread of this process, and stop it in order."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port = listener.getsockname()[1]
        server = PatientServer(configure(app or make_app(), host="127.0.0.1", port=port))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, name="merchant_api")
        thread.start()
        while not server.started:
            assert thread.is_alive()
            time.sleep(0.01)
        try:
            yield f"http://127.0.0.1:{port}"
        finally:
            server.should_exit = True
            thread.join(timeout=20)
        assert not thread.is_alive()


@pytest.fixture(scope="module")
def shared_database(
    database_server: TestServer,
    template_database: str,
    django_db_setup: None,
    django_db_blocker: DjangoDbBlocker,
) -> Iterator[None]:
    """Point Django to a database of the module's own, in every thread: what one test commits, the server sees."""
    name = f"test_tills_{os.getpid()}_{uuid.uuid4().hex[:8]}"
    database_server.clone_template(template_database, name)
    with django_db_blocker.unblock(), connected_as(database_server.application_url_of(name)):
        yield
        connections.close_all()
    database_server.drop(name)


@pytest.fixture(scope="module")
def address(shared_database: None) -> Iterator[str]:
    with served() as address:
        yield address


@pytest.fixture(scope="module")
def club(shared_database: None) -> Club:
    return Club()


@pytest.fixture
def shop(club: Club) -> Shop:
    return open_shop(club)


@pytest.fixture
def till(address: str, shop: Shop) -> Iterator[httpx.Client]:
    """Give a till of the shop that may do everything, and whose people read English."""
    with till_of(address, shop.secret) as client:
        yield client


@contextmanager
def till_of(address: str, secret: str) -> Iterator[httpx.Client]:
    """Give a client that authenticates with the secret."""
    headers = {"authorization": f"Bearer {secret}", "accept-language": "en"}
    with httpx.Client(base_url=address, headers=headers, timeout=20, verify=NO_AUTHORITIES) as client:
        yield client
