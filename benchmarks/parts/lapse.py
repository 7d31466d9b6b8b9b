"""The nightly lapse, beside the bare writes of the same rows."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

from benchmarks.bare import Rows, added, changed
from benchmarks.bench import Bench
from benchmarks.figures import Target
from benchmarks.filling.accounts import fill_accounts
from benchmarks.parts.nightly import BARE, NightlyPart
from pointclub.foundation import actors
from pointclub.foundation.periods import TOKYO
from pointclub.points import services as points
from pointclub.points.models import Account, Lot, Posting, Transaction

_ACCOUNTS = 1_000_000
_LOTS = 2
_OPENED_AT = dt.datetime(2026, 4, 1, 10, tzinfo=TOKYO)
_LAST_DAY = dt.date(2026, 11, 30)
_AT = dt.datetime(2026, 12, 1, 0, 5, tzinfo=TOKYO)


class Lapse(NightlyPart):
    """A month ends for a million accounts: each has a lot whose last day that was, and one that goes on."""

    name = "lapse"
    title = "lapse of 1,000,000 lots in one night, one of each account"
    ours = "lapse"
    units: Mapping[str, str] = {BARE: "lots/s", ours: "lots/s"}
    targets = (Target("at least 1/2 × bare row writes", ours, BARE, at_least=1 / 2),)

    def fill(self, bench: Bench) -> int:
        """Make the accounts."""
        accounts = bench.sized(_ACCOUNTS, least=1_000)
        fill_accounts(
            bench, accounts, lots=_LOTS, points=300, first_lapse=_LAST_DAY, at=_OPENED_AT, on=_OPENED_AT.date()
        )
        return accounts

    def run(self) -> int:
        """Lapse what is due."""
        lapsed = points.lapse_all_due(on=_AT.date(), at=_AT, actor=actors.system("lapse"))
        return sum(done.points for done in lapsed)

    @property
    def rows(self) -> Sequence[Rows]:
        """A transaction and a posting a lot; and the account and the lot changed."""
        return (
            added(Transaction, "kind = 'lapse'"),
            added(Posting, "contra = 'lapsed'"),
            changed(Account, ("book_balance", "last_sequence", "head"), account="id"),
            changed(Lot, ("remaining",), f"usable_through = '{_LAST_DAY}'"),
        )
