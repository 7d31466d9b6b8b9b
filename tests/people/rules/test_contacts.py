"""What is the same is written in one way, and what is no value is refused without being repeated."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pointclub.people.rules import contacts
from pointclub.people.rules.contacts import UnreadableValueError
from pointclub.people.rules.personal_fields import PersonalField

TODAY = dt.date(2026, 4, 10)


class TestMailAddresses:
    @pytest.mark.parametrize(
        ("written", "kept"),
        [
            ("hanako@example.com", "hanako@example.com"),
            (" hanako@EXAMPLE.Com ", "hanako@example.com"),
            ("ｈａｎａｋｏ＠ｅｘａｍｐｌｅ．ｃｏｍ", "hanako@example.com"),
            ("Hanako.Y+club@example.co.jp", "Hanako.Y+club@example.co.jp"),
            # Mobile carriers once gave out addresses that the standard forbids, and people still have them.
            ("..hana..ko.@example.ne.jp", "..hana..ko.@example.ne.jp"),
        ],
    )
    def test_keep_their_case_before_the_at_and_lose_it_after(self, written: str, kept: str) -> None:
        assert contacts.mail_address(written) == kept

    @pytest.mark.parametrize(
        "written",
        [
            *("", "hanako", "@example.com", "hanako@", "hanako@example", "ha nako@example.com", "a@b@example.com"),
            *(
                "hanako@-example.com",
                "hanako@exa_mple.com",
                "hanako@example..com",
                "hanako@example.com\x00",
                "a\n@b.com",
            ),
            "h" * 65 + "@example.com",
            "h@" + "e" * 250 + ".com",
        ],
    )
    def test_that_are_none_are_refused(self, written: str) -> None:
        with pytest.raises(UnreadableValueError):
            contacts.mail_address(written)


class TestPhoneNumbers:
    @pytest.mark.parametrize(
        "written",
        [
            *("09000000001", "090-0000-0001", "０９０－００００－０００１", "090ー0000ー0001", "090 0000 0001"),
            *("(090)0000-0001", "+81 90-0000-0001", "＋８１ 90 0000 0001", "+81(0)90-0000-0001", "0081-90-0000-0001"),
            *("090‐0000‐0001", "090.0000.0001", "090−0000−0001"),
        ],
    )
    def test_are_the_same_however_they_are_written(self, written: str) -> None:
        assert contacts.phone_number(written) == "09000000001"
        assert contacts.phone_number(written, is_mobile=True) == "09000000001"

    def test_of_ten_digits_are_those_at_home(self) -> None:
        assert contacts.phone_number("06-0000-0001") == "0600000001"

    def test_abroad_keep_their_plus(self) -> None:
        assert contacts.phone_number("+1 (212) 555-0100") == "+12125550100"

    @pytest.mark.parametrize(
        "written", ["", "1", "090000000", "12345678901", "090-0000-000x", "+0123456789", "٠٩٠٠٠٠٠٠٠٠١"]
    )
    def test_that_are_none_are_refused(self, written: str) -> None:
        with pytest.raises(UnreadableValueError):
            contacts.phone_number(written)

    @pytest.mark.parametrize("written", ["06-0000-0001", "0120-000-001", "050-0000-0001"])
    def test_that_are_no_mobiles_are_refused_as_such(self, written: str) -> None:
        with pytest.raises(UnreadableValueError, match="mobile"):
            contacts.phone_number(written, is_mobile=True)


class TestPostalCodes:
    @pytest.mark.parametrize("written", ["530-0001", "5300001", "〒530-0001", "５３０－０００１", "530 0001"])
    def test_are_seven_digits(self, written: str) -> None:
        assert contacts.postal_code(written) == "5300001"

    @pytest.mark.parametrize("written", ["", "530", "530-00011", "abc-defg"])
    def test_that_are_none_are_refused(self, written: str) -> None:
        with pytest.raises(UnreadableValueError):
            contacts.postal_code(written)


class TestReadings:
    @pytest.mark.parametrize("written", ["ヤマダ ハナコ", "ﾔﾏﾀﾞ ﾊﾅｺ", "やまだ　はなこ", " ヤマダ  ハナコ "])
    def test_are_katakana(self, written: str) -> None:
        assert contacts.kana(written) == "ヤマダ ハナコ"

    @pytest.mark.parametrize("written", ["", " ", "山田 花子", "Yamada", "ー", "ヤマダ1"])
    def test_that_are_none_are_refused(self, written: str) -> None:
        with pytest.raises(UnreadableValueError):
            contacts.kana(written)


class TestBirthDates:
    @pytest.mark.parametrize("written", ["1980-04-01", "1980/4/1", "1980年4月1日", "１９８０．４．１", "19800401"])
    def test_are_days(self, written: str) -> None:
        assert contacts.birth_date(written, on=TODAY) == "1980-04-01"

    @pytest.mark.parametrize("written", ["", "1980-02-30", "1899-12-31", "2026-04-11", "80-04-01", "昭和55年4月1日"])
    def test_that_are_none_or_to_come_are_refused(self, written: str) -> None:
        with pytest.raises(UnreadableValueError):
            contacts.birth_date(written, on=TODAY)

    def test_can_be_today(self) -> None:
        assert contacts.birth_date("2026-04-10", on=TODAY) == "2026-04-10"


class TestAddresses:
    def test_are_one_line(self) -> None:
        assert contacts.postal_address(" 大阪府大阪市 \n 北区1-1 ") == "大阪府大阪市 北区1-1"

    @pytest.mark.parametrize("written", ["", " \n ", "x" * 201, "大阪\x1b[31m"])
    def test_that_cannot_be_shown_are_refused(self, written: str) -> None:
        with pytest.raises(UnreadableValueError):
            contacts.postal_address(written)


@given(field=st.sampled_from([field for field in PersonalField if field is not PersonalField.NAME]), text=st.text())
def test_what_was_normalised_stays_as_it_is(field: PersonalField, text: str) -> None:
    try:
        kept = contacts.normalised(field, text, on=TODAY)
    except UnreadableValueError:
        return
    assert contacts.normalised(field, kept, on=TODAY) == kept
