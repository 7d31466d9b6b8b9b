"""Tills at their worst, through a network at its worst: the sums come out right (ACC-6, ACC-8)."""

from __future__ import annotations

import itertools
import random
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field
from threading import Lock

import pytest
from django.db import connections

from pointclub.earning.models import Accrual
from pointclub.earning.rules.amount import AmountRule
from pointclub.foundation import clock
from pointclub.membership.models import Member
from pointclub.merchants.models import Merchant
from pointclub_client import AccrualRequest, Client, Patience
from tests.factories.club import ONE_PER_100_YEN, Club, three_percent, verified
from tests.factories.tills import issue_key
from tests.faults.bad_till import BadTill
from tests.faults.expected import ExpectedSale
from tests.harness.counts import count
from tests.harness.cutting_proxy import Cut, cutting_proxy
from tests.harness.databases import FreshDatabase
from tests.harness.interface import running_interface
from tests.harness.waiting import wait_until

OPERATIONS = count(quick=600, deep=20_000)
_AT_ONCE = 8
_MEMBERS = 12
_CUTS = {
    Cut.NONE: 72,
    Cut.BEFORE_REQUEST: 5,
    Cut.WITHIN_REQUEST: 4,
    Cut.AFTER_REQUEST: 6,
    Cut.BEFORE_ANSWER: 6,
    Cut.WITHIN_ANSWER: 5,
    Cut.LATE_REQUEST: 1,
    Cut.LATE_ANSWER: 1,
}
# A late answer takes all of its try's time, and then there is none for another: the till is left without an answer.
_PATIENCE = Patience(try_seconds=0.5, total_seconds=0.8, first_pause_seconds=0.005, longest_pause_seconds=0.05)


@dataclass
class Trade:
    """Merchants, members and all sales between them; each sale follows from seed and number alone."""

    seed: int
    shops: list[tuple[Merchant, Callable[[int], int], list[Client]]]
    members: list[Member]
    sales: list[tuple[Member, str, ExpectedSale]] = field(default_factory=list)
    operations: int = 0
    _numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))
    _lock: Lock = field(default_factory=Lock)

    def go_on(self) -> None:
        """Let one till after another do its worst, until all operations are done."""
        while self.operations < OPERATIONS:
            with self._lock:
                number = next(self._numbers)
            dice = random.Random(f"{self.seed}/{number}")  # noqa: S311 -- What goes wrong, not a secret.
            _, gives, terminals = dice.choice(self.shops)
            member = dice.choice(self.members)
            is_fixed = dice.random() < 0.15
            request = AccrualRequest(
                reference=f"bad-{number}",
                member_number=member.number,
                price_yen=None if is_fixed else dice.randint(1, 10_000),
                points=dice.randint(1, 500) if is_fixed else None,
            )
            till = BadTill(terminals, dice, request, ExpectedSale(gives))
            try:
                till.run()
            except BaseException as error:
                error.add_note(f"It was sale {number} of seed {self.seed}.")
                raise
            with self._lock:
                self.operations += till.operations
                self.sales.append((member, request.reference, till.sale))


@pytest.mark.rule("ACC-6", "ACC-8")
def test_the_sums_are_right_whatever_tills_and_network_do(fresh_database: FreshDatabase) -> None:
    seed = random.randrange(2**32)  # noqa: S311 -- What goes wrong, not a secret.
    dice = random.Random(f"{seed}/network")  # noqa: S311 -- What goes wrong, not a secret.
    club = Club()
    rules: list[tuple[AmountRule, Callable[[int], int]]] = [
        (ONE_PER_100_YEN, lambda yen: yen // 100),
        (three_percent(), lambda yen: yen * 3 // 100),
    ]
    admitted = [(club.merchant(rule), gives) for rule, gives in rules]
    secrets = [[issue_key(club, merchant).secret for _ in range(2)] for merchant, _ in admitted]
    members = [club.member() for _ in range(_MEMBERS)]
    with ExitStack() as stack:
        interface = stack.enter_context(running_interface(fresh_database, processes=2))
        proxy = stack.enter_context(
            cutting_proxy(interface.port, lambda: dice.choices(list(_CUTS), weights=list(_CUTS.values()))[0])
        )

        def till(secret: str) -> Client:
            return stack.enter_context(Client(proxy.address, secret, language="en", patience=_PATIENCE))

        shops = [
            (merchant, gives, [till(secret) for secret in of_shop])
            for (merchant, gives), of_shop in zip(admitted, secrets, strict=True)
        ]
        trade = Trade(seed, shops, members)
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            running = [pool.submit(trade.go_on) for _ in range(_AT_ONCE)]
            wait_until(
                lambda: trade.operations > OPERATIONS // 2 or all(each.done() for each in running),
                "half of the operations are done",
                seconds=1_800,
            )
            club.update(at=clock.now())
        for each in running:
            each.result()
        stack.pop_all().close()

    assert set(proxy.counts) == set(Cut)
    club.update(at=clock.now())
    expected = {reference: sale for _, reference, sale in trade.sales}
    booked = dict(Accrual.objects.values_list("reference", "points"))
    assert booked == {reference: sale.points for reference, sale in expected.items()}, f"seed {seed}"
    for member in members:
        right = sum(sale.points for owner, _, sale in trade.sales if owner.id == member.id)
        assert club.balance(member, str(clock.today())).usable == right, f"seed {seed}"
    assert verified() == [], f"seed {seed}"
    connections.close_all()
