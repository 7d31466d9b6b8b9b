"""The year lived through with real purchases: import, update, lapse, redeem, reverse, and at the end verify."""

import datetime as dt
import os
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

from pointclub.config.environment import read_environment
from pointclub.jobs.cli import set_up_django
from pointclub.jobs.commands import progress
from pointclub.jobs.database import access
from pointclub.jobs.groceries import baskets as groceries
from pointclub.jobs.groceries.feed_files import MonthlyFile, write_monthly_files
from pointclub.jobs.groceries.outcome import Outcome

MERCHANT = "500001"
STAFF = "groceries"
VALIDITIES = (36, 1)
# The last file comes in February; under one month's validity its points lapse with March.
LAST_NIGHT = dt.date(2018, 4, 1)


def live_twice() -> list[Outcome]:
    """Live the year under three years' validity and under one month's, each in a database of its own."""
    with ExitStack() as stack:
        access.open_database(read_environment(os.environ), stack, create=True)
        set_up_django()
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="groceries")))
        bought = groceries.read_baskets()
        files = write_monthly_files(bought, folder=folder, merchant_number=MERCHANT)
        return [_live(bought, files, validity_months=months) for months in VALIDITIES]


def _live(bought: list[groceries.Basket], files: list[MonthlyFile], *, validity_months: int) -> Outcome:
    from pointclub.jobs.groceries import club, own_database
    from pointclub.jobs.groceries.year import Year

    outcome = Outcome(validity_months=validity_months, rows=len(bought), yen=sum(basket.yen for basket in bought))
    began = time.monotonic()
    with own_database.fresh_database(f"{validity_months}_months") as database:
        first_day = bought[0].bought_at.date()
        club.set_up_club(bought, merchant_number=MERCHANT)
        club.set_up_staff(STAFF, first_day=first_day)
        club.set_validity(months=validity_months, first_day=first_day)
        year = Year(bought, files, outcome, database_url=database.application_url)
        days = [first_day + dt.timedelta(days=number) for number in range((LAST_NIGHT - first_day).days + 1)]
        with progress.bar(f"A year under a validity of {validity_months} months", total=len(days), json=False) as bar:
            for day in days:
                year.live(day)
                bar.advance(1)
        year.verify()
    outcome.seconds = time.monotonic() - began
    return outcome
