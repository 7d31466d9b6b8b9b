"""`pointclub accrue`, `correct`, `reverse` and `reversals`."""

# ruff: noqa: ARG002 -- A fixture asked for its effect.

import datetime as dt
from collections.abc import Callable

import pytest

from pointclub.jobs import output
from tests.factories.club import Club, jst
from tests.factories.staff import all_round
from tests.harness.commands import Called, call

pytestmark = pytest.mark.django_db
SetClock = Callable[[dt.datetime], None]


@pytest.fixture
def sato(set_clock: SetClock) -> str:
    set_clock(jst("2026-04-10 12:00"))
    all_round("sato")
    return "sato"


def accrue(club: Club, *words: str, number: str = "", merchant: str = "") -> Called:
    return call(
        *("accrue", number or club.member().number, "--merchant", merchant or club.merchant().number),
        *("--reference", "r-1", "--as", "sato", "--json", *words),
    )


@pytest.mark.rule("ACC-4")
def test_sale_is_answered_with_a_receipt_that_tells_no_balance(sato: str) -> None:
    answer = accrue(Club(), "--yen", "1090")

    assert answer.code == output.OK
    assert answer.json.pop("receipt")
    assert {name: value for name, value in answer.json.items() if name != "receipt"} == {
        "reference": "r-1",
        "points": 10,
        "base_points": 10,
        "bonuses": [],
        "is_repeat": False,
    }


@pytest.mark.rule("ACC-6")
def test_sale_sent_twice_counts_once(sato: str) -> None:
    club = Club()
    member, shop = club.member(), club.merchant()
    words = ("--yen", "1090", "--at", "2026-04-10T11:00")
    first = accrue(club, *words, number=member.number, merchant=shop.number)

    second = accrue(club, *words, number=member.number, merchant=shop.number)

    assert second.json == first.json | {"is_repeat": True}


def test_same_reference_for_another_sale_is_refused(sato: str) -> None:
    club = Club()
    member, shop = club.member(), club.merchant()
    accrue(club, "--yen", "1090", number=member.number, merchant=shop.number)

    other = accrue(club, "--yen", "2000", number=member.number, merchant=shop.number)

    assert (other.code, other.json["refused"]) == (output.REFUSED, "reference_conflict")


@pytest.mark.parametrize("amount", ["1e3", "１００", "1.5", "-1", "1,000", "", " 5", "1000000001", "9" * 40])
@pytest.mark.parametrize("option", ["--yen", "--points"])
def test_amount_that_is_no_whole_number_is_a_mistake_in_writing(sato: str, option: str, amount: str) -> None:
    answer = accrue(Club(), option, amount)

    assert answer.code == output.USAGE
    assert "is no whole number" in " ".join(answer.err.replace("│", " ").split())


def test_sale_has_a_price_or_a_number_of_points(sato: str) -> None:
    assert accrue(Club()).code == output.USAGE
    assert accrue(Club(), "--yen", "100", "--points", "5").code == output.USAGE


@pytest.mark.parametrize(("number", "merchant"), [("123456789015", ""), ("", "999999")])
def test_unknown_member_or_merchant_is_not_found(sato: str, number: str, merchant: str) -> None:
    assert accrue(Club(), "--yen", "100", number=number, merchant=merchant).code == output.NOT_FOUND


@pytest.mark.rule("SUS-1")
def test_sale_during_a_suspension_is_to_be_sent_again_later(sato: str) -> None:
    call(
        *("suspension", "start", "accrual", "--text-ja", "停止中", "--text-en", "Paused"),
        *("--until", "2026-04-11T00:00", "--as", "sato"),
    )

    answer = accrue(Club(), "--yen", "100")

    assert answer.code == output.UNAVAILABLE
    assert answer.json["retry_at"] == "2026-04-10T15:00:00+00:00"


def test_who_writes_must_be_staff(sato: str) -> None:
    answer = call("accrue", "1", "--merchant", "1", "--reference", "r", "--yen", "1", "--as", "nobody", "--json")

    assert answer.json["refused"] == "unknown_staff"


@pytest.mark.rule("ACC-7")
def test_correction_replaces_the_figure(sato: str) -> None:
    club = Club()
    shop = club.merchant()
    accrue(club, "--yen", "1090", merchant=shop.number)

    answer = call(
        *("correct", "--merchant", shop.number, "--reference", "r-1", "--yen", "1900", "--as", "sato", "--json")
    )

    assert (answer.json["points_before"], answer.json["points_after"]) == (10, 19)


@pytest.mark.rule("ACC-8")
class TestReverse:
    def test_part_needs_a_key(self, sato: str) -> None:
        answer = call("reverse", "--merchant", "1", "--reference", "r-1", "--yen", "50", "--as", "sato")

        assert answer.code == output.USAGE

    def test_part_sent_twice_is_one_return(self, sato: str) -> None:
        club = Club()
        shop = club.merchant()
        accrue(club, "--yen", "1090", merchant=shop.number)
        words = ("reverse", "--merchant", shop.number, "--reference", "r-1", "--yen", "500", "--key", "k")

        first = call(*words, "--as", "sato", "--json")
        second = call(*words, "--as", "sato", "--json")

        assert first.json["remaining_yen"] == 590
        assert second.json == first.json | {"is_repeat": True}

    def test_more_than_is_left_is_refused(self, sato: str) -> None:
        club = Club()
        shop = club.merchant()
        accrue(club, "--yen", "1090", merchant=shop.number)

        answer = call(
            *("reverse", "--merchant", shop.number, "--reference", "r-1", "--yen", "1091", "--key", "k"),
            *("--as", "sato", "--json"),
        )

        assert (answer.code, answer.json["refused"]) == (output.REFUSED, "return_exceeds_sale")

    def test_t6_reversal_before_its_sale_waits_and_is_listed(self, sato: str) -> None:
        club = Club()
        shop = club.merchant()
        waiting = call("reverse", "--merchant", shop.number, "--reference", "r-1", "--as", "sato", "--json")
        listed = call("reversals", "waiting", "--merchant", shop.number, "--json", "--as", "sato")

        answer = accrue(club, "--yen", "1090", merchant=shop.number)

        assert waiting.json["is_waiting_for_its_sale"] is True
        assert [row["reference"] for row in listed.json["reversals"]] == ["r-1"]
        assert answer.json["points"] == 0
        assert call("reversals", "waiting", "--merchant", shop.number, "--json", "--as", "sato").json == {
            "reversals": []
        }
