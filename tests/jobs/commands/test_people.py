"""`pointclub staff`, `member`, `merchant`, `campaign`, `program` and `suspension`."""

# ruff: noqa: ARG002 -- A fixture asked for its effect.

import datetime as dt
from collections.abc import Callable

import pytest

from pointclub.jobs import output
from pointclub.membership.rules.number import with_check_digit
from pointclub.people.models import User
from pointclub.people.rules.permissions import Role
from tests.factories.club import Club, jst
from tests.factories.exports import join_many
from tests.factories.staff import all_round, staff
from tests.harness.commands import call

pytestmark = pytest.mark.django_db
SetClock = Callable[[dt.datetime], None]
NUMBER = with_check_digit("12345678901")
OTHER_NUMBER = with_check_digit("12345678902")


@pytest.fixture
def sato(set_clock: SetClock) -> str:
    set_clock(jst("2026-04-10 12:00"))
    all_round("sato")
    return "sato"


@pytest.mark.rule("STF-1")
class TestStaff:
    def test_first_one_is_recorded_by_nobody_and_is_administrator(self) -> None:
        answer = call("staff", "add", "Sato", "--name", "試験 佐藤", "--json", stdin="a-password-of-sato\n")

        assert answer.json == {"login_id": "sato", "roles": ["administrator"]}
        assert User.objects.get(login_id="sato").check_password("a-password-of-sato")

    def test_next_one_is_recorded_by_an_administrator(self) -> None:
        call("staff", "add", "sato", "--name", "試験 佐藤", stdin="a-password-of-sato\n")
        words = (
            "staff",
            "add",
            "suzuki",
            "--name",
            "試験 鈴木",
            "--role",
            "call_centre",
            "--role",
            "fulfilment",
            "--json",
        )

        alone = call(*words, stdin="a-password-of-suzuki\n")
        by_staff = call(*words, "--password-stdin", "--as", "sato", stdin="a-password-of-suzuki\n")

        assert (alone.code, alone.json["refused"]) == (output.REFUSED, "staff_needed")
        assert by_staff.json == {"login_id": "suzuki", "roles": ["call_centre", "fulfilment"]}

    def test_password_that_would_be_guessed_is_refused(self) -> None:
        answer = call("staff", "add", "sato", "--name", "試験 佐藤", "--json", stdin="password\n")

        assert (answer.code, answer.json["refused"]) == (output.REFUSED, "weak_password")
        assert not User.objects.exists()

    def test_password_that_is_too_short_is_refused_in_the_language_of_the_other_answers(self) -> None:
        answer = call("staff", "add", "sato", "--name", "試験 佐藤", "--json", stdin="k7#x\n")

        assert answer.json["message"].startswith("This password is too short.")

    def test_roles_are_given_and_taken_by_others_and_listed(self) -> None:
        call("staff", "add", "sato", "--name", "試験 佐藤", stdin="a-password-of-sato\n")
        staff(Role.CALL_CENTRE, login_id="suzuki", actor="sato")

        given = call("staff", "role", "give", "suzuki", "fulfilment", "--as", "sato", "--json").json
        taken = call("staff", "role", "take", "suzuki", "call_centre", "--as", "sato", "--json").json
        own = call("staff", "role", "give", "sato", "call_centre", "--as", "sato", "--json")

        assert given["roles"] == ["call_centre", "fulfilment"]
        assert taken["roles"] == ["fulfilment"]
        assert (own.code, own.json["refused"]) == (output.REFUSED, "own_roles")
        assert call("staff", "list", "--as", "sato", "--json").json["staff"] == [
            {"login_id": "sato", "roles": ["administrator"], "is_active": True},
            {"login_id": "suzuki", "roles": ["fulfilment"], "is_active": True},
        ]

    def test_who_left_acts_no_more(self) -> None:
        call("staff", "add", "sato", "--name", "試験 佐藤", stdin="a-password-of-sato\n")
        staff(Role.CALL_CENTRE, login_id="suzuki", actor="sato")

        call("staff", "leave", "suzuki", "--as", "sato")
        answer = call("member", "add", "--name", "試験 花子", "--as", "suzuki", "--json")

        assert (answer.code, answer.json["refused"]) == (output.REFUSED, "unknown_staff")


