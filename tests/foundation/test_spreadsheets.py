"""A name is never run as a formula (attack 25)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pointclub.foundation.spreadsheets import text_cell


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        "+81 3",
        "-2",
        "@SUM(A1)",
        '=HYPERLINK("http://evil.example","click")',
        "\t=1",
        "\r=1",
        "\n=1",
        " =1+1",
        "\N{IDEOGRAPHIC SPACE}=1",
        "\N{NO-BREAK SPACE}@x",
        "＝1+1",
        "＋1",
        "－1",
        "＠x",
    ],
)
def test_an_apostrophe_goes_before_what_might_begin_a_formula(text: str) -> None:
    assert text_cell(text) == f"'{text}"


@pytest.mark.parametrize("text", ["", "あかりマート本町店", "A=B", "1-2", "'=1", "山田 太郎", "ー", "−1"])
def test_other_text_stays_as_it_is(text: str) -> None:
    assert text_cell(text) == text


@given(text=st.text())
def test_no_cell_begins_like_a_formula_and_nothing_is_lost(text: str) -> None:
    cell = text_cell(text)

    assert cell.removeprefix("'" if cell != text else "") == text
    assert cell.lstrip()[:1] not in set("=+-@＝＋－＠")
    assert cell[:1] not in set("\t\r\n")
