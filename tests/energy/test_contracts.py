"""Contracts come by file, are found by both numbers at once, and are linked to one person at a time."""

import datetime as dt

import pytest
from django.db import connection
from django.db.utils import ProgrammingError

from pointclub.energy import queries
from pointclub.energy import services as energy
from pointclub.energy.models import ContractVersion
from pointclub.files.models import RowError
from pointclub.people import services as people
from pointclub.people.models import Person, SignInAttempt
from tests.factories.club import STAFF, jst
from tests.factories.contracts import CUSTOMER, SUPPLY_POINT, contract_on_file, contract_row, send_contracts

pytestmark = pytest.mark.django_db

AT = jst("2026-04-01 12:00")
TODAY = dt.date(2026, 4, 1)


def found(customer: str = CUSTOMER, supply_point: str = SUPPLY_POINT, on: dt.date = TODAY) -> object:
    return queries.find_contract(customer, supply_point, on=on)


def person(name: str = "見本 花子") -> Person:
    return people.record_person(name=name, at=AT, actor=STAFF)


@pytest.mark.rule("FIL-1")
class TestAFileOfContracts:
    def test_puts_them_on_file(self) -> None:
        state = send_contracts(
            contract_row(), contract_row("C-2", kind="gas", supply_point="12345678901234567", ends_on="2026-12-31")
        )

        assert (state.accepted, state.bad) == (2, 0)
        assert found() is not None
        assert found(supply_point="12345678901234567") is not None

    def test_says_nothing_new_when_it_comes_again(self) -> None:
        send_contracts(contract_row())

        state = send_contracts(contract_row(), contract_row("C-2", supply_point="0600112222333344440002"))

        assert (state.accepted, state.known_before, state.bad) == (1, 1, 0)

    def test_counts_by_what_was_said_last_in_whatever_order_it_comes(self) -> None:
        later = contract_row(menu="nattoku", changed_at="2026-03-05T09:00:00")

        send_contracts(later)
        send_contracts(contract_row())

        contract_id = found()
        version = queries.current_version(contract_id)  # type: ignore[arg-type]
        assert version is not None
        assert version.menu_code == "nattoku"
        assert ContractVersion.objects.count() == 2

    def test_that_says_two_things_for_one_instant_is_believed_once(self) -> None:
        state = send_contracts(contract_row(), contract_row(menu="nattoku"))

        assert (state.accepted, state.bad) == (1, 1)
        assert RowError.objects.get().code == "said_otherwise"

    @pytest.mark.parametrize(
        ("facts", "code"),
        [
            ({"kind": "water"}, "unknown_kind"),
            ({"customer": "1122"}, "not_customer_number"),
            ({"supply_point": "12"}, "not_supply_point_number"),
            ({"ends_on": "2020-03-31"}, "ends_before_it_starts"),
            ({"starts_on": "yesterday"}, "not_day"),
            ({"holder": "見本\x01花子"}, "not_text"),
        ],
    )
    def test_reports_bad_rows_and_keeps_no_cell_of_them(self, facts: dict[str, str], code: str) -> None:
        state = send_contracts(contract_row(**facts), contract_row("C-2"))

        (error,) = RowError.objects.all()
        assert (state.accepted, error.code, error.raw) == (1, code, "")
        assert "見本" not in error.message

    def test_leaves_no_number_and_no_name_in_the_clear(self) -> None:
        send_contracts(contract_row(), contract_row("C-2", customer="1122"))

        copied = b""
        with connection.cursor() as cursor:
            for table in ("energy_contract", "energy_contract_version", "files_row_error", "audit_entry"):
                with cursor.copy(f"COPY {table} TO STDOUT (FORMAT binary)") as copy:
                    copied += b"".join(bytes(chunk) for chunk in copy)
        for text in (CUSTOMER, SUPPLY_POINT, "見本"):
            assert text.encode() not in copied


