"""Two right answers identify a caller, one wrong one is forgiven, and nobody learns from the outcome what is kept."""

import datetime as dt

import pytest

from pointclub.membership.rules.identity import IdentityQuestion, is_identified
from pointclub.people.rules.personal_fields import PersonalField

pytestmark = pytest.mark.rule("BAL-2")

TODAY = dt.date(2026, 4, 10)
BIRTH, POSTAL, PHONE, MAIL, KANA = IdentityQuestion
ON_FILE = {
    PersonalField.NAME: "見本 花子",
    PersonalField.KANA: "ミホン ハナコ",
    PersonalField.BIRTH_DATE: "1980-04-01",
    PersonalField.POSTAL_CODE: "0000001",
    PersonalField.MOBILE: "09000000001",
    PersonalField.LAND_LINE: "0600000001",
    PersonalField.FIRST_MAIL: "hanako@example.com",
}


@pytest.mark.parametrize(
    "answers",
    [
        {BIRTH: "1980-04-01", POSTAL: "000-0001"},
        {BIRTH: "1980年4月1日", PHONE: "+81 90 0000 0001"},
        {PHONE: "06-0000-0001", KANA: "みほんはなこ"},
        {MAIL: "HANAKO@example.com", POSTAL: "〒0000001"},
        {BIRTH: "1980-04-01", POSTAL: "000-0001", PHONE: "080-1111-1111"},
        {BIRTH: "1980-04-01", POSTAL: "000-0001", PHONE: " "},
    ],
)
def test_two_right_answers_and_at_most_one_wrong_one_are_enough(answers: dict[IdentityQuestion, str]) -> None:
    assert is_identified(answers, ON_FILE, on=TODAY)


@pytest.mark.parametrize(
    "answers",
    [
        {},
        {BIRTH: "1980-04-01"},
        {BIRTH: "1980-04-01", POSTAL: "000-0002"},
        {BIRTH: "1980-04-01", POSTAL: "x"},
        {BIRTH: "1980-04-01", POSTAL: "000-0001", PHONE: "080-1111-1111", KANA: "タロウ"},
        # Half an answer is none, and one thing said twice is one thing.
        {BIRTH: "1980-04", PHONE: "0001"},
        {PHONE: "09000000001", MAIL: "0600000001"},
    ],
)
def test_fewer_right_or_more_wrong_are_not(answers: dict[IdentityQuestion, str]) -> None:
    assert not is_identified(answers, ON_FILE, on=TODAY)


@pytest.mark.parametrize("said", ["", "x", "None"])
def test_what_is_not_on_file_is_never_right(said: str) -> None:
    assert not is_identified({BIRTH: said, POSTAL: said, MAIL: said}, {PersonalField.NAME: "見本 花子"}, on=TODAY)


def test_what_is_not_on_file_is_as_wrong_as_what_differs() -> None:
    little = {PersonalField.BIRTH_DATE: "1980-04-01", PersonalField.POSTAL_CODE: "0000001"}
    answers = {BIRTH: "1980-04-01", POSTAL: "000-0001", PHONE: "09000000001", KANA: "ミホン ハナコ"}

    assert not is_identified(answers, little, on=TODAY)
