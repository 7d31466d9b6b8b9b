"""`pointclub account show`, `redeem`, `return` and `orders`."""

# ruff: noqa: ARG002 -- A fixture asked for its effect.

import datetime as dt
from collections.abc import Callable

import pytest

from pointclub.jobs import output
from pointclub.points.models import Lot
from tests.factories.callers import identify
from tests.factories.club import Club, jst
from tests.factories.staff import all_round
from tests.harness.commands import call

pytestmark = pytest.mark.django_db
SetClock = Callable[[dt.datetime], None]


@pytest.fixture
def sato(set_clock: SetClock) -> str:
    set_clock(jst("2026-04-10 12:00"))
    all_round("sato")
    return "sato"


@pytest.mark.rule("BAL-1")
def test_statement_of_one_purchase_is_complete(sato: str) -> None:
    club = Club()
    member, shop = club.member(), club.merchant()
    receipt = club.buy(member, shop, 10_050, at=jst("2026-04-08 18:00")).receipt_number
    club.update(at=jst("2026-04-09 01:00"))
    waiting = club.buy(member, shop, 700, at=jst("2026-04-09 18:00")).receipt_number

    answer = call("account", "show", member.number, "--json", "--as", "sato")

    assert answer.json == {
        "member_number": member.number,
        "on": "2026-04-10",
        "usable_balance": 100,
        "book_balance": 100,
        "pending_points": 7,
        "pending": [{"receipt": waiting, "sold_on": "2026-04-09", "points": 7, "campaign": None}],
        "arrears": 0,
        "is_closed": False,
        "lots": [
            {
                "id": str(Lot.objects.get().id),
                "usable_through": "2029-04-30",
                "kind": "ordinary",
                "remaining": 100,
                "is_usable": True,
                "origin_lot_id": None,
            }
        ],
        "history": [
            {
                "sequence": 1,
                "kind": "update",
                "value_on": "2026-04-09",
                "recorded_at": "2026-04-09T01:00:00+09:00",
                "points": 100,
                "text": "points of purchases reached the balance",
                "merchant": shop.name,
                "receipt": receipt,
                "actor": "system:update",
                "reason": "",
                "postings": [
                    {
                        "points": 100,
                        "contra": "merchant",
                        "usable_through": "2029-04-30",
                        "merchant": shop.name,
                        "receipt": receipt,
                        "sold_on": "2026-04-08",
                        "member_number": member.number,
                        "campaign": None,
                    }
                ],
            }
        ],
    }


@pytest.mark.rule("EXP-2")
def test_t2_lapse_shows_before_the_job_has_recorded_it(sato: str, set_clock: SetClock) -> None:
    club = Club()
    member = club.member()
    club.open_balance(member, {"2026-04-30": 100}, at=jst("2026-04-10 11:00"))
    set_clock(jst("2026-05-01 00:00"))
    identify(member, by="sato", at=jst("2026-05-01 00:00"))

    shown = call("account", "show", member.number, "--json", "--as", "sato").json
    redeemed = call("redeem", member.number, "--line", "gift:1", "--key", "k", "--as", "sato", "--json")

    lapse = shown["history"][0]
    assert (shown["usable_balance"], shown["book_balance"]) == (0, 100)
    assert (lapse["kind"], lapse["points"], lapse["value_on"], lapse["recorded_at"]) == (
        "lapse",
        -100,
        "2026-05-01",
        None,
    )
    assert lapse["text"] == "lapsed: could be used through 2026-04-30, not recorded yet"
    assert (redeemed.code, redeemed.json["refused"]) == (output.REFUSED, "insufficient_points")


def test_account_of_a_past_day_is_as_it_was(sato: str) -> None:
    club = Club()
    member = club.member()
    club.open_balance(member, {"2027-04-30": 100}, at=jst("2026-04-01 11:00"))
    identify(member, by="sato", at=jst("2026-04-10 12:00"))
    call("redeem", member.number, "--line", "donation:30", "--key", "k", "--as", "sato")

    before = call("account", "show", member.number, "--on", "2026-04-09", "--json", "--as", "sato").json
    after = call("account", "show", member.number, "--json", "--as", "sato").json

    assert (before["usable_balance"], after["usable_balance"]) == (100, 70)


