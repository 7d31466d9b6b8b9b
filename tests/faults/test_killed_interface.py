"""Killed without warning under load: what was acknowledged is there, and nothing is there twice (ACC-6, ACC-8)."""

from __future__ import annotations

import itertools
import random
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

import pytest
from django.db import connections
from pytest_django import DjangoDbBlocker

from pointclub.earning.models import Accrual
from pointclub.foundation import clock
from pointclub.jobs.database.access import connected_as
from pointclub.membership.models import Member
from pointclub_client import AccrualRequest, Client, Patience, UnknownOutcomeError, new_key
from tests.factories.club import Club, verified
from tests.factories.tills import issue_key
from tests.faults.journal import Booked, Findings, Slip, Tills, compare
from tests.harness.counts import count
from tests.harness.cutting_proxy import Cut, cutting_proxy
from tests.harness.databases import FreshDatabase
from tests.harness.durable_server import DurableServer, running_durable_server
from tests.harness.interface import Interface, running_interface
from tests.harness.waiting import wait_until

pytestmark = pytest.mark.rule("ACC-6", "ACC-8", "I8", "I9")

KILLS = count(quick=6, deep=200)
_TILLS = 6
_NOTHING = Findings([], [], [])
# Long enough for a pause that the interface asks for, and too short for its whole absence.
_PATIENCE = Patience(try_seconds=5, total_seconds=1.5, longest_pause_seconds=0.3)
_AGAIN_AT_ONCE = Patience(first_pause_seconds=0.001, longest_pause_seconds=0.001)
# The log stays in memory until somebody waits for it, or these ten seconds are over.
_LAZY = {
    "wal_writer_delay": "10s",
    "wal_writer_flush_after": "1GB",
    "wal_buffers": "64MB",
    "autovacuum": "off",
    "checkpoint_timeout": "1h",
}


@dataclass
class Shop:
    """A club with one merchant, over one database of the durable server."""

    club: Club
    members: list[Member]
    secret: str


