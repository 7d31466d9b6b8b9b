"""Reading a balance and the first page of a history, on an account with few transactions and on one with very many."""

from __future__ import annotations

import datetime as dt
import statistics
import time
from collections.abc import Callable, Mapping

from benchmarks.bench import Bench, Part, refuse_differences
from benchmarks.figures import Target
from benchmarks.filling.history import fill_history
from pointclub.foundation import actors
from pointclub.foundation.periods import TOKYO
from pointclub.membership import services as membership
from pointclub.membership.models import Member
from pointclub.merchants import services as merchants
from pointclub.people import services as people
from pointclub.points import queries as points
from pointclub.portal.history_lines import ask_stories, list_names, tell_history

_DATABASE = "reading"
_FEW = 10
_MANY = 100_000
# As many as the shorter history has: both pages tell of the same number of transactions.
_ENTRIES = 10
_TIMES = 1_000
_AT = dt.datetime(2026, 11, 20, 10, tzinfo=TOKYO)
_OPENED_AT = dt.datetime(2025, 1, 6, 10, tzinfo=TOKYO)
_ACTOR = actors.system("benchmark")

_BALANCE = "balance, {} transactions"
_PAGE = "first page, {} transactions"


class Reading(Part):
    """The same questions to two accounts in turn, over and over."""

    name = "reading"
    title = "reading a balance and the first page of a history, 10 and 100,000 transactions"
    units: Mapping[str, str] = {
        name.format(number): "ms" for name in (_BALANCE, _PAGE) for number in (f"{_FEW:,}", f"{_MANY:,}")
    }
    targets = tuple(
        Target(
            f"{what} at most 1.3 × that of 10 transactions", name.format(f"{_MANY:,}"), name.format(_FEW), at_most=1.3
        )
        for what, name in (("balance", _BALANCE), ("first page", _PAGE))
    )

    def prepare(self, bench: Bench) -> None:
        """Fill the two accounts, which both have lots of ten months."""
        bench.make_club(_DATABASE)
        with bench.working_in(_DATABASE):
            shop = merchants.admit_merchant(
                number="100001", name="試験商店", admitted_on=_OPENED_AT.date(), at=_OPENED_AT, actor=_ACTOR
            )
            self._members = {}
            for name, transactions in ((f"{_FEW:,}", _FEW), (f"{_MANY:,}", bench.sized(_MANY, least=1_000))):
                person = people.record_person(name="試験 会員", at=_OPENED_AT, actor=_ACTOR)
                member = membership.admit(person=person, at=_OPENED_AT, actor=_ACTOR)
                bench.say(f"  filling a history of {transactions:,}")
                fill_history(member, shop, transactions=transactions, until=_AT)
                self._members[name] = member
            refuse_differences()
        bench.tidy(_DATABASE)

    def round(self, bench: Bench, number: int) -> Mapping[str, float]:
        """Ask in turn, so that whatever else the machine does meets both alike."""
        del number
        took: dict[str, list[float]] = {name: [] for name in self.units}
        with bench.working_in(_DATABASE):
            for _ in range(bench.sized(_TIMES, least=200)):
                for name, member in self._members.items():
                    took[_BALANCE.format(name)].append(_seconds(_ask_balance, member))
                    took[_PAGE.format(name)].append(_seconds(_ask_page, member))
        return {name: statistics.median(seconds) * 1_000 for name, seconds in took.items()}

    def finish(self, bench: Bench) -> None:
        """Clear up."""
        bench.server.drop(_DATABASE)


def _ask_balance(member: Member) -> object:
    return points.get_balance(member.membership.account_id, on=_AT.date())


def _ask_page(member: Member) -> object:
    """Ask for what the page shows: the transactions, and for each the receipts and rewards behind it."""
    account_id = member.membership.account_id
    page = points.list_history(account_id, on=_AT.date(), limit=_ENTRIES)
    stories = ask_stories(account_id, page.entries, names=list_names(member.membership_id))
    return tell_history(page.entries, stories)


def _seconds(ask: Callable[[Member], object], member: Member) -> float:
    began = time.perf_counter()
    ask(member)
    return time.perf_counter() - began
