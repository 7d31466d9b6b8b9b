"""Until when points can be used (point rules, article 9)."""

from __future__ import annotations

import datetime as dt

from pointclub.foundation.periods import add_months, last_day_of_month


def usable_through(posted_on: dt.date, *, years: int = 0, months: int = 0) -> dt.date:
    """Return the last day of ordinary points (EXP-1): the end of the month in which the validity ends.

    ``posted_on`` is the Tokyo day of the balance update, not of the purchase. Where the corresponding day does
    not exist (29 February), its month counts all the same.
    """
    return last_day_of_month(add_months(posted_on.replace(day=1), years * 12 + months))


def usable_through_after_return(returned_on: dt.date, *, months: int) -> dt.date:
    """Return the last day of points that come back after their own day (RED-8): a month end, ``months`` later."""
    return usable_through(returned_on, months=months)


def is_usable(lot_usable_through: dt.date, *, on: dt.date) -> bool:
    """Return whether points can be redeemed that day: the last day counts in full (article 9, EXP-2)."""
    return on <= lot_usable_through
