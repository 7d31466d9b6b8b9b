"""Which passwords members may have, under the documents' rule and under the strict one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pointclub.people.rules.field_errors import FieldError
from pointclub.people.rules.passwords import Policy, refuse_unfit

pytestmark = pytest.mark.rule("REG-8")


def problem(password: str, *, policy: Policy, is_common: bool = False) -> str:
    try:
        refuse_unfit(password, login_id="abcd1234", policy=policy, is_common=is_common)
    except FieldError as unfit:
        return unfit.code
    return ""


@pytest.mark.rule("REG-2")
class TestTheDocumentedRule:
    @pytest.mark.parametrize("password", ["abc123", "password01", "A1" * 7, "ABCD12345"])
    def test_takes_six_to_fourteen_letters_and_digits_of_both_kinds(self, password: str) -> None:
        assert problem(password, policy=Policy.DOCUMENTED) == ""

    @pytest.mark.parametrize(
        ("password", "code"),
        [
            ("", "required"),
            ("abc12", "wrong_length"),
            ("a1" * 7 + "a", "wrong_length"),
            ("abcdefgh", "letter_and_digit_needed"),
            ("12345678", "letter_and_digit_needed"),
            ("abcd-1234", "letters_and_digits_only"),
            (" abc1234", "letters_and_digits_only"),
            ("ａｂｃ１２３４", "letters_and_digits_only"),
            ("abcd1234", "same_as_login_id"),
            ("ABCD1234", "same_as_login_id"),
        ],
    )
    def test_refuses_all_else_and_converts_nothing(self, password: str, code: str) -> None:
        assert problem(password, policy=Policy.DOCUMENTED) == code

    @given(st.from_regex(r"[0-9A-Za-z]{6,14}", fullmatch=True))
    def test_takes_whatever_follows_it(self, password: str) -> None:
        is_mixed = not password.isalpha() and not password.isdecimal() and password.lower() != "abcd1234"

        assert (problem(password, policy=Policy.DOCUMENTED) == "") == is_mixed


class TestTheStrictRule:
    @pytest.mark.parametrize("password", ["hidamari no asa", "ひだまりのあさだよ", "x" * 128])
    def test_asks_for_length_and_for_no_mixture(self, password: str) -> None:
        assert problem(password, policy=Policy.STRICT) == ""

    @pytest.mark.parametrize(("password", "code"), [("x" * 7, "wrong_length"), ("x" * 129, "wrong_length")])
    def test_has_its_limits(self, password: str, code: str) -> None:
        assert problem(password, policy=Policy.STRICT) == code

    def test_refuses_what_cannot_be_written_down(self) -> None:
        assert problem("hidamari\ud800", policy=Policy.STRICT) == "cannot_be_used"

    def test_refuses_common_ones_and_the_login_id(self) -> None:
        assert problem("password1", policy=Policy.STRICT, is_common=True) == "too_common"
        assert problem("Abcd1234", policy=Policy.STRICT) == "same_as_login_id"


@given(st.text(st.characters()), st.sampled_from(Policy), st.booleans())
def test_either_rule_says_no_in_its_own_way_only(password: str, policy: Policy, is_common: bool) -> None:
    problem(password, policy=policy, is_common=is_common)
