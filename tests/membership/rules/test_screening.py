"""How alike two people must be to be taken for one, and when two addresses are one house."""

import pytest

from pointclub.membership.rules.screening import Likeness, is_double, is_like_a_former, is_same_address

pytestmark = [pytest.mark.rule("MEM-1"), pytest.mark.rule("SCR-1")]


def alike(*, name: bool = False, born: bool | None = None, address: bool = False, contact: bool = False) -> Likeness:
    return Likeness(same_name=name, same_birth_date=born, same_address=address, same_contact=contact)


class TestADouble:
    @pytest.mark.parametrize(
        "likeness",
        [
            alike(name=True, born=True, address=True),
            alike(born=True, contact=True),
            alike(name=True, address=True),
            alike(name=True, contact=True),
        ],
    )
    def test_is_suspected(self, likeness: Likeness) -> None:
        assert is_double(likeness)

    @pytest.mark.parametrize(
        "likeness",
        [
            alike(name=True, born=True),
            alike(name=True, born=False, address=True, contact=True),
            alike(born=False, contact=True),
            alike(address=True, contact=True),
            alike(name=True),
            alike(born=True, address=True),
        ],
    )
    def test_is_not_suspected_of_namesakes_families_and_neighbours(self, likeness: Likeness) -> None:
        assert not is_double(likeness)


class TestAFormerMember:
    def test_is_looked_for_by_name_and_birth_date_alone(self) -> None:
        assert is_like_a_former(alike(name=True, born=True))
        assert is_like_a_former(alike(name=True, contact=True))

    def test_is_nobody_with_the_same_name_alone(self) -> None:
        assert not is_like_a_former(alike(name=True))
        assert not is_like_a_former(alike(name=True, born=False, contact=True))


class TestAnAddress:
    @pytest.mark.parametrize(
        ("one", "other"),
        [
            ("大阪府大阪市北区中之島１－２－２２", "大阪府大阪市北区中之島1丁目2番22号"),
            ("大阪府大阪市北区中之島１－２－２２", "大阪府 大阪市北区 中之島 1−2−22"),
            ("大阪府大阪市北区中之島１－２－２２ 関電ビル３０１号", "大阪府大阪市北区中之島1-2-22"),
            ("見本県架空市例示町1丁目1番地", "見本県架空市例示町１の１"),
        ],
    )
    def test_is_the_same_however_it_is_written(self, one: str, other: str) -> None:
        assert is_same_address(one, other)
        assert is_same_address(other, one)

    @pytest.mark.parametrize(
        ("one", "other"),
        [
            ("大阪府大阪市北区中之島１－２", "大阪府大阪市北区中之島１－２２"),
            ("大阪府大阪市北区中之島１－２", "大阪府大阪市北区中之島１－２－３"),
            ("大阪府大阪市北区中之島１－２", "大阪府大阪市北区梅田１－２"),
            ("", "大阪府大阪市北区中之島１－２"),
            ("", ""),
        ],
    )
    def test_is_another_where_a_number_differs(self, one: str, other: str) -> None:
        assert not is_same_address(one, other)
        assert not is_same_address(other, one)
