"""The merchants' interface over a database of the test's own, on loopback, with merchants who have keys."""

import socket
import threading
import time
from collections.abc import Iterator

import httpx
import pytest

from pointclub.merchant_api.app import make_app
from pointclub.merchant_api.server import PatientServer, configure
from tests.factories.club import Club
from tests.factories.tills import Shop, open_shop
from tests.harness.databases import FreshDatabase


@pytest.fixture
def club(fresh_database: FreshDatabase) -> Club:
    return Club()


@pytest.fixture
def shop(club: Club) -> Shop:
    return open_shop(club)


@pytest.fixture
def address(fresh_database: FreshDatabase) -> Iterator[str]:
    """Serve the interface, and stop it in order."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port = listener.getsockname()[1]
        server = PatientServer(configure(make_app(), host="127.0.0.1", port=port))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, name="merchant_api")
        thread.start()
        while not server.started:
            assert thread.is_alive()
            time.sleep(0.01)
        yield f"http://127.0.0.1:{port}"
        server.should_exit = True
        thread.join(timeout=20)
        assert not thread.is_alive()


@pytest.fixture
def till(address: str, shop: Shop) -> Iterator[httpx.Client]:
    """Give a till of the shop that may do everything."""
    with httpx.Client(base_url=address, headers={"authorization": f"Bearer {shop.secret}"}) as client:
        yield client