class TestMember:
    def test_joins_under_a_chosen_number_and_signs_in(self, sato: str) -> None:
        answer = call(
            *("member", "add", "--name", "試験 花子", "--number", NUMBER, "--login-id", "Hanako"),
            *("--as", "sato", "--json"),
            stdin="hidamari7asa\n",
        )

        assert answer.json == {
            "member_number": NUMBER,
            "role": "primary",
            "primary_number": NUMBER,
            "login_id": "hanako",
        }

    @pytest.mark.rule("MEM-2")
    def test_family_shares_the_account(self, sato: str) -> None:
        call("member", "add", "--name", "試験 花子", "--number", NUMBER, "--as", "sato")

        answer = call("member", "add", "--name", "試験 太郎", "--family-of", NUMBER, "--as", "sato", "--json")

        assert (answer.json["role"], answer.json["primary_number"]) == ("family", NUMBER)

    def test_wrong_check_digit_is_refused_and_leaves_nobody_behind(self, sato: str) -> None:
        wrong = NUMBER[:-1] + str((int(NUMBER[-1]) + 1) % 10)

        answer = call(
            *("member", "add", "--name", "試験 花子", "--number", wrong, "--login-id", "hanako"),
            *("--as", "sato", "--json"),
            stdin="hidamari7asa\n",
        )

        assert (answer.code, answer.json["refused"]) == (output.REFUSED, "invalid_member_number")
        assert not User.objects.filter(login_id="hanako").exists()

    @pytest.mark.rule("END-5", "END-6")
    def test_t13_leaves_and_comes_back_with_the_points_that_have_not_lapsed(self, sato: str) -> None:
        club = Club()
        member = club.member()
        club.open_balance(member, {"2026-04-30": 40, "2027-04-30": 60}, at=jst("2026-04-10 11:00"))

        left = call("member", "withdraw", member.number, "--as", "sato", "--json")
        again = call("member", "rejoin", member.number, "--number", OTHER_NUMBER, "--as", "sato", "--json")

        assert left.json["ended_at"].startswith("2026-04-10")
        assert again.json == {
            "member_number": OTHER_NUMBER,
            "role": "primary",
            "primary_number": OTHER_NUMBER,
            "former_number": member.number,
            "restored_points": 100,
        }

    def test_coming_back_twice_is_refused_and_admits_nobody(self, sato: str) -> None:
        member = Club().member()
        call("member", "withdraw", member.number, "--as", "sato")
        call("member", "rejoin", member.number, "--as", "sato")

        answer = call("member", "rejoin", member.number, "--number", OTHER_NUMBER, "--as", "sato", "--json")

        assert (answer.code, answer.json["refused"]) == (output.REFUSED, "not_restorable")
        assert call("account", "show", OTHER_NUMBER, "--as", "sato").code == output.NOT_FOUND


class TestMerchant:
    def test_is_admitted_with_its_rule(self, sato: str) -> None:
        answer = call(
            *("merchant", "add", "100001", "--name", "試験商店", "--points-per-yen", "1/100"),
            *("--as", "sato", "--json"),
        )

        assert answer.json == {
            "merchant_number": "100001",
            "name": "試験商店",
            "admitted_on": "2026-04-10",
            "suspended_at": None,
            "ended_on": None,
            "rule": "1/100",
        }

    @pytest.mark.parametrize("words", [("--percent", "3%"), ("--points-per-yen", "1/0"), ("--points-per-yen", "one")])
    def test_rate_that_is_none_is_a_mistake_in_writing(self, sato: str, words: tuple[str, str]) -> None:
        assert call("merchant", "add", "100001", "--name", "試験", *words, "--as", "sato").code == output.USAGE

    @pytest.mark.rule("ACC-3")
    def test_t15_percentage_is_rounded_down_once(self, sato: str) -> None:
        call("merchant", "add", "100001", "--name", "試験商店", "--as", "sato")
        call("merchant", "rule", "100001", "--percent", "3", "--as", "sato")
        number = Club().member().number

        answer = call(
            *("accrue", number, "--merchant", "100001", "--reference", "r", "--yen", "333", "--as", "sato", "--json")
        )

        assert answer.json["points"] == 9

    def test_is_suspended_resumed_and_ended(self, sato: str) -> None:
        shop = Club().merchant()

        suspended = call("merchant", "suspend", shop.number, "--as", "sato", "--json").json
        resumed = call("merchant", "resume", shop.number, "--as", "sato", "--json").json
        ended = call("merchant", "end", shop.number, "--as", "sato", "--json").json

        assert suspended["suspended_at"] is not None
        assert resumed["suspended_at"] is None
        assert ended["ended_on"] == "2026-04-10"


