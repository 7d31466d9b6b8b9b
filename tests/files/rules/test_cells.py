import datetime as dt

import pytest

from pointclub.files.rules.cells import BadCellError, RowReader, number_as_meant, parse_cell
from pointclub.files.rules.feeds import PURCHASES
from pointclub.files.rules.schema import Column, Kind
from pointclub.foundation.periods import TOKYO

NUMBER = Column("price_yen", "", Kind.NUMBER)
CODE = Column("reference", "", Kind.CODE)
INSTANT = Column("sold_at", "", Kind.INSTANT)


def refused(cell: str, column: Column) -> str:
    with pytest.raises(BadCellError) as found:
        parse_cell(cell, column)
    return found.value.code


@pytest.mark.rule("FIL-1")
class TestNumbers:
    @pytest.mark.parametrize(("cell", "value"), [("0", 0), ("007", 7), ("1000000000", 1_000_000_000)])
    def test_are_ascii_digits(self, cell: str, value: int) -> None:
        assert parse_cell(cell, NUMBER) == value

    @pytest.mark.parametrize(
        "cell", ["１００", "1e3", "-1", "+1", "1.0", "1,000", " 1", "1 ", "¥1", "٣", "²", "1_000", "0x1", "9" * 19]
    )
    def test_are_nothing_else(self, cell: str) -> None:
        assert refused(cell, NUMBER) == "not_number"

    def test_have_a_bound(self) -> None:
        assert refused("1000000001", NUMBER) == "too_great"

    @pytest.mark.parametrize(
        ("cell", "number"),
        [
            ("１００", 100),
            ("1e2", 100),
            ("100.0", 100),
            ("1,000", 1_000),
            ("-5", -5),
            ("", 0),
            ("x", None),
            ("1e999999999", None),
            ("nan", None),
            ("0.5", None),
        ],
    )
    def test_that_are_refused_still_count_in_totals_as_they_were_meant(self, cell: str, number: int | None) -> None:
        assert number_as_meant(cell) == number


@pytest.mark.rule("FIL-1")
class TestInstants:
    @pytest.mark.parametrize(
        ("cell", "at"),
        [
            ("2026-04-30T23:59", dt.datetime(2026, 4, 30, 23, 59, tzinfo=TOKYO)),
            ("2026-04-30 23:59:58", dt.datetime(2026, 4, 30, 23, 59, 58, tzinfo=TOKYO)),
            ("2026-04-30T14:59:58Z", dt.datetime(2026, 4, 30, 23, 59, 58, tzinfo=TOKYO)),
            ("2026-04-30T23:59:58.5+09:00", dt.datetime(2026, 4, 30, 23, 59, 58, 500_000, tzinfo=TOKYO)),
        ],
    )
    def test_without_a_zone_are_japans(self, cell: str, at: dt.datetime) -> None:
        assert parse_cell(cell, INSTANT) == at

    @pytest.mark.parametrize(
        "cell",
        [
            "2026-02-30T10:00",
            "2026-04-30",
            "30.4.2026 10:00",
            "20260430T1000",
            "2026-W18-4",
            "0001-01-01T00:00Z",
            "2026-04-30T24:00",
            "2026-04-30T10:00+25:00",
            "２０２６-04-30T10:00",
            "2026-04-30T10:00 ",
        ],
    )
    def test_are_written_one_way(self, cell: str) -> None:
        assert refused(cell, INSTANT) == "not_instant"


@pytest.mark.rule("FIL-1")
class TestCodes:
    @pytest.mark.parametrize("cell", ["a\x00b", " a", "a\u3000", "a\u200bb", "a\nb", "#TRAILER", "#HEADER"])
    def test_have_no_hidden_characters(self, cell: str) -> None:
        assert refused(cell, CODE) == "not_code"

    def test_have_an_end(self) -> None:
        assert refused("x" * 81, CODE) == "too_long"


@pytest.mark.rule("FIL-1")
def test_columns_that_a_file_leaves_out_are_empty() -> None:
    reader = RowReader(("reference", "member_number", "sold_at", "price_yen"), feed=PURCHASES)

    values = reader.values(["a", "900000000001", "2026-04-01T10:00", "100"])

    assert values["points"] is None
    assert values["price_yen"] == 100


@pytest.mark.rule("FIL-1")
@pytest.mark.parametrize("cells", [[], ["a"], ["a", "900000000001", "2026-04-01T10:00", "100", ""]])
def test_row_with_other_than_all_its_cells_is_bad(cells: list[str]) -> None:
    reader = RowReader(("reference", "member_number", "sold_at", "price_yen"), feed=PURCHASES)

    with pytest.raises(BadCellError, match="cells instead of 4"):
        reader.values(cells)
