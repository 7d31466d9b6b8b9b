"""`pointclub member search` and what follows it: finding a member, knowing who calls, acting for the caller."""

import datetime as dt
from collections.abc import Callable

import pytest

from pointclub.jobs import output
from pointclub.membership.models import Member
from pointclub.people.models import PhoneNumber
from pointclub.people.rules.permissions import Role
from tests.factories.callers import put_on_file
from tests.factories.club import Club, jst
from tests.factories.staff import staff
from tests.harness.commands import Called, call

pytestmark = pytest.mark.django_db

NOON = jst("2026-04-10 12:00")
CALLER = ("--birth-date", "1980-04-01", "--postal-code", "000-0001")
SetClock = Callable[[dt.datetime], None]


@pytest.fixture(autouse=True)
def clerk(set_clock: SetClock) -> None:
    set_clock(NOON)
    staff(Role.CALL_CENTRE, login_id="sato")


@pytest.fixture
def hanako() -> Member:
    club = Club()
    member = club.member()
    club.open_balance(member, {"2027-04-30": 1_000}, at=jst("2026-04-01 12:00"))
    put_on_file(member, at=NOON)
    return member


def by_sato(*words: str) -> Called:
    return call(*words, "--as", "sato", "--json")


@pytest.mark.rule("STF-1")
class TestFindingAMember:
    def test_shows_masked_data_and_never_the_rest(self, hanako: Member) -> None:
        found = by_sato("member", "search", "--phone", "+81-90-0000-0001")

        (row,) = found.json["members"]
        assert found.json["has_more"] is False
        assert (row["member_number"], row["mobile"], row["first_mail"]) == (
            hanako.number,
            "***-****-0001",
            "h***@example.com",
        )
        for hidden in ("ミホン", "1980", "0000001", "架空市", "hanako", "0900000"):
            # Member numbers are drawn one after another, and may hold the digits of anything.
            assert hidden not in found.out.replace(hanako.number, "")

    def test_shows_the_family_masked_and_no_points(self, hanako: Member) -> None:
        shown = by_sato("member", "show", hanako.number)

        assert [row["role"] for row in shown.json["family"]] == ["primary"]
        assert "1000" not in shown.out
        assert "架空市" not in shown.out

    def test_goes_by_one_thing(self) -> None:
        answer = by_sato("member", "search", "--name", "見本", "--phone", "090")

        assert (answer.code, answer.json["refused"]) == (output.REFUSED, "search_term")

    def test_unmasks_what_is_asked_for_with_a_reason(self, hanako: Member) -> None:
        words = ("member", "unmask", hanako.number, "--field", "mobile", "--field", "second_mail", "--reason")

        shown = by_sato(*words, "返送品の再送")
        without = by_sato(*words, " ")

        assert shown.json == {"member_number": hanako.number, "second_mail": None, "mobile": "09000000001"}
        assert (without.code, without.json["refused"]) == (output.REFUSED, "unmasking_reason")


