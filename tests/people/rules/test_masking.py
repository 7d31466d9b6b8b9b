"""Masked data tells two people apart and gives nothing away that could be used."""

import pytest

from pointclub.people.rules.masking import masked
from pointclub.people.rules.personal_fields import PersonalField

pytestmark = pytest.mark.rule("STF-1")


@pytest.mark.parametrize(
    ("field", "value", "shown"),
    [
        (PersonalField.NAME, "山田 花子", "山＊ 花＊"),
        (PersonalField.NAME, "山田花子", "山＊"),
        (PersonalField.NAME, "長谷川 一", "長＊ ＊"),
        (PersonalField.NAME, "東", "＊"),
        (PersonalField.KANA, "ヤマダ ハナコ", "ヤ＊ ハ＊"),
        (PersonalField.MOBILE, "09000001234", "***-****-1234"),
        (PersonalField.LAND_LINE, "0600001234", "***-****-1234"),
        (PersonalField.FIRST_MAIL, "hanako@example.com", "h***@example.com"),
        (PersonalField.SECOND_MAIL, "h@example.com", "***@example.com"),
        (PersonalField.FIRST_MAIL, "a@b@example.com", "a***@example.com"),
        (PersonalField.POSTAL_CODE, "5300001", "530-****"),
        (PersonalField.ADDRESS, "大阪府大阪市北区1-1", "大阪府＊"),
        (PersonalField.ADDRESS, "京都府京都市", "京都府＊"),
        (PersonalField.ADDRESS, "神奈川県横浜市", "神奈川県＊"),
        (PersonalField.ADDRESS, "北区1-1", "＊"),
        (PersonalField.BIRTH_DATE, "1980-04-01", "****-**-**"),
    ],
)
def test_each_field_is_masked_in_its_own_way(field: PersonalField, value: str, shown: str) -> None:
    assert masked(field, value) == shown


@pytest.mark.parametrize("field", [PersonalField.NAME, PersonalField.FIRST_MAIL, PersonalField.ADDRESS])
def test_how_long_it_is_stays_hidden(field: PersonalField) -> None:
    short, long = "山田@example.com", "山田山田山田@example.com"

    assert masked(field, short) == masked(field, long)
