"""T4: points are spent once, whoever asks at once, and in whatever order acts meet."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from threading import Barrier, Lock, Thread

import pytest
from django.db import connection

from pointclub.earning import services as earning
from pointclub.earning.rules.requests import AccrualRequest
from pointclub.foundation.refusals import Refusal
from pointclub.membership import services as membership
from pointclub.membership.models import Member, Membership
from pointclub.merchants.models import Merchant
from pointclub.points import services as points
from pointclub.points.models import Account
from tests.factories.club import STAFF, Club, jst, redeem, reverse, verified
from tests.harness.counts import count

AT = jst("2026-04-30 12:00")
_SCHEDULES_A_DATABASE = count(quick=3, deep=25)


@pytest.mark.rule("RED-5")
@pytest.mark.parametrize("lines", [(100,), (60, 40)])
def test_of_fifty_redemptions_of_the_whole_balance_one_succeeds(fresh_database: object, lines: tuple[int, ...]) -> None:
    club = Club()
    member = club.member()
    club.open_balance(member, {"2026-12-31": 70, "2027-01-31": 30}, at=AT)
    outcomes: list[str] = []

    def apply() -> None:
        try:
            redeem(member, *lines, at=AT)
        except points.InsufficientPointsError as refusal:
            outcomes.append(refusal.code)
        else:
            outcomes.append("accepted")

    at_once([apply] * 50)

    assert sorted(outcomes) == ["accepted"] + ["insufficient_points"] * 49
    assert club.balance(member, "2026-04-30").usable == 0
    assert verified() == []


@dataclass
class Schedule:
    """Random acts on a few accounts, made by several connections at once."""

    club: Club
    shop: Merchant
    members: list[Member]
    sales: list[str] = field(default_factory=list)
    surprises: list[BaseException] = field(default_factory=list)
    _lock: Lock = field(default_factory=Lock)

    def acts_of(self, dice: random.Random, number: int) -> list[Callable[[], None]]:
        return [self._act(dice) for _ in range(number)]

    def _act(self, dice: random.Random) -> Callable[[], None]:
        member = dice.choice(self.members)
        day = dt.timedelta(days=dice.choice([0, 0, 1, 2]))
        kind = dice.choice(["redeem", "redeem", "buy", "reverse", "lapse", "update", "leave and come back"])
        return lambda: self._try(kind, member, AT + day, dice.randint(1, 120))

    def _try(self, kind: str, member: Member, at: dt.datetime, figure: int) -> None:
        try:
            self._do(kind, member, at, figure)
        except Refusal:
            pass
        except BaseException as surprise:  # noqa: BLE001 -- handed to the test, which fails by it
            self.surprises.append(surprise)

    def _do(self, kind: str, member: Member, at: dt.datetime, figure: int) -> None:
        match kind:
            case "redeem":
                redeem(member, figure, at=at)
            case "buy":
                with self._lock:
                    reference = self.club.reference()
                    self.sales.append(reference)
                request = AccrualRequest(self.shop.number, reference, member.number, at, price_yen=figure * 100)
                self.club.send(request, at=at)
            case "reverse" if self.sales:
                reverse(self.shop, self.sales[figure % len(self.sales)], at=at)
            case "lapse":
                self.club.lapse(at=at)
            case "update":
                self.club.update(at=at)
            case "leave and come back":
                self._leave_and_come_back(member, at)
            case _:
                pass

    def _leave_and_come_back(self, member: Member, at: dt.datetime) -> None:
        earning.end_membership(member=member, reason=Membership.EndReason.WITHDRAWN, at=at, actor=STAFF)
        again = self.club.member(at=at)
        membership.rejoin(former_id=member.membership_id, new_id=again.membership_id, at=at, actor=STAFF)
        with self._lock:
            self.members.append(again)


@pytest.mark.rule("RED-5", "ACC-8", "END-5", "END-6")
@pytest.mark.parametrize("group", range(count(quick=4, deep=40)))
def test_whatever_meets_the_sums_hold_and_nothing_waits_for_ever(fresh_database: object, group: int) -> None:
    for seed in range(group * _SCHEDULES_A_DATABASE, (group + 1) * _SCHEDULES_A_DATABASE):
        _run_schedule(seed)


def _run_schedule(seed: int) -> None:
    club = Club()
    members = [club.member() for _ in range(3)]
    schedule = Schedule(club, club.merchant(), members)
    for member in members:
        club.open_balance(member, {"2026-04-30": 100, "2026-12-31": 100}, at=AT)
    dice = random.Random(seed)  # noqa: S311 -- a schedule that can be repeated, not a secret

    rounds = [schedule.acts_of(dice, 6) for _ in range(6)]
    at_once([partial(_one_after_the_other, acts) for acts in rounds])

    assert schedule.surprises == []
    assert verified() == []
    assert not Account.objects.filter(arrears__gt=0, book_balance__gt=0).exists()


def _one_after_the_other(acts: list[Callable[[], None]]) -> None:
    for act in acts:
        act()


def at_once(acts: list[Callable[[], object]]) -> None:
    """Do all acts at the same time, each over a connection of its own."""
    barrier = Barrier(len(acts))

    def run(act: Callable[[], object]) -> None:
        barrier.wait()
        try:
            act()
        finally:
            connection.close()

    threads = [Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