@pytest.mark.rule("REG-1")
class TestAContract:
    def test_is_found_by_both_numbers_and_by_neither_alone(self) -> None:
        contract_id = contract_on_file()

        assert found() == contract_id
        assert found(customer="11222233334445") is None
        assert found(supply_point="0600112222333344440002") is None

    def test_is_not_found_by_the_numbers_of_two_contracts(self) -> None:
        contract_on_file()
        contract_on_file("C-2", customer="99222233334444", supply_point="0600112222333344440002")

        assert found(supply_point="0600112222333344440002") is None

    def test_is_found_from_its_first_day_to_its_last(self) -> None:
        contract_on_file(starts_on="2026-04-01", ends_on="2026-04-30")

        days = [dt.date(2026, 3, 31), dt.date(2026, 4, 1), dt.date(2026, 4, 30), dt.date(2026, 5, 1)]
        assert [found(on=day) is not None for day in days] == [False, True, True, False]

    def test_is_not_found_by_numbers_that_it_had_before(self) -> None:
        contract_on_file()
        send_contracts(contract_row(customer="11222233339999", changed_at="2026-03-05T09:00:00"))

        assert found() is None
        assert found(customer="11222233339999") is not None

    def test_cannot_be_rewritten_by_the_application(self) -> None:
        with pytest.raises(ProgrammingError, match="permission denied"), connection.cursor() as cursor:
            cursor.execute("UPDATE energy_contract_version SET menu_code = 'x'")


@pytest.mark.rule("REG-1")
class TestTrying:
    def try_once(self, customer: str = CUSTOMER, *, network: str = "192.0.2.1", at: dt.datetime = AT) -> object:
        return energy.try_contract(customer_number=customer, supply_point_number=SUPPLY_POINT, network=network, at=at)

    def test_finds_the_contract_and_is_on_file_without_the_number(self) -> None:
        contract_id = contract_on_file()

        assert self.try_once() == contract_id
        assert SignInAttempt.objects.get().succeeded_at == AT

    def test_ends_for_a_customers_number_after_five_from_one_place_that_matched_nothing(self) -> None:
        for _ in range(5):
            assert self.try_once() is None
        contract_on_file()

        with pytest.raises(people.TooManyAttemptsError) as refusal:
            self.try_once()

        assert self.try_once(network="198.51.100.7") is not None
        assert refusal.value.retry_at == AT + dt.timedelta(hours=1)
        assert self.try_once(at=AT + dt.timedelta(hours=1)) is not None

    def test_ends_for_a_network_after_twenty_that_matched_nothing(self) -> None:
        for number in range(20):
            self.try_once(f"112222333344{number:02d}")

        with pytest.raises(people.TooManyAttemptsError):
            self.try_once()
        assert self.try_once(network="198.51.100.7") is None

    def test_goes_on_for_who_matches(self) -> None:
        contract_on_file()

        assert all(self.try_once() for _ in range(30))


@pytest.mark.rule("REG-1")
class TestALink:
    def test_is_to_one_person_at_a_time(self) -> None:
        contract_id, hanako, taro = contract_on_file(), person(), person("見本 太郎")
        energy.link_contract(contract_id=contract_id, person=hanako, at=AT, actor=STAFF)

        with pytest.raises(energy.ContractLinkedError):
            energy.link_contract(contract_id=contract_id, person=taro, at=AT, actor=STAFF)
        energy.unlink_contract(contract_id=contract_id, person=hanako, at=AT, actor=STAFF)
        energy.link_contract(contract_id=contract_id, person=taro, at=AT, actor=STAFF)

        (contract,) = queries.list_contracts_of(taro.id)
        assert (contract.id, contract.customer_number) == (contract_id, "11-22-2233-334444")
        assert CUSTOMER not in repr(contract)
        assert queries.list_contracts_of(hanako.id) == []

    def test_made_again_is_the_same(self) -> None:
        contract_id, hanako = contract_on_file(), person()

        first, second = (
            energy.link_contract(contract_id=contract_id, person=hanako, at=AT, actor=STAFF) for _ in range(2)
        )

        assert first.id == second.id

    def test_that_is_not_there_is_not_ended(self) -> None:
        with pytest.raises(energy.NotLinkedError):
            energy.unlink_contract(contract_id=contract_on_file(), person=person(), at=AT, actor=STAFF)
