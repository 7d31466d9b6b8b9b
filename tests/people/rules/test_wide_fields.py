"""The full-width fields of the registration form: what they take, what they make of it, what they refuse."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pointclub.people.rules import contacts, wide_fields
from pointclub.people.rules.field_errors import FieldError
from pointclub.people.rules.prefectures import PREFECTURES
from tests.people.rules.test_widths import ANY_TEXT

pytestmark = pytest.mark.rule("REG-2")

FIELDS = {
    "full_name": (wide_fields.full_name, 20),
    "family_name": (wide_fields.family_name, 20),
    "given_name": (wide_fields.given_name, 20),
    "reading": (wide_fields.reading, 20),
    "nickname": (wide_fields.nickname, 20),
    "identity_keyword": (wide_fields.identity_keyword, 10),
    "town": (wide_fields.town, 50),
    "street": (wide_fields.street, 50),
    "building": (wide_fields.building, 50),
}
OPTIONAL = {"nickname", "building"}


def code_of(field: Callable[[str], str], text: str) -> str:
    with pytest.raises(FieldError) as error:
        field(text)
    return error.value.code


class TestEveryWideField:
    @pytest.mark.parametrize("name", FIELDS)
    def test_takes_as_many_characters_as_it_says_and_no_more(self, name: str) -> None:
        field, longest = FIELDS[name]

        assert field("ア" * longest) == "ア" * longest
        assert code_of(field, "ア" * (longest + 1)) == "too_long"

    @pytest.mark.parametrize("name", FIELDS)
    def test_counts_after_the_conversion(self, name: str) -> None:
        field, longest = FIELDS[name]

        assert field("ｶﾞ" * longest) == "ガ" * longest

    @pytest.mark.parametrize("name", sorted(FIELDS.keys() - OPTIONAL))
    @pytest.mark.parametrize("nothing", ["", "  　\n", "\u200b"])
    def test_is_required(self, name: str, nothing: str) -> None:
        assert code_of(FIELDS[name][0], nothing) == "required"

    @pytest.mark.parametrize("name", sorted(OPTIONAL))
    @pytest.mark.parametrize("nothing", ["", "  　\n", "\u200b"])
    def test_may_be_left_empty_where_the_form_says_so(self, name: str, nothing: str) -> None:
        assert FIELDS[name][0](nothing) == ""

    @pytest.mark.parametrize("name", FIELDS)
    @given(text=ANY_TEXT)
    def test_refuses_in_its_own_way_or_returns_what_it_would_take(self, name: str, text: str) -> None:
        field, longest = FIELDS[name]
        try:
            taken = field(text)
        except FieldError:
            return
        assert field(taken) == taken
        assert len(taken) <= longest * 3


class TestNames:
    @given(st.text(st.sampled_from("山田関西々花子カナひらがなＡｚ１ー・髙﨑𠮷㈱"), min_size=1, max_size=20))
    def test_are_taken_as_they_are_whenever_they_follow_the_rule(self, name: str) -> None:
        assert wide_fields.full_name(name) == wide_fields.family_name(name) == wide_fields.given_name(name) == name

    @pytest.mark.parametrize(
        ("typed", "kept"),
        [
            ("関電 太郎", "関電　太郎"),
            ("髙﨑𠮷子", "髙﨑𠮷子"),
            ("O'Brien, J.", "Ｏ’Ｂｒｉｅｎ，　Ｊ．"),
            ("㈱見本", "㈱見本"),
            ("マリア・デラクルス", "マリア・デラクルス"),
        ],
    )
    def test_are_made_of_letters_digits_kana_and_kanji(self, typed: str, kept: str) -> None:
        assert wide_fields.full_name(typed) == kept.replace("’", "＇")

    @pytest.mark.parametrize("typed", ["花子😀", "<b>花子</b>", "花子＠", "花子★"])
    def test_hold_no_signs_and_no_pictures(self, typed: str) -> None:
        assert code_of(wide_fields.full_name, typed) == "cannot_be_used"

    def test_in_letters_that_cannot_be_wide_are_refused_with_the_letters(self) -> None:
        with pytest.raises(FieldError) as error:
            wide_fields.full_name("Nguyễn")

        assert (error.value.code, error.value.values) == ("not_full_width", {"characters": "ễ"})


class TestReadings:
    @pytest.mark.parametrize(
        ("typed", "kept"),
        [
            ("かんさい", "カンサイ"),
            ("ｶﾝｻｲ", "カンサイ"),
            ("ヴァン", "ヴァン"),
            ("さと-", "サトー"),
            ("デ ラ", "デ・ラ"),
        ],
    )
    @pytest.mark.rule("REG-3")
    def test_become_katakana(self, typed: str, kept: str) -> None:
        assert wide_fields.reading(typed) == kept

    @pytest.mark.parametrize("typed", ["関西", "Kansai", "ー", "カンサイ1"])
    def test_are_in_kana(self, typed: str) -> None:
        assert code_of(wide_fields.reading, typed) == "not_katakana"

    @given(
        st.text(st.sampled_from("アイガパヴァッー・"), min_size=1, max_size=20).filter(lambda text: text.strip("ー・"))
    )
    def test_of_both_parts_are_what_is_kept_of_a_person(self, text: str) -> None:
        part = wide_fields.reading(text)

        whole = wide_fields.whole_reading(part, part)
        assert contacts.kana(whole) == whole


class TestAddresses:
    def test_keep_the_dashes_that_were_typed(self) -> None:
        assert wide_fields.street("中ノ島1-2‐22−3") == "中ノ島１－２‐２２−３"

    def test_take_signs_that_names_do_not(self) -> None:
        assert wide_fields.building("関電ビル#301（～3F）") == "関電ビル＃３０１（～３Ｆ）"

    def test_lie_in_one_of_47_prefectures(self) -> None:
        assert wide_fields.prefecture(" 大阪府 ") == "大阪府"
        assert code_of(wide_fields.prefecture, "大阪") == "unknown_prefecture"
        assert code_of(wide_fields.prefecture, "") == "required"
        assert len(set(PREFECTURES)) == 47


class TestNicknames:
    def test_may_hold_whatever_is_drawn_wide(self) -> None:
        assert wide_fields.nickname("ひまわり★😀") == "ひまわり★😀"


class TestTheSex:
    @pytest.mark.parametrize("choice", ["f", "m", "x"])
    def test_is_chosen_or_declined(self, choice: str) -> None:
        assert wide_fields.sex(choice) == choice

    def test_is_one_of_the_choices(self) -> None:
        assert code_of(wide_fields.sex, "") == "required"
        assert code_of(wide_fields.sex, "w") == "unknown_choice"