def test_people_read_tables(sato: str) -> None:
    club = Club()
    member = club.member()
    club.open_balance(member, {"2027-04-30": 1_234}, at=jst("2026-04-01 11:00"))

    answer = call("account", "show", member.number, "--as", "sato")

    assert "usable balance: 1,234" in answer.out
    assert "2027-04-30" in answer.out
    assert "balance brought over" in answer.out


@pytest.mark.parametrize("number", ["000000000000", "１２３４", "x", ""])
def test_unknown_number_is_not_found(sato: str, number: str) -> None:
    assert call("account", "show", number, "--as", "sato").code == output.NOT_FOUND


@pytest.mark.parametrize("day", ["2026-4-1", "20260401", "2026-02-30", "１９９９-01-01", "9999-12-31", "today"])
def test_day_that_is_none_is_a_mistake_in_writing(day: str) -> None:
    assert call("account", "show", "1", "--on", day, "--as", "sato").code == output.USAGE


@pytest.mark.rule("RED-5", "RED-8")
class TestRedeem:
    @pytest.mark.rule("BAL-2")
    def test_for_a_caller_who_was_not_checked_takes_nothing(self, sato: str) -> None:
        club = Club()
        member = club.member()
        club.open_balance(member, {"2027-04-30": 500}, at=jst("2026-04-10 11:00"))

        answer = call("redeem", member.number, "--line", "gift:100", "--key", "k", "--as", "sato", "--json")

        assert (answer.code, answer.json["refused"]) == (output.REFUSED, "identity_not_checked")
        assert club.balance(member, "2026-04-10").usable == 500

    def test_lines_are_taken_together_and_one_comes_back(self, sato: str) -> None:
        club = Club()
        member = club.member()
        club.open_balance(member, {"2027-04-30": 500}, at=jst("2026-04-10 11:00"))
        identify(member, by="sato", at=jst("2026-04-10 12:00"))
        words = ("--line", "gift:300:試験米", "--line", "donation:100", "--key", "order-1", "--as", "sato", "--json")

        order = call("redeem", member.number, *words).json
        again = call("redeem", member.number, *words).json
        back = call(
            *("return", order["order"], "--member", member.number, "--line", "1", "--reason", "欠品"),
            *("--key", "r-1", "--as", "sato", "--json"),
        ).json

        assert again == order
        assert [(line["kind"], line["points"], line["label"]) for line in order["lines"]] == [
            ("gift", 300, "試験米"),
            ("donation", 100, ""),
        ]
        assert (back["state"], back["returned_points"]) == ("returned", 300)
        assert call("account", "show", member.number, "--json", "--as", "sato").json["usable_balance"] == 400
        assert call("orders", member.number, "--json", "--as", "sato").json["orders"][0]["lines"][0]["reason"] == "欠品"

    @pytest.mark.parametrize("line", ["gift", "gift:", "gift:1e3", "gift:0", "car:5", "gift:-5", "gift:１"])
    def test_line_that_is_none_is_a_mistake_in_writing(self, sato: str, line: str) -> None:
        member = Club().member()

        assert call("redeem", member.number, "--line", line, "--key", "k", "--as", "sato").code == output.USAGE

    def test_key_for_something_else_is_refused(self, sato: str) -> None:
        club = Club()
        member = club.member()
        club.open_balance(member, {"2027-04-30": 500}, at=jst("2026-04-10 11:00"))
        identify(member, by="sato", at=jst("2026-04-10 12:00"))
        call("redeem", member.number, "--line", "gift:100", "--key", "k", "--as", "sato")

        answer = call("redeem", member.number, "--line", "gift:200", "--key", "k", "--as", "sato", "--json")

        assert (answer.code, answer.json["refused"]) == (output.REFUSED, "key_reused")

    def test_family_member_cannot(self, sato: str) -> None:
        club = Club()
        family = club.family_member(club.member())

        answer = call("redeem", family.number, "--line", "gift:1", "--key", "k", "--as", "sato", "--json")

        assert answer.json["refused"] == "family_member_cannot_redeem"

    def test_line_that_does_not_exist_is_not_found(self, sato: str) -> None:
        member = Club().member()

        answer = call(
            *(
                "return",
                "R-none",
                "--member",
                member.number,
                "--line",
                "1",
                "--reason",
                "x",
                "--key",
                "k",
                "--as",
                "sato",
            )
        )

        assert answer.code == output.NOT_FOUND
