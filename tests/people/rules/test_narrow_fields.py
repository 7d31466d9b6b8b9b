"""The half-width fields of the registration form, and what goes with them."""

import datetime as dt
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pointclub.people.rules import narrow_fields
from pointclub.people.rules.field_errors import FieldError
from tests.people.rules.test_widths import ANY_TEXT

pytestmark = pytest.mark.rule("REG-2")

TODAY = dt.date(2026, 4, 10)


def code_of(field: Callable[..., object], *typed: str, **facts: object) -> str:
    with pytest.raises(FieldError) as error:
        field(*typed, **facts)
    return error.value.code


class TestLoginIds:
    @pytest.mark.parametrize(
        ("typed", "kept"),
        [("abcd1234", "abcd1234"), ("ABCdef", "abcdef"), ("ａｂｃｄ１２３４", "abcd1234"), (" abcdef ", "abcdef")],
    )
    def test_are_kept_in_lower_case_and_half_width(self, typed: str, kept: str) -> None:
        assert narrow_fields.login_id(typed) == kept

    @pytest.mark.parametrize(
        ("typed", "code"),
        [
            ("", "required"),
            ("abcde", "wrong_length"),
            ("abcdefghi", "wrong_length"),
            ("12345678", "letter_needed"),
            ("abcd-123", "letters_and_digits_only"),
            ("abc 1234", "letters_and_digits_only"),
            ("山田1234", "letters_and_digits_only"),
            ("İabcdef", "letters_and_digits_only"),
            ("\u212aabcdef", "letters_and_digits_only"),
        ],
    )
    def test_are_six_to_eight_letters_and_digits(self, typed: str, code: str) -> None:
        assert code_of(narrow_fields.login_id, typed) == code

    @given(st.from_regex(r"[0-9A-Za-z]{6,8}", fullmatch=True).filter(lambda text: not text.isdecimal()))
    def test_are_taken_whenever_they_follow_the_rule(self, text: str) -> None:
        assert narrow_fields.login_id(text) == text.lower()


class TestPostalCodes:
    @pytest.mark.parametrize("typed", ["5370001", "537-0001", "５３７－０００１", "〒537ー0001", "537 0001"])
    @pytest.mark.rule("REG-3")
    def test_are_seven_digits_however_they_are_typed(self, typed: str) -> None:
        assert narrow_fields.postal_code(typed) == "5370001"

    def test_of_another_length_are_none(self) -> None:
        assert code_of(narrow_fields.postal_code, "537000") == "not_postal_code"
        assert code_of(narrow_fields.postal_code, "") == "required"


class TestPhones:
    @pytest.mark.parametrize(
        "typed", [("06", "6441", "8821"), ("06-6441-8821",), ("０６", "６４４１", "８８２１"), ("06(6441)8821",)]
    )
    def test_are_typed_in_three_parts_or_in_one(self, typed: tuple[str, ...]) -> None:
        assert narrow_fields.land_line(*typed) == "0664418821"

    @pytest.mark.parametrize("dash", "-‐‑–—―−ーｰ")
    @pytest.mark.rule("REG-3")
    def test_may_have_any_dash_between(self, dash: str) -> None:
        assert narrow_fields.mobile(f"090{dash}1234{dash}5678") == "09012345678"

    @pytest.mark.parametrize("typed", [("",), ("", "", ""), (" ", "　", "")])
    def test_may_each_be_left_empty(self, typed: tuple[str, ...]) -> None:
        assert narrow_fields.land_line(*typed) == ""
        assert narrow_fields.mobile(*typed) == ""

    @pytest.mark.parametrize(
        "typed", [("06", "", ""), ("090-1234-5678",), ("16-6441-8821",), ("-",), ("+1", "212", "5550100")]
    )
    def test_at_home_have_ten_digits_or_eleven_over_the_internet(self, typed: tuple[str, ...]) -> None:
        assert code_of(narrow_fields.land_line, *typed) == "not_land_line"
        assert narrow_fields.land_line("050-1234-5678") == "05012345678"

    @pytest.mark.parametrize("typed", [("06-6441-8821",), ("090", "1234", "567"), ("050-1234-5678",)])
    def test_on_the_way_have_eleven_digits(self, typed: tuple[str, ...]) -> None:
        assert code_of(narrow_fields.mobile, *typed) == "not_mobile"

    def test_are_one_at_least(self) -> None:
        assert code_of(narrow_fields.phones, "", "") == "phone_needed"
        narrow_fields.phones("0664418821", "")
        narrow_fields.phones("", "09012345678")

    @given(st.from_regex(r"0[6-9]0[0-9]{8}", fullmatch=True), st.sampled_from(["", "-", " ", "ー", "−"]))
    def test_are_taken_whenever_they_follow_the_rule(self, digits: str, between: str) -> None:
        parts = (digits[:3], digits[3:7], digits[7:])

        assert narrow_fields.mobile(*parts) == narrow_fields.mobile(between.join(parts)) == digits


