"""`pointclub ledger verify` of ten million postings."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Mapping

from benchmarks.bench import Bench, Part, refuse_differences
from benchmarks.figures import Target
from benchmarks.filling.accounts import fill_accounts
from benchmarks.filling.accruals import Shops
from benchmarks.filling.months import fill_month
from pointclub.earning import services as earning
from pointclub.foundation import actors
from pointclub.foundation.periods import TOKYO, add_months
from pointclub.points import services as points
from pointclub.points.rules.expiry import usable_through
from pointclub.program import queries as program

_DATABASE = "verify"
_ACCOUNTS = 100_000
_LOTS = 10
_MONTHS = 11
_SALES_A_MONTH = 8
# Of the accounts, in the last month.
_OURS_IS_ONE_OF = 5
# A hundred postings each: ten of what was brought over, eight a month, and the two oldest lots lapsed.
_POSTINGS_EACH = _LOTS + _MONTHS * _SALES_A_MONTH + 2
_OPENED_AT = dt.datetime(2026, 1, 5, 10, tzinfo=TOKYO)
_FIRST_UPDATE_AT = dt.datetime(2026, 1, 20, 1, tzinfo=TOKYO)
_FIRST_LAPSE = dt.date(2026, 10, 31)
_LAPSED_AT = dt.datetime(2026, 12, 1, 0, 5, tzinfo=TOKYO)
_MOST_MINUTES = 5


def _updated_at(month: int) -> dt.datetime:
    return dt.datetime.combine(add_months(_FIRST_UPDATE_AT.date(), month), _FIRST_UPDATE_AT.timetz())


class Verify(Part):
    """All that `ledger verify` recomputes: running figures, hashes, accruals, applications, the audit log."""

    name = "verify"
    title = "ledger verify, 10,000,000 postings of 100,000 members"
    units: Mapping[str, str] = {"ledger verify": "s", "postings": "postings/s"}
    targets = (Target(f"at most {_MOST_MINUTES} minutes", "ledger verify", at_most=_MOST_MINUTES * 60),)
    # It has no yardstick beside it, reads only, and takes minutes.
    most_rounds = 3

    def prepare(self, bench: Bench) -> None:
        """Fill in eleven months as they would stand; a part of the last update, and the lapse, are our own."""
        self._accounts = bench.sized(_ACCOUNTS, least=1_000)
        bench.make_club(_DATABASE)
        with bench.server.filling():
            self._fill(bench)
            with bench.working_in(_DATABASE):
                self._live_through_the_end(bench)
        bench.tidy(_DATABASE)

    def _live_through_the_end(self, bench: Bench) -> None:
        began = time.monotonic()
        for _ in earning.post_pending(at=_updated_at(_MONTHS - 1), actor=actors.system("update")):
            pass
        bench.say(f"  updated in {time.monotonic() - began:,.0f} s")
        for _ in points.lapse_all_due(on=_LAPSED_AT.date(), at=_LAPSED_AT, actor=actors.system("lapse")):
            pass

    def _fill(self, bench: Bench) -> None:
        with bench.working_in(_DATABASE):
            fill_accounts(
                bench,
                self._accounts,
                lots=_LOTS,
                points=300,
                first_lapse=_FIRST_LAPSE,
                at=_OPENED_AT,
                on=_OPENED_AT.date(),
            )
            shops = Shops(at=_OPENED_AT)
            validity_months = program.get_version(on=_OPENED_AT.date()).validity_months
        bench.tidy(_DATABASE, is_last=False)
        everybody = range(1, self._accounts + 1)
        ours = everybody[len(everybody) - len(everybody) // _OURS_IS_ONE_OF :]
        with bench.working_in(_DATABASE):
            for month in range(_MONTHS):
                posted_at = _updated_at(month)
                fill_month(
                    bench,
                    shops,
                    numbers=everybody if month + 1 < _MONTHS else range(1, ours.start),
                    turns=_SALES_A_MONTH,
                    sold_at=posted_at - dt.timedelta(days=1),
                    posted_at=posted_at,
                    usable_through=usable_through(posted_at.date(), months=validity_months),
                )
                bench.say(f"  month {month + 1} of {_MONTHS}: filled")
            shops.sell(bench, ours, turns=_SALES_A_MONTH, at=_updated_at(_MONTHS - 1) - dt.timedelta(days=1))
        bench.tidy(_DATABASE, is_last=False)

    def round(self, bench: Bench, number: int) -> Mapping[str, float]:
        """Verify everything."""
        del number
        bench.server.settle()
        with bench.working_in(_DATABASE):
            began = time.monotonic()
            refuse_differences()
            took = time.monotonic() - began
        return {"ledger verify": took, "postings": self._accounts * _POSTINGS_EACH / took}

    def finish(self, bench: Bench) -> None:
        """Clear up."""
        bench.server.drop(_DATABASE)
