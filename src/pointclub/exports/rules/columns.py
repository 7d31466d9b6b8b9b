"""What the columns of a file are called, in the language of those who open it."""

from __future__ import annotations

from collections.abc import Mapping

from pointclub.people.rules.personal_fields import PersonalField

OF_EVERY_MEMBER = ("会員番号", "区分", "本会員番号", "入会日", "退会日")
OF_POINTS = ("会員番号", "利用可能ポイント", "次の失効日", "失効するポイント")
# What a letter needs, and how its list says in which file and on which page it is.
ON_THE_ENVELOPE = (PersonalField.NAME, PersonalField.POSTAL_CODE, PersonalField.ADDRESS)
OF_LETTERS = ("ファイル", "ページ", "郵便番号", "住所", "氏名")
OF_PERSONAL_DATA: Mapping[PersonalField, str] = {
    PersonalField.NAME: "氏名",
    PersonalField.FAMILY_NAME: "姓",
    PersonalField.GIVEN_NAME: "名",
    PersonalField.KANA: "フリガナ",
    PersonalField.BIRTH_DATE: "生年月日",
    PersonalField.SEX: "性別",
    PersonalField.NICKNAME: "ニックネーム",
    PersonalField.POSTAL_CODE: "郵便番号",
    PersonalField.ADDRESS: "住所",
    PersonalField.PREFECTURE: "都道府県",
    PersonalField.TOWN: "市区町村",
    PersonalField.STREET: "番地",
    PersonalField.BUILDING: "建物名・部屋番号",
    PersonalField.FIRST_MAIL: "メールアドレス1",
    PersonalField.SECOND_MAIL: "メールアドレス2",
    PersonalField.MOBILE: "携帯電話",
    PersonalField.LAND_LINE: "固定電話",
}
