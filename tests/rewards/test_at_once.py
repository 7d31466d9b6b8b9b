"""Applications at the same time, and one whose connection is lost: each stands whole or not at all."""

from __future__ import annotations

from threading import Barrier, Thread

import pytest
from django.db import OperationalError, connection

from pointclub.foundation.acts import act
from pointclub.membership.models import Member
from pointclub.points import services as points
from pointclub.rewards import queries
from tests.factories.club import Club, jst, redeem, verified

AT = jst("2026-04-01 12:00")


@pytest.fixture
def member(fresh_database: object) -> Member:
    """Return a member who holds 1,000 points in two lots."""
    del fresh_database
    club = Club()
    member = club.member()
    club.open_balance(member, {"2026-11-30": 400, "2026-12-31": 600}, at=AT)
    return member


class TestTheSameKeyAtOnce:
    def test_is_one_application_for_all_who_ask_for_the_same(self, member: Member) -> None:
        answers = at_once(member, [(300, 200)] * 6)

        assert len({str(answer) for answer in answers}) == 1
        assert [order.points for order, _ in queries.list_orders(member.membership.account_id)] == [500]
        assert verified() == []

    def test_is_refused_to_whoever_asks_for_something_else(self, member: Member) -> None:
        answers = at_once(member, [(300, 200), (100,), (100, 100), (250, 250)])

        assert sorted(type(answer).__name__ for answer in answers) == ["KeyReusedError"] * 3 + ["RedemptionOrder"]
        assert len(queries.list_orders(member.membership.account_id)) == 1
        assert verified() == []


class TestAConnectionThatIsLostBeforeTheCommit:
    def test_leaves_nothing_of_the_application_and_the_same_key_can_come_again(self, member: Member) -> None:
        @act
        def apply_and_be_cut_off() -> None:
            redeem(member, 300, 200, at=AT, key="cut off")
            assert connection.connection is not None
            killing = Thread(target=kill, args=(connection.connection.info.backend_pid,))
            killing.start()
            killing.join()

        with pytest.raises(OperationalError):
            apply_and_be_cut_off()
        connection.close()

        assert queries.list_orders(member.membership.account_id) == []
        assert verified() == []
        assert redeem(member, 300, 200, at=AT, key="cut off").points == 500
        assert verified() == []


def kill(backend: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s, 5000)", [backend])
    connection.close()


def at_once(member: Member, carts: list[tuple[int, ...]]) -> list[object]:
    """Apply for all carts under one key at the same time; return the orders and the refusals."""
    barrier, answers = Barrier(len(carts)), list[object]()

    def apply(cart: tuple[int, ...]) -> None:
        try:
            barrier.wait(timeout=20)
            answers.append(redeem(member, *cart, at=AT, key="the same"))
        except points.KeyReusedError as refusal:
            answers.append(refusal)
        finally:
            connection.close()

    threads = [Thread(target=apply, args=(cart,)) for cart in carts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(answers) == len(carts)
    return answers
