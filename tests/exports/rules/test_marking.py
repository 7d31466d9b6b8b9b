"""The file says in its name and first line whose doing it is, and no cell of it calculates."""

import csv
import datetime as dt
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pointclub.exports.rules import marking

pytestmark = pytest.mark.rule("STF-2")

MARK = marking.Mark(
    kind="members",
    number="0a1b2c3d",
    requested_by="staff:shiki",
    requested_on=dt.date(2026, 4, 10),
    approved_by="staff:rikka",
    approved_on=dt.date(2026, 4, 11),
    purpose="会報の発送",
    kept_through=dt.date(2026, 4, 17),
    people=1_234,
)


def test_its_name_says_who_asked_who_approved_when_and_until_when() -> None:
    assert marking.file_name(MARK) == "members_2026-04-10_shiki_rikka_until-2026-04-17.csv"


def test_its_first_line_says_so_too_and_what_for() -> None:
    line = marking.first_line(MARK)

    who = ("staff:shiki（2026-04-10）", "staff:rikka（2026-04-11）")
    for said in (*who, "0a1b2c3d", "会報の発送", "1,234名", "保管期限: 2026-04-17"):
        assert said in line


def test_what_needed_no_approval_says_that() -> None:
    small = marking.Mark("points", "1", "staff:shiki", MARK.requested_on, None, None, "確認", MARK.kept_through, 1)

    assert marking.file_name(small) == "points_2026-04-10_shiki_until-2026-04-17.csv"
    assert "承認不要" in marking.first_line(small)


@pytest.mark.parametrize("formula", ["=1+1", "+cmd|' /C calc'!A0", "-1+1", "@SUM(A1)", "\t=1", "\r=1"])
def test_text_that_a_spreadsheet_would_calculate_is_neutralised(formula: str) -> None:
    rows = list(csv.reader(io.StringIO(marking.written(MARK, ["氏名"], [[formula]]), newline="")))

    assert rows[2] == [f"'{formula}"]


def test_numbers_stay_numbers() -> None:
    rows = list(csv.reader(io.StringIO(marking.written(MARK, ["ポイント"], [[-5], [1_000]]), newline="")))

    assert rows[2:] == [["-5"], ["1000"]]


@given(purpose=st.text(max_size=200), cells=st.lists(st.text(), min_size=1, max_size=5))
def test_whatever_is_in_it_the_rows_come_out_as_many_as_went_in(purpose: str, cells: list[str]) -> None:
    mark = marking.Mark("members", "1", "staff:a", MARK.requested_on, None, None, purpose, MARK.kept_through, 1)

    text = marking.written(mark, ["a"] * len(cells), [cells, cells])

    assert text.startswith("\ufeff")
    rows = list(csv.reader(io.StringIO(text[1:], newline="")))
    assert len(rows) == 4
    assert [cell.removeprefix("'") for cell in rows[2]] == [cell.removeprefix("'") for cell in cells]
