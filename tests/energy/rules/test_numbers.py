"""The numbers on a bill, however they are typed."""

import pytest
from hypothesis import given

from pointclub.energy.rules import numbers
from pointclub.people.rules.field_errors import FieldError
from tests.people.rules.test_widths import ANY_TEXT

pytestmark = pytest.mark.rule("REG-1")


def code_of(text: str, *, is_customer: bool = True) -> str:
    with pytest.raises(FieldError) as error:
        (numbers.customer_number if is_customer else numbers.supply_point_number)(text)
    return error.value.code


class TestACustomerNumber:
    @pytest.mark.parametrize(
        "typed", ["11222233334444", "11-22-2233-334444", "１１－２２－２２３３－３３４４４４", "11 22 2233 334444"]
    )
    def test_has_fourteen_digits_and_is_shown_as_on_the_bill(self, typed: str) -> None:
        assert numbers.customer_number(typed) == "11222233334444"
        assert numbers.grouped_customer_number("11222233334444") == "11-22-2233-334444"

    @pytest.mark.parametrize("typed", ["1122223333444", "112222333344445", "1122223333444a", "٣" * 14])
    def test_of_anything_else_is_none(self, typed: str) -> None:
        assert code_of(typed) == "not_customer_number"

    def test_is_required(self) -> None:
        assert code_of(" ") == "required"


class TestASupplyPointNumber:
    @pytest.mark.parametrize("typed", ["06-0011-2222-3333-4444-0001", "1001112222333344440001", "12345678901234567"])
    def test_has_22_digits_for_electricity_and_17_for_gas(self, typed: str) -> None:
        assert numbers.supply_point_number(typed) == typed.replace("-", "")

    @pytest.mark.parametrize("typed", ["1100112222333344440001", "0620112222333344440001", "06001122223333444400"])
    def test_of_another_area_class_or_length_is_none(self, typed: str) -> None:
        assert code_of(typed, is_customer=False) == "not_supply_point_number"


@given(ANY_TEXT)
def test_either_number_is_refused_in_its_own_way_or_stays_as_it_is(text: str) -> None:
    for number in (numbers.customer_number, numbers.supply_point_number):
        try:
            taken = number(text)
        except FieldError:
            continue
        assert number(taken) == taken
