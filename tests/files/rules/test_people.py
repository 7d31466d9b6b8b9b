import pytest

from pointclub.files.rules.people import neutralised


@pytest.mark.rule("FIL-1")
@pytest.mark.parametrize("cell", ["=1+1", "+81 6 1234", "-x", "@SUM(A1)", "\t=1", "-1e3", '=HYPERLINK("x")'])
def test_text_that_a_spreadsheet_would_calculate_is_neutralised(cell: str) -> None:
    assert neutralised(cell) == f"'{cell}"


@pytest.mark.rule("FIL-1")
@pytest.mark.parametrize("cell", ["", "-1", "+5", "100", "-1.5", "a=b", "１００", "日本"])
def test_numbers_and_other_text_stay_as_they_are(cell: str) -> None:
    assert neutralised(cell) == cell
