"""Acts that are done at the same time leave whole chains, and do not stand in each other's way."""

from __future__ import annotations

import random
from collections.abc import Callable
from functools import partial
from threading import Barrier, Thread

import psycopg
import pytest
from django.db import connection

from pointclub.audit import queries
from pointclub.foundation import actors
from pointclub.foundation.acts import act
from pointclub.foundation.refusals import Refusal
from pointclub.membership import services as membership
from pointclub.membership.models import Member
from pointclub.merchants.models import Merchant
from pointclub.people import services as people
from pointclub.points import services as points
from tests.audit.acts import AT, differences, do
from tests.factories.club import OTHER_STAFF, STAFF, Club, approve, give_back, redeem, reverse, verified
from tests.harness.counts import count

pytestmark = pytest.mark.rule("STF-3")

_DEADLOCKS = "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()"


@pytest.mark.parametrize("is_first_act", [True, False])
def test_acts_of_one_actor_are_one_chain(fresh_database: object, is_first_act: bool) -> None:
    if not is_first_act:
        do()

    at_once([partial(one_after_the_other, [do] * 5)] * 8)

    (head,) = queries.audit_heads()
    assert head.sequence == 40 + (not is_first_act)
    assert differences() == []


def test_acts_that_name_several_actors_in_any_order_do_not_wait_in_a_ring(
    fresh_database: object, owner_connection: psycopg.Connection
) -> None:
    @act
    def several(names: tuple[str, ...]) -> None:
        for name in names:
            do(actor=actors.staff(name))

    orders = [("a", "b", "c"), ("c", "b", "a"), ("b", "c", "a")]
    at_once([partial(one_after_the_other, [partial(several, order)] * 10) for order in orders * 2])

    assert [(head.chain, head.sequence) for head in queries.audit_heads()] == [
        (f"staff:{name}", 60) for name in ("a", "b", "c")
    ]
    assert differences() == []
    assert deadlocks(owner_connection) == 0


@pytest.mark.parametrize("seed", range(count(quick=2, deep=30)))
def test_acts_on_the_same_accounts_by_the_same_staff_hold_nobody_up(
    fresh_database: object, owner_connection: psycopg.Connection, seed: int
) -> None:
    club = Club()
    members, shop = [club.member() for _ in range(3)], club.merchant()
    for member in members:
        club.open_balance(member, {"2026-12-31": 1_000}, at=AT)
        club.buy(member, shop, 10_000, at=AT, reference=member.number)
    before = entries()
    dice = random.Random(seed)  # noqa: S311 -- A schedule that can be repeated, not a secret.
    done: list[str] = []

    at_once([partial(one_after_the_other, [drawn(dice, members, shop, done) for _ in range(8)]) for _ in range(6)])

    assert done
    assert entries() - before >= len(done)
    assert verified() == []
    assert deadlocks(owner_connection) == 0


def drawn(dice: random.Random, members: list[Member], shop: Merchant, done: list[str]) -> Callable[[], None]:
    """Return an act drawn by lot, which says that it was done unless a rule refused it."""
    one, other = dice.sample(members, 2)
    name = dice.choice(["redeem and return", "transfer", "reverse", "admit and transfer"])

    def try_it() -> None:
        try:
            match name:
                case "redeem and return":
                    give_back(one, redeem(one, 50, at=AT), 1, at=AT)
                case "transfer":
                    transfer(one, other)
                case "reverse":
                    reverse(shop, one.number, at=AT, yen=100)
                case _:
                    admit_and_transfer(one)
        except Refusal:
            return
        done.append(name)

    return try_it


def transfer(giver: Member, taker: Member) -> None:
    asked = points.request_transfer(
        from_account_id=giver.membership.account_id,
        to_account_id=taker.membership.account_id,
        points=10,
        reason="相続",
        at=AT,
        actor=STAFF,
    )
    approve(asked, at=AT)


@act
def admit_and_transfer(giver: Member) -> None:
    """Record something before an account is locked, as acts made up of others do."""
    person = people.record_person(name="試験 相続人", at=AT, actor=OTHER_STAFF)
    transfer(giver, membership.admit(person=person, at=AT, actor=STAFF))


def entries() -> int:
    return sum(head.sequence for head in queries.audit_heads())


def deadlocks(owner: psycopg.Connection) -> int:
    """Return how often PostgreSQL had to undo one of two that waited for each other; it counts when a session ends."""
    connection.close()
    (number,) = owner.execute(_DEADLOCKS).fetchone() or (-1,)
    return int(number)


def at_once(acts: list[Callable[[], object]]) -> None:
    """Do all acts at the same time, each over a connection of its own; a surprise fails the test."""
    barrier = Barrier(len(acts))
    surprises: list[BaseException] = []

    def run(each: Callable[[], object]) -> None:
        barrier.wait()
        try:
            each()
        except BaseException as surprise:  # noqa: BLE001 -- Handed to the test, which fails by it.
            surprises.append(surprise)
        finally:
            connection.close()

    threads = [Thread(target=run, args=(each,)) for each in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert surprises == []


def one_after_the_other(acts: list[Callable[[], object]]) -> None:
    for each in acts:
        each()
