"""Baskets as files of purchases, one for each month."""

import csv
import datetime as dt
import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from pointclub.files.rules.feeds import PURCHASES
from pointclub.files.rules.schema import HEADER_MARK, TRAILER_MARK
from pointclub.foundation.periods import add_months
from pointclub.jobs.groceries.baskets import Basket, member_number

_COLUMNS = ("reference", "member_number", "store_code", "sold_at", "price_yen")


@dataclass(frozen=True, slots=True)
class MonthlyFile:
    """A file that was written; it arrives on the second day of the next month."""

    path: Path
    month: dt.date
    rows: int
    yen: int

    @property
    def arrives_on(self) -> dt.date:
        """The day on which it is sent."""
        return add_months(self.month, 1).replace(day=2)


def write_monthly_files(baskets: Sequence[Basket], *, folder: Path, merchant_number: str) -> list[MonthlyFile]:
    """Write the baskets, which are in order of time, month by month; return the files."""
    folder.mkdir(parents=True, exist_ok=True)
    months = itertools.groupby(baskets, key=lambda basket: basket.bought_at.date().replace(day=1))
    return [
        _write(folder / f"{merchant_number}-{month:%Y-%m}.csv", month, list(bought), (merchant_number, number))
        for number, (month, bought) in enumerate(months, start=1)
    ]


def reference(basket: Basket) -> str:
    """Return the merchant's reference of the sale."""
    return str(basket.id)


def _write(path: Path, month: dt.date, baskets: Sequence[Basket], sender: tuple[str, int]) -> MonthlyFile:
    written = MonthlyFile(path, month, len(baskets), sum(basket.yen for basket in baskets))
    header = (HEADER_MARK, PURCHASES.name, PURCHASES.version, *sender, written.arrives_on)
    trailer = (TRAILER_MARK, written.rows, written.yen, 0)
    with path.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows([header, _COLUMNS, *_rows(baskets), trailer])
    return written


def _rows(baskets: Iterable[Basket]) -> Iterable[tuple[str | int, ...]]:
    return (
        (
            reference(basket),
            member_number(basket.household),
            str(basket.store),
            basket.bought_at.isoformat(timespec="seconds"),
            basket.yen,
        )
        for basket in baskets
    )
