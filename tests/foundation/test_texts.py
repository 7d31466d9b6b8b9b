"""What may stand as one line of text."""

import pytest

from pointclub.foundation.texts import is_line


@pytest.mark.parametrize("text", ["a", "見本 花子", "髙﨑", "R-7/42", "🍙"])
def test_what_can_be_shown_as_it_is_is_a_line(text: str) -> None:
    assert is_line(text, longest=10)


@pytest.mark.parametrize("text", ["", " ", "\u3000", "a\nb", "a\x00", "\x1b[31m", "a\u202eb", "x" * 11, "\udcff"])
def test_what_says_nothing_is_too_long_or_hides_something_is_none(text: str) -> None:
    assert not is_line(text, longest=10)
