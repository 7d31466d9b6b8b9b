"""The year that `make real` lives through, with a handful of baskets."""

import datetime as dt
from pathlib import Path

import pytest

from pointclub.jobs.groceries import club
from pointclub.jobs.groceries.baskets import Basket
from pointclub.jobs.groceries.feed_files import write_monthly_files
from pointclub.jobs.groceries.outcome import Outcome
from pointclub.jobs.groceries.year import Year

FIRST_DAY = dt.date(2017, 1, 5)
LAST_NIGHT = dt.date(2017, 5, 1)


@pytest.mark.django_db
@pytest.mark.rule("FIL-1", "EXP-1")
@pytest.mark.parametrize(("validity_months", "redeemed", "lapsed", "held"), [(36, 350, 0, 1_450), (1, 300, 900, 600)])
def test_points_that_were_earned_are_used_or_lapse_or_stay(
    tmp_path: Path, validity_months: int, redeemed: int, lapsed: int, held: int
) -> None:
    baskets = [
        Basket(number, household, 330, dt.datetime.fromisoformat(f"2017-0{month}-05 12:00:00"), 20_000)
        for number, (month, household) in enumerate(
            ((month, household) for month in (1, 2, 3) for household in (20, 21)), start=1
        )
    ]
    club.set_up_club(baskets, merchant_number="500001")
    club.set_validity(months=validity_months, first_day=FIRST_DAY)
    outcome = Outcome(validity_months=validity_months, rows=6, yen=180_000)
    files = write_monthly_files(baskets, folder=tmp_path, merchant_number="500001")
    year = Year(baskets, files, outcome, database_url="")

    for number in range((LAST_NIGHT - FIRST_DAY).days + 1):
        year.live(FIRST_DAY + dt.timedelta(days=number))
    year.verify()

    assert outcome.differences == 0
    assert outcome.points_earned == 1_800
    assert (outcome.points_redeemed, outcome.points_lapsed, outcome.points_held) == (redeemed, lapsed, held)
