"""Towns of postal codes, offered from a list that comes with the program."""

import pytest

from pointclub.people.postal_codes import Town, find_towns, is_town_in

pytestmark = pytest.mark.rule("REG-2")


class TestAPostalCode:
    def test_stands_for_a_town(self) -> None:
        assert find_towns("5300005") == [Town("大阪府", "大阪市北区中之島")]

    def test_may_stand_for_towns_in_two_prefectures(self) -> None:
        assert {town.prefecture for town in find_towns("4980000")} == {"愛知県", "三重県"}

    def test_may_belong_to_one_place_alone(self) -> None:
        assert find_towns("0608621") == [Town("北海道", "札幌市中央区北一条西")]

    @pytest.mark.parametrize("code", ["0000000", "", "abc"])
    def test_that_is_unknown_stands_for_none(self, code: str) -> None:
        assert find_towns(code) == []


class TestATown:
    @pytest.mark.parametrize(
        ("prefecture", "town"),
        [
            ("大阪府", "大阪市北区中之島"),
            ("大阪府", "大阪市"),
            ("三重県", "桑名郡木曽岬町"),
            ("三重県", "木曽岬町"),
            ("茨城県", "龍ヶ崎市馴柴町"),
            ("茨城県", "龍ケ崎市"),
        ],
    )
    def test_is_known_in_its_prefecture(self, prefecture: str, town: str) -> None:
        assert is_town_in(prefecture, town)

    @pytest.mark.parametrize(("prefecture", "town"), [("京都府", "大阪市北区"), ("見本県", "見本市"), ("大阪府", "")])
    def test_is_unknown_elsewhere(self, prefecture: str, town: str) -> None:
        assert not is_town_in(prefecture, town)