@pytest.fixture(scope="module")
def durable_server(
    tmp_path_factory: pytest.TempPathFactory, django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[DurableServer]:
    with running_durable_server(tmp_path_factory.mktemp("durable")) as server:
        yield server


@pytest.fixture
def durable_database(durable_server: DurableServer, django_db_blocker: DjangoDbBlocker) -> Iterator[FreshDatabase]:
    """Give a database of the test's own there, and point Django to it."""
    databases = durable_server.databases
    with django_db_blocker.unblock():
        template = databases.build_template()
        name = f"test_faults_{random.randrange(10**9)}"  # noqa: S311 -- A name.
        databases.clone_template(template, name)
        database = FreshDatabase(name, databases.application_url_of(name), databases.owner_url_of(name))
        with connected_as(database.application_url):
            yield database
            connections.close_all()


def test_what_was_acknowledged_is_there_once_after_any_kill(
    durable_server: DurableServer, durable_database: FreshDatabase
) -> None:
    seed = random.randrange(2**32)  # noqa: S311 -- What goes wrong, not a secret.
    dice = random.Random(seed)  # noqa: S311 -- What goes wrong, not a secret.
    shop = _open_shop()
    with running_interface(durable_database) as interface, _tills(interface.address, shop) as tills:
        with tills.selling(_TILLS):
            for number in range(KILLS):
                _wait_for_more(tills, dice.randint(5, 60))
                if number % 3 == 0:
                    _kill_interface(interface, tills)
                elif number % 3 == 1:
                    durable_server.kill_backend(durable_database.name)
                else:
                    # By turns all at once, when only what is in the log is left, and the first process alone, when the
                    # others find out by and by what has happened.
                    durable_server.kill(with_all_processes=number % 2 == 0)
                    durable_server.start()
            _wait_for_more(tills, 20)
        for slip in tills.journal:
            if not slip.is_settled:
                slip.settle(tills.client)

    assert any(isinstance(error, UnknownOutcomeError) for error in tills.given_up), "Nothing was killed under load."
    assert compare(tills.journal, _books()) == _NOTHING, f"seed {seed}"
    shop.club.update(at=clock.now())
    for member in shop.members:
        right = sum(slip.right_points for slip in tills.journal if slip.request.member_number == member.number)
        assert shop.club.balance(member, str(clock.today())).usable == right, f"seed {seed}"
    assert verified() == [], f"seed {seed}"


class TestTheCheckTurnsRed:
    def test_where_commits_are_acknowledged_before_they_are_kept(
        self, durable_server: DurableServer, durable_database: FreshDatabase
    ) -> None:
        """The server may keep to itself for ten seconds what it has acknowledged; killed as a whole it forgets that."""
        shop = _open_shop()
        careless = replace(
            durable_database,
            application_url=f"{durable_database.application_url}?options=-c%20synchronous_commit%3Doff",
        )
        with (
            durable_server.configured(**_LAZY),
            running_interface(careless) as interface,
            _tills(interface.address, shop) as tills,
            tills.selling(_TILLS),
        ):
            _wait_for_more(tills, 100)
            durable_server.kill(with_all_processes=True)
            durable_server.start()

        assert compare(tills.journal, _books()).lost

    def test_where_what_is_sent_again_reaches_the_server_as_something_new(self, fresh_database: FreshDatabase) -> None:
        """Every first answer is lost after its commit, and the client sends again as it does: under the same key."""
        shop = _open_shop()
        with running_interface(fresh_database) as interface:
            known = _sell_with_every_first_answer_lost(interface, shop, "known")
            renamed = _sell_with_every_first_answer_lost(interface, shop, "renamed", rewrite=_Renaming())

        books = _books()
        assert compare(known, [booked for booked in books if booked.reference.startswith("known")]) == _NOTHING
        findings = compare(
            renamed,
            [booked for booked in books if booked.reference.startswith("renamed")],
            slip_of=lambda reference: reference.replace("/", "-"),
        )
        assert set(findings.doubled) == {slip.number for slip in renamed}
        assert findings.lost == []
        assert set(findings.wrong) <= {slip.number for slip in renamed if slip.returned_yen}
        assert findings.wrong, "No return was counted twice."

    def test_where_a_reference_stands_in_the_books_twice(self) -> None:
        slip = Slip("slip-1", AccrualRequest(reference="slip-1", member_number="", price_yen=100))
        books = [Booked("slip-1", receipt_number, 1, 1) for receipt_number in ("1", "2")]

        assert compare([slip], books).doubled == ["slip-1"]


@dataclass
class _Renaming:
    """Makes of all that comes a second time a request that the server has never seen.

    A sale gets another key and another reference. A return names the sale by the reference that was answered, which is
    known, so it gets another key alone.
    """

    _seen: set[bytes] = field(default_factory=set)

    def __call__(self, request: bytes) -> bytes:
        head, _, body = request.partition(b"\r\n\r\n")
        (key,) = re.findall(rb"(?im)^idempotency-key: (.+?)\r?$", head)
        if key not in self._seen:
            self._seen.add(key)
            return request
        if head.startswith(b"POST /v1/accruals "):
            body = re.sub(rb'"reference":"renamed-', b'"reference":"renamed/', body)
        return head.replace(key, new_key().encode()) + b"\r\n\r\n" + body


def _sell_with_every_first_answer_lost(
    interface: Interface, shop: Shop, name: str, *, rewrite: Callable[[bytes], bytes] | None = None
) -> Sequence[Slip]:
    """Sell twenty times through a network that loses every other answer, and return the slips."""
    losses = itertools.cycle([Cut.BEFORE_ANSWER, Cut.NONE])
    with (
        cutting_proxy(interface.port, lambda: next(losses), rewrite=rewrite) as proxy,
        _tills(proxy.address, shop, _AGAIN_AT_ONCE, name=name) as tills,
    ):
        for _ in range(20):
            tills.new_slip().send(tills.client)
    return tills.journal


def _open_shop() -> Shop:
    club = Club()
    shop = Shop(club, [club.member() for _ in range(12)], issue_key(club, club.merchant()).secret)
    # The test's own connection would not outlive what is to come.
    connections.close_all()
    return shop


@contextmanager
def _tills(address: str, shop: Shop, patience: Patience = _PATIENCE, *, name: str = "slip") -> Iterator[Tills]:
    with Client(address, shop.secret, language="en", patience=patience) as client:
        yield Tills(client, [member.number for member in shop.members], name)


def _wait_for_more(tills: Tills, more: int) -> None:
    target = tills.settled + more
    wait_until(lambda: tills.settled >= target or tills.surprises, f"{more} more sales are settled")
    assert tills.surprises == []


def _kill_interface(interface: Interface, tills: Tills) -> None:
    """Kill it, and start it again when a till has lost its patience."""
    before = len(tills.given_up)
    interface.kill()
    wait_until(lambda: len(tills.given_up) > before or tills.surprises, "a till gives up")
    interface.start()


def _books() -> list[Booked]:
    return [
        Booked(accrual.reference, accrual.receipt_number, accrual.first_points, accrual.points)
        for accrual in Accrual.objects.all()
    ]
