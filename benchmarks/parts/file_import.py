"""A merchant's file of purchases, from its first byte to its last row."""

from __future__ import annotations

import csv
import datetime as dt
import io
import time
from collections.abc import Iterator, Mapping

from benchmarks.bench import Bench, Part, refuse_differences
from benchmarks.figures import Target
from benchmarks.filling.accounts import fill_accounts
from benchmarks.filling.members import fill_members, member_number
from pointclub.earning import services as earning
from pointclub.earning.rules.amount import PointsPerUnit
from pointclub.files import services as files
from pointclub.files.rules.feeds import PURCHASES
from pointclub.files.rules.schema import HEADER_MARK, TRAILER_MARK
from pointclub.foundation import actors
from pointclub.foundation.periods import TOKYO
from pointclub.merchants import services as merchants

_DATABASE = "file_import"
_ROWS = 200_000
_MEMBERS = 20_000
_PRICE_YEN = 1_090
_MERCHANT = "100001"
_OPENED_AT = dt.datetime(2026, 4, 1, 10, tzinfo=TOKYO)
_AT = dt.datetime(2026, 11, 20, 10, tzinfo=TOKYO)
_ACTOR = actors.staff("benchmark")
_COLUMNS = ("reference", "member_number", "store_code", "sold_at", "price_yen")


class FileImport(Part):
    """Each round imports another file of the merchant's, with other references."""

    name = "file_import"
    title = "import of a file of 200,000 purchases"
    units: Mapping[str, str] = {"file import": "rows/s"}
    targets = (Target("at least 10,000 rows/s", "file import", at_least=10_000),)

    def prepare(self, bench: Bench) -> None:
        """Make the merchant and its customers."""
        self._rows = bench.sized(_ROWS, least=1_000)
        self._members = bench.sized(_MEMBERS, least=1_000)
        bench.make_club(_DATABASE)
        with bench.working_in(_DATABASE):
            fill_accounts(
                bench,
                self._members,
                lots=1,
                points=300,
                first_lapse=dt.date(2027, 1, 31),
                at=_OPENED_AT,
                on=_OPENED_AT.date(),
            )
            fill_members(self._members, at=_OPENED_AT)
            shop = merchants.admit_merchant(
                number=_MERCHANT, name="試験商店", admitted_on=_OPENED_AT.date(), at=_OPENED_AT, actor=_ACTOR
            )
            merchants.open_store(merchant=shop, code="001", name="試験店", at=_OPENED_AT, actor=_ACTOR)
            earning.add_earning_rule(
                merchant=shop,
                effective_from=_OPENED_AT.date(),
                amount=PointsPerUnit(unit_yen=100, points_per_unit=1),
                at=_OPENED_AT,
                actor=_ACTOR,
            )
        bench.tidy(_DATABASE)

    def round(self, bench: Bench, number: int) -> Mapping[str, float]:
        """Import a file; it is written beforehand."""
        content = self._file(number)
        bench.server.settle()
        with bench.working_in(_DATABASE):
            began = time.monotonic()
            incoming = files.IncomingFile(io.BytesIO(content), f"{_MERCHANT}-{number}.csv")
            for _ in earning.import_purchases(incoming, at=_AT, actor=_ACTOR):
                pass
            took = time.monotonic() - began
        return {"file import": self._rows / took}

    def finish(self, bench: Bench) -> None:
        """Hold the books against themselves."""
        bench.tidy(_DATABASE)
        with bench.working_in(_DATABASE):
            refuse_differences()
        bench.server.drop(_DATABASE)

    def _file(self, number: int) -> bytes:
        text = io.StringIO(newline="")
        header = (HEADER_MARK, PURCHASES.name, PURCHASES.version, _MERCHANT, number, _AT.date())
        trailer = (TRAILER_MARK, self._rows, self._rows * _PRICE_YEN, 0)
        csv.writer(text).writerows([header, _COLUMNS, *self._sales(number), trailer])
        return text.getvalue().encode()

    def _sales(self, number: int) -> Iterator[tuple[str | int, ...]]:
        sold_at = _AT.replace(tzinfo=None) - dt.timedelta(days=1)
        for place in range(self._rows):
            buyer = member_number(1 + place * 7919 % self._members)
            moment = (sold_at + dt.timedelta(seconds=place // 10)).isoformat(timespec="seconds")
            yield f"f{number}-{place}", buyer, "001", moment, _PRICE_YEN
