"""A key that is revoked while its requests wait: what was not begun by then is not done."""

from __future__ import annotations

import asyncio

import psycopg
from django.db import connections

from pointclub.earning.models import AccrualChange
from pointclub.earning.rules.requests import Reversal
from pointclub.earning.services import Changed
from pointclub.foundation import clock
from pointclub.merchant_api.desk import Desk, KeyRefusedError
from pointclub.merchants import services as merchants
from pointclub.merchants.rules.keys import digest_of
from tests.factories.club import STAFF, Club
from tests.factories.tills import Shop, open_shop
from tests.harness.databases import FreshDatabase
from tests.harness.waiting import wait_until


def revoke(shop: Shop) -> None:
    merchants.revoke_key(key_id=shop.key_id, at=clock.now(), actor=STAFF)
    connections.close_all()


async def reverse_both(shop: Shop, references: list[str], holder: psycopg.Connection) -> list[Changed | BaseException]:
    """Ask for both in one round, and revoke the key while the first waits for a row that is held."""
    desk, digest = Desk(), digest_of(shop.secret)
    asked = [
        asyncio.create_task(
            desk.reverse(digest, Reversal(merchant_number=shop.merchant.number, reference=reference), reference)
        )
        for reference in references
    ]
    await asyncio.to_thread(wait_until, lambda: is_anybody_waiting(holder), "the first waits")
    await asyncio.to_thread(revoke, shop)
    holder.rollback()
    answers = await asyncio.gather(*asked, return_exceptions=True)
    await desk.drain()
    return answers


def is_anybody_waiting(holder: psycopg.Connection) -> bool:
    waiting = "SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    holder.execute("SELECT pg_stat_clear_snapshot()")
    return holder.execute(waiting).rowcount == 1


def test_each_change_asks_for_its_key_by_itself(fresh_database: FreshDatabase) -> None:
    club = Club()
    shop, now = open_shop(club), clock.now()
    buyers = [club.member(), club.member()]
    references = [club.buy(buyer, shop.merchant, 1_000, at=now).reference for buyer in buyers]

    with psycopg.connect(fresh_database.application_url) as holder:
        holder.execute("SELECT FROM points_account WHERE id = %s FOR UPDATE", [buyers[0].membership.account_id])
        first, second = asyncio.run(reverse_both(shop, references, holder))

    assert isinstance(first, Changed)
    assert first.points_after == 0
    assert isinstance(second, KeyRefusedError)
    assert AccrualChange.objects.count() == 1
