"""What is typed in any width becomes what a field asks for, and counts as somebody would count it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pointclub.people.rules import widths
from pointclub.people.rules.field_errors import FieldError

ANY_TEXT = st.text(
    st.one_of(
        st.characters(),
        st.sampled_from("ｱｶﾞﾊﾟｰ-‐－−～〜㈱髙﨑𠮷神゙゚ かがｶ゙\u200b\u200d\ufeff\u00ad\x00\n\u3164aA1é😀<>&'\"\ud800"),
    ),
    max_size=40,
)


class TestWideText:
    @pytest.mark.parametrize(
        ("typed", "wide"),
        [
            ("ﾔﾏﾀﾞ ﾊﾅｺ", "ヤマダ　ハナコ"),
            ("ﾊﾟﾋﾟｯﾌﾟ", "パピップ"),
            ("John Smith-Jones", "Ｊｏｈｎ　Ｓｍｉｔｈ－Ｊｏｎｅｓ"),
            ("  山田 \t 花子\n", "山田　花子"),
            ("か\u3099", "が"),
            ("1-2-22", "１－２－２２"),
        ],
    )
    @pytest.mark.rule("REG-3")
    def test_is_made_of_what_is_narrow(self, typed: str, wide: str) -> None:
        assert widths.wide(typed) == wide

    @pytest.mark.parametrize("kept", ["㈱", "～", "〜", "−", "‐", "髙", "﨑", "𠮷", "葛\U000e0100", "\ufa19", "①", "Ⅲ"])
    def test_keeps_the_letters_of_names_and_places_as_they_are(self, kept: str) -> None:
        assert widths.wide(kept) == kept

    @pytest.mark.parametrize("unseen", ["\u200b", "\u200d", "\ufeff", "\u00ad", "\u202e", "\u3164", "\u2060"])
    def test_loses_what_nobody_sees(self, unseen: str) -> None:
        assert widths.wide(f"山{unseen}田") == "山田"

    @pytest.mark.parametrize("letter", ["\x00", "\x1b", "\x7f", "\ud800", "\ue000", "\uffff"])
    def test_holds_nothing_that_cannot_be_written_down(self, letter: str) -> None:
        with pytest.raises(FieldError) as error:
            widths.wide(f"山{letter}田")

        assert error.value.code == "cannot_be_used"

    def test_is_not_made_of_a_book(self) -> None:
        with pytest.raises(FieldError) as error:
            widths.wide("あ" * 10_000)

        assert (error.value.code, error.value.values) == ("too_long", {"longest": 1_000})

    @given(ANY_TEXT)
    def test_is_refused_or_stays_as_it_is_when_converted_again(self, text: str) -> None:
        try:
            wide = widths.wide(text)
        except FieldError:
            return
        assert widths.wide(wide) == wide


class TestNarrowText:
    def test_has_half_width_letters_and_no_spaces_around(self) -> None:
        assert widths.narrow("　ａｂｃｄ１２３４ ") == "abcd1234"
        assert widths.narrow("０９０－１２３４") == "090-1234"

    @given(ANY_TEXT)
    def test_is_refused_or_stays_as_it_is_when_converted_again(self, text: str) -> None:
        try:
            narrow = widths.narrow(text)
        except FieldError:
            return
        assert widths.narrow(narrow) == narrow


class TestTheLength:
    @pytest.mark.parametrize(
        ("text", "length"), [("", 0), ("山田", 2), ("𠮷田", 2), ("葛\U000e0100城", 2), ("カ\u309a", 1), ("😀", 1)]
    )
    def test_counts_what_somebody_sees(self, text: str, length: int) -> None:
        assert widths.length(text) == length

    @pytest.mark.parametrize("text", ["\u3099", "山　\u3099", "あ" + "\u0301" * 3])
    def test_does_not_count_marks_upon_nothing_or_in_heaps(self, text: str) -> None:
        with pytest.raises(FieldError) as error:
            widths.length(text)

        assert error.value.code == "cannot_be_used"
