"""Real baskets become yen, and yen become files that hold together."""

import datetime as dt
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pointclub.files.rules.feeds import PURCHASES
from pointclub.files.services import checked_file
from pointclub.jobs.groceries.baskets import Basket, member_number, read_baskets, yen_of_cents
from pointclub.jobs.groceries.feed_files import write_monthly_files
from pointclub.membership.rules.number import is_member_number


def basket(number: int, bought_at: str, cents: int) -> Basket:
    return Basket(number, 7, 330, dt.datetime.fromisoformat(bought_at), cents)


@pytest.mark.parametrize(
    ("cents", "yen"), [(0, 0), (1, 1), (2, 3), (99, 148), (100, 150), (133, 199), (13_999, 20_998)]
)
def test_cents_become_yen_rounded_down(cents: int, yen: int) -> None:
    assert yen_of_cents(cents) == yen


@given(st.integers(0, 10**9))
def test_yen_are_what_decimals_say(cents: int) -> None:
    assert yen_of_cents(cents) == int(Decimal(cents) / 100 * 150)


@given(st.integers(1, 99_999))
def test_households_have_proper_member_numbers(household: int) -> None:
    assert is_member_number(member_number(household))


def test_each_month_is_a_file_that_holds_together(tmp_path: Path) -> None:
    bought = [
        basket(1, "2017-01-31 23:59:59", 1_000),
        basket(2, "2017-02-01 00:00:00", 0),
        basket(3, "2017-12-31 10:00:00", 5),
    ]

    written = write_monthly_files(bought, folder=tmp_path, merchant_number="500001")

    assert [(file.path.name, str(file.arrives_on), file.rows, file.yen) for file in written] == [
        ("500001-2017-01.csv", "2017-02-02", 1, 1_500),
        ("500001-2017-02.csv", "2017-03-02", 1, 0),
        ("500001-2017-12.csv", "2018-01-02", 1, 7),
    ]
    for number, file in enumerate(written, start=1):
        with file.path.open("rb") as content, checked_file(content, feed=PURCHASES) as checked:
            assert checked.structure.header.sequence_number == number
            assert checked.structure.totals == {"price_yen": file.yen, "points": 0}


def test_lines_are_added_up_in_cents_and_refunds_are_left_out(tmp_path: Path) -> None:
    duckdb = pytest.importorskip("duckdb")
    source = tmp_path / "transactions.parquet"
    lines = [(1, 0.1), (1, 0.2), (1, 1.39), (2, 0.0), (3, 5.0), (3, -6.0), (4, 1.12)]
    rows = [(number, 7, 330, f"2017-01-0{number} 12:00:00", value) for number, value in lines]
    with duckdb.connect() as connection:
        connection.execute(
            "CREATE TABLE line (basket_id BIGINT, household_id BIGINT, store_id BIGINT,"
            " transaction_timestamp TIMESTAMP, sales_value DOUBLE)"
        )
        connection.executemany("INSERT INTO line VALUES (?, ?, ?, ?, ?)", rows)
        connection.table("line").write_parquet(str(source))

    assert [(found.id, found.cents, found.yen) for found in read_baskets(source)] == [
        (1, 169, 253),
        (2, 0, 0),
        (4, 112, 168),
    ]
