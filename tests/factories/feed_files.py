"""Feed files for tests, written as a merchant's system would write them."""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

PURCHASE_COLUMNS = ("reference", "member_number", "store_code", "sold_at", "price_yen", "points", "note")


def purchase_row(
    reference: str,
    member_number: str,
    price_yen: object = 1_000,
    *,
    sold_at: str = "2026-04-01T12:00:00",
    points: object = "",
    note: str = "",
) -> tuple[str, ...]:
    return (reference, member_number, "001", sold_at, str(price_yen), str(points), note)


@dataclass(frozen=True)
class FeedFile:
    """A file before it is written; whatever is not said is right."""

    sender: str
    rows: Sequence[Sequence[str]]
    sequence_number: int = 1
    feed: str = "purchases"
    columns: Sequence[str] = PURCHASE_COLUMNS
    summed: Sequence[str] = ("price_yen", "points")
    trailer: Sequence[object] = field(default=())

    def with_rows(self, rows: Sequence[Sequence[str]]) -> "FeedFile":
        return replace(self, rows=rows)

    def content(self, *, encoding: str = "utf-8", end: str = "\r\n") -> bytes:
        text = io.StringIO(newline="")
        writer = csv.writer(text, lineterminator=end)
        writer.writerow(["#HEADER", self.feed, 1, self.sender, self.sequence_number, "2026-05-02"])
        writer.writerow(self.columns)
        writer.writerows(self.rows)
        writer.writerow(["#TRAILER", *(self.trailer or self._totals())])
        return text.getvalue().encode(encoding)

    def stream(self, **how: Any) -> io.BytesIO:
        return io.BytesIO(self.content(**how))

    def _totals(self) -> list[int]:
        return [len(self.rows), *(self._sum(name) for name in self.summed)]

    def _sum(self, name: str) -> int:
        if name not in self.columns:
            return 0
        cells = (row[self.columns.index(name)] for row in self.rows if len(row) == len(self.columns))
        return sum(int(cell) for cell in cells if cell.isdigit())