class TestMailAddresses:
    def test_have_fifty_characters_at_most(self) -> None:
        longest = "h" * 38 + "@example.com"

        assert narrow_fields.mail(longest) == longest
        assert code_of(narrow_fields.mail, "h" + longest) == "too_long"

    def test_are_typed_in_half_width_or_made_so(self) -> None:
        assert narrow_fields.mail("ｋａｎｄｅｎ．ｔａｒｏ＠ＥＸＡＭＰＬＥ．ｃｏｍ") == "kanden.taro@example.com"
        assert code_of(narrow_fields.mail, "見本@example.com") == "not_mail"

    @pytest.mark.parametrize("typed", ["a..b@example.ne.jp", "hana.@example.ne.jp", ".hana@example.ne.jp"])
    def test_of_the_old_kind_are_taken_and_known_as_such(self, typed: str) -> None:
        assert narrow_fields.is_irregular_mail(narrow_fields.mail(typed))

    def test_of_the_usual_kind_are_not_warned_of(self) -> None:
        assert not narrow_fields.is_irregular_mail("kanden.taro@example.co.jp")

    def test_of_which_the_second_is_optional_and_another_one(self) -> None:
        first = "hanako@example.com"

        assert narrow_fields.second_mail(" ", first=first) == ""
        assert narrow_fields.second_mail("hanako@example.net", first=first) == "hanako@example.net"
        assert code_of(narrow_fields.second_mail, "HANAKO@example.com", first=first) == "same_as_first"

    def test_are_typed_twice(self) -> None:
        narrow_fields.refuse_unequal("hanako@example.com", "hanako@example.com")
        assert code_of(narrow_fields.refuse_unequal, "hanako@example.com", "hanako@example.net") == "not_the_same"


class TestBirthDates:
    def test_are_days_that_have_been(self) -> None:
        assert narrow_fields.birth_date("１９８０－０４－０１", on=TODAY) == "1980-04-01"
        assert code_of(narrow_fields.birth_date, "2026-04-11", on=TODAY) == "not_birth_date"
        assert code_of(narrow_fields.birth_date, "1980-02-30", on=TODAY) == "not_birth_date"
        assert code_of(narrow_fields.birth_date, "", on=TODAY) == "required"


@given(ANY_TEXT)
def test_every_narrow_field_refuses_in_its_own_way_or_returns_what_it_would_take(text: str) -> None:
    fields: list[Callable[[str], str]] = [
        narrow_fields.login_id,
        narrow_fields.postal_code,
        narrow_fields.land_line,
        narrow_fields.mobile,
        narrow_fields.mail,
        lambda typed: narrow_fields.birth_date(typed, on=TODAY),
        lambda typed: narrow_fields.second_mail(typed, first="hanako@example.com"),
    ]
    for field in fields:
        try:
            taken = field(text)
        except FieldError:
            continue
        assert field(taken) == taken