@pytest.mark.rule("BAL-2")
class TestACaller:
    def test_who_was_not_checked_is_told_nothing(self, hanako: Member) -> None:
        for words in (("account", "show", hanako.number), ("orders", hanako.number)):
            answer = by_sato(*words)

            assert (answer.code, answer.json["refused"]) == (output.REFUSED, "identity_not_checked")
            assert "1000" not in answer.out

    def test_who_is_the_member_is_told_the_balance_for_half_an_hour(self, hanako: Member, set_clock: SetClock) -> None:
        checked = by_sato("member", "check", hanako.number, *CALLER)
        told = by_sato("account", "show", hanako.number)
        set_clock(jst("2026-04-10 12:31"))
        later = by_sato("account", "show", hanako.number)

        assert (checked.json["is_passed"], checked.json["failures_left"]) == (True, 5)
        assert checked.json["counts_until"].startswith("2026-04-10T12:30:")
        assert told.json["usable_balance"] == 1_000
        assert later.json["refused"] == "identity_not_checked"

    def test_who_is_not_is_told_only_that(self, hanako: Member) -> None:
        answer = by_sato("member", "check", hanako.number, "--birth-date", "1981-01-01", "--kana", "タロウ")

        assert answer.code == output.DIFFERENCE
        assert answer.json == {"is_passed": False, "counts_until": None, "failures_left": 4}

    def test_cannot_be_guessed_by_telephone(self, hanako: Member) -> None:
        for _ in range(5):
            by_sato("member", "check", hanako.number, "--birth-date", "1981-01-01", "--kana", "タロウ")

        answer = by_sato("member", "check", hanako.number, *CALLER)

        assert (answer.code, answer.json["refused"]) == (output.UNAVAILABLE, "identity_check_locked")

    def test_uses_points_through_the_clerk(self, hanako: Member) -> None:
        by_sato("member", "check", hanako.number, *CALLER)

        order = by_sato("redeem", hanako.number, "--line", "gift:300", "--key", "k")

        assert order.json["points"] == 300

    def test_changes_a_phone_number_once_known(self, hanako: Member) -> None:
        words = ("member", "change", hanako.number, "--mobile", "080-0000-0002", "--birth-date", "1980-04-01")

        refused = by_sato(*words)
        by_sato("member", "check", hanako.number, *CALLER)
        done = by_sato(*words)

        assert refused.json["refused"] == "identity_not_checked"
        assert done.json == {"member_number": hanako.number, "changed": ["mobile"]}
        assert [row.value for row in PhoneNumber.objects.order_by("recorded_at", "id")][-1] == "08000000002"

    def test_who_changes_nothing_is_a_mistake_in_writing(self, hanako: Member) -> None:
        assert by_sato("member", "change", hanako.number).code == output.USAGE

    def test_who_was_robbed_has_redemption_blocked_without_proof_and_lifted_with_it(self, hanako: Member) -> None:
        blocked = by_sato("member", "block", hanako.number, "--reason", "財布の盗難")
        refused = by_sato("member", "unblock", hanako.number, "--reason", "発見")
        by_sato("member", "check", hanako.number, *CALLER)
        lifted = by_sato("member", "unblock", hanako.number, "--reason", "発見")

        assert (blocked.json["kind"], blocked.json["lifted_at"]) == ("reported", None)
        assert refused.json["refused"] == "identity_not_checked"
        assert lifted.json["lifted_by"] == "staff:sato"

    def test_who_is_suspected_is_looked_at_by_another_of_the_staff(self, hanako: Member) -> None:
        staff(Role.PRIVACY_OFFICER, login_id="rikka")
        by_sato("member", "block", hanako.number, "--suspected", "--reason", "短時間に多数の申込")

        alone = by_sato("member", "unblock", hanako.number, "--reason", "確認済み")
        other = call("member", "unblock", hanako.number, "--reason", "確認済み", "--as", "rikka", "--json")

        assert alone.json["refused"] == "own_suspicion"
        assert other.json["lifted_by"] == "staff:rikka"


class TestJoining:
    def test_keeps_what_was_given_in_its_one_form(self) -> None:
        answer = by_sato(
            "member", "add", "--name", "見本 花子", "--mobile", "０９０-0000-0001", "--kana", "みほん はなこ"
        )

        (row,) = by_sato("member", "search", "--kana", "ミホン ハナコ").json["members"]
        assert (row["member_number"], row["mobile"]) == (answer.json["member_number"], "***-****-0001")

    def test_with_a_value_that_is_none_admits_nobody(self) -> None:
        answer = by_sato("member", "add", "--name", "見本 花子", "--mobile", "12345")

        assert (answer.code, answer.json["refused"], answer.json["field"]) == (
            output.REFUSED,
            "invalid_personal_data",
            "mobile",
        )
        assert not Member.objects.exists()
