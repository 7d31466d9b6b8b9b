"""A sale and its reversal, sent at the same moment under one key: the answers are right, and nobody waits in a ring."""

from __future__ import annotations

from threading import Barrier, Thread

import pytest
from django.db import connection

from pointclub.earning import services as earning
from pointclub.earning.rules.requests import AccrualRequest, Reversal, Sending
from pointclub.foundation import actors
from pointclub.membership.models import Member
from pointclub.merchants.models import Merchant
from tests.factories.club import Club, jst, verified

AT = jst("2026-04-01 12:00")
_SENDERS = 8


def _sell(shop: Merchant, member: Member, name: str) -> None:
    request = AccrualRequest(shop.number, name, member.number, AT, price_yen=1_000)
    earning.accrue_once([Sending(shop.id, name, (request,))], at=AT)


def _undo(shop: Merchant, name: str) -> None:
    reversal = Reversal(merchant_number=shop.number, reference=name)
    try:
        earning.reverse_once(reversal, key=name, at=AT, actor=actors.merchant(shop.number))
    except earning.RequestKeyReusedError:
        return


def _deadlocks() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()")
        (deadlocks,) = cursor.fetchone()
    return int(deadlocks)


@pytest.mark.rule("ACC-8")
def test_a_sale_and_its_reversal_under_one_key_do_not_wait_for_one_another(fresh_database: object) -> None:
    club = Club()
    shop, member = club.merchant(), club.member()

    for number in range(15):
        barrier, name = Barrier(_SENDERS), f"same-{number}"

        def work(place: int, barrier: Barrier = barrier, name: str = name) -> None:
            barrier.wait()
            try:
                _sell(shop, member, name) if place % 2 else _undo(shop, name)
            finally:
                connection.close()

        threads = [Thread(target=work, args=(place,)) for place in range(_SENDERS)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    assert _deadlocks() == 0
    assert verified() == []