@pytest.mark.rule("ACC-3")
def test_campaign_adds_to_the_base_points_up_to_its_cap(sato: str) -> None:
    call(
        *("campaign", "add", "spring", "--name", "春", "--from", "2026-04-01", "--through", "2026-04-30"),
        *("--multiplier", "5", "--cap-per-month", "30", "--as", "sato"),
    )
    club = Club()

    answer = call(
        *("accrue", club.member().number, "--merchant", club.merchant().number, "--reference", "r"),
        *("--yen", "1000", "--as", "sato", "--json"),
    )

    assert answer.json["bonuses"] == [{"campaign": "spring", "points": 30, "capped_by": "month"}]


@pytest.mark.rule("TRM-4")
class TestProgram:
    def test_version_in_force_on_a_day_is_shown(self) -> None:
        answer = call("program", "show", "--on", "2022-03-31", "--json")

        assert (answer.json["code"], answer.json["special_expiry_allowed"]) == ("PO", False)

    @pytest.mark.rule("STF-2")
    def test_version_that_was_turned_down_does_not(self, sato: str) -> None:
        all_round("suzuki")
        words = ("--from", "2026-05-01", "--reason", "規定の改定", "--as", "sato", "--json")
        asked = call("program", "request", "next", *words).json

        call("program", "reject", asked["request"], "--as", "suzuki")

        assert call("program", "show", "--on", "2026-05-01", "--json").json["code"] == "P"

    @pytest.mark.rule("STF-2")
    def test_version_takes_over_on_a_day_to_come(self, sato: str) -> None:
        all_round("suzuki")
        words = ("--validity-months", "1", "--reason", "規定の改定", "--as", "sato", "--json")

        asked = call("program", "request", "next", "--from", "2026-05-01", *words)
        past = call("program", "request", "late", "--from", "2026-04-09", *words)
        alone = call("program", "approve", asked.json["request"], "--as", "sato", "--json")
        approved = call("program", "approve", asked.json["request"], "--as", "suzuki", "--json")

        assert (asked.json["state"], alone.json["refused"]) == ("requested", "same_person")
        assert (approved.json["effective_from"], approved.json["validity_months"]) == ("2026-05-01", 1)
        assert call("program", "show", "--on", "2026-05-01", "--json").json["code"] == "next"
        (row,) = call("program", "requests", "--as", "sato", "--json").json["requests"]
        assert (row["state"], row["decided_by"]) == ("approved", "staff:suzuki")
        assert (past.code, past.json["refused"]) == (output.REFUSED, "backdated_version")


@pytest.mark.rule("SUS-1")
def test_suspension_is_listed_until_it_is_ended(sato: str) -> None:
    call("suspension", "start", "redemption", "--text-ja", "停止中", "--text-en", "Paused", "--as", "sato")

    on = call("suspension", "list", "--json").json["suspensions"]
    ended = call("suspension", "end", "redemption", "--as", "sato", "--json")
    again = call("suspension", "end", "redemption", "--as", "sato", "--json")

    assert [(row["activity"], row["is_on"]) for row in on] == [("redemption", True)]
    assert ended.json == {"activity": "redemption", "ended": 1}
    assert again.code == output.NOT_FOUND


@pytest.mark.rule("STF-2")
def test_lapses_of_more_than_a_hundred_members_are_counted_and_not_listed(sato: str) -> None:
    club = Club()
    for member in join_many(101, at=jst("2026-04-01 12:00")):
        club.open_balance(member, {"2026-04-30": 10}, at=jst("2026-04-10 11:00"))

    shown = call("suspension", "lapses", "2026-04-01", "2026-04-30", "--as", "sato", "--json").json

    assert (shown["points"], shown["members"], shown["listed"]) == (1_010, 101, 100)
    assert len(shown["lapses"]) == 100
