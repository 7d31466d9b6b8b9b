"""The balance update, beside the bare writes of the same rows."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

from benchmarks.bare import Rows, added, changed
from benchmarks.bench import Bench
from benchmarks.figures import Target
from benchmarks.filling.accounts import fill_accounts
from benchmarks.filling.accruals import Shops
from benchmarks.parts.nightly import BARE, NightlyPart
from pointclub.earning import services as earning
from pointclub.earning.models import AccrualPart
from pointclub.foundation import actors
from pointclub.foundation.periods import TOKYO
from pointclub.points.models import Account, Lot, Posting, Transaction

_ACCOUNTS = 100_000
_SALES_EACH = 10
_LOTS = 10
_OPENED_AT = dt.datetime(2026, 4, 1, 10, tzinfo=TOKYO)
_SOLD_AT = dt.datetime(2026, 11, 19, 12, tzinfo=TOKYO)
_AT = dt.datetime(2026, 11, 20, 1, tzinfo=TOKYO)


class Update(NightlyPart):
    """A million pending parts reach the balances of a hundred thousand members."""

    name = "update"
    title = "balance update, 1,000,000 pending accruals of 100,000 members"
    ours = "balance update"
    units: Mapping[str, str] = {BARE: "accruals/s", ours: "accruals/s"}
    targets = (Target("at least 1/2 × bare row writes", ours, BARE, at_least=1 / 2),)

    def fill(self, bench: Bench) -> int:
        """Make accounts with lots of ten months, and sell to each ten times."""
        accounts = bench.sized(_ACCOUNTS, least=1_000)
        fill_accounts(
            bench,
            accounts,
            lots=_LOTS,
            points=300,
            first_lapse=dt.date(2027, 1, 31),
            at=_OPENED_AT,
            on=_OPENED_AT.date(),
        )
        Shops(at=_OPENED_AT).sell(bench, range(1, accounts + 1), turns=_SALES_EACH, at=_SOLD_AT)
        return accounts * _SALES_EACH

    def run(self) -> int:
        """Post everything that is pending."""
        return sum(done.points for done in earning.post_pending(at=_AT, actor=actors.system("update")))

    @property
    def rows(self) -> Sequence[Rows]:
        """A lot and a transaction an account, a posting a part; and the account and the parts changed."""
        return (
            added(Lot, f"first_posted_on = '{_AT.date()}'"),
            added(Transaction, "kind = 'update'"),
            added(Posting, "contra = 'merchant'"),
            changed(Account, ("book_balance", "last_sequence", "head"), account="id"),
            changed(AccrualPart, ("posted_on", "lot_id")),
        )
