"""Adjustments, transfers and other last days: one person asks, another decides, on the page and in the database."""

import datetime as dt
import re
from typing import Any

import pytest
from django.db import IntegrityError, ProgrammingError, connection, transaction
from django.test import Client

from pointclub.jobs import extensions
from pointclub.membership.models import Member
from pointclub.membership.rules.number import grouped
from pointclub.people.models import User
from pointclub.people.rules.permissions import Role
from pointclub.points import queries as points
from pointclub.points.models import ChangeRequest
from tests.factories.club import Club, jst
from tests.factories.office import client_of, let_in
from tests.factories.staff import administrator, all_round, staff
from tests.office.conftest import NOW

pytestmark = pytest.mark.usefixtures("office")


def text_of(response: Any) -> str:
    page: str = response.content.decode()
    return page


def token_on(page: str) -> str:
    found = re.search(r'name="once" value="([0-9a-f-]{36})"', page)
    assert found is not None
    return found[1]


def balance(member: Member, *, on: dt.date = dt.date(2026, 11, 21)) -> int:
    return points.get_balance(member.membership.account_id, on=on).usable


@pytest.fixture
def club() -> Club:
    return Club()


@pytest.fixture
def member(club: Club) -> Member:
    member = club.member()
    club.open_balance(member, {"2027-03-31": 500}, at=jst("2026-04-01 10:00"))
    return member


@pytest.fixture
def clerk() -> Client:
    return client_of(Role.CALL_CENTRE, login_id="madoguchi")


@pytest.fixture
def approver() -> Client:
    return client_of(Role.ACCOUNTING, login_id="keiri")


def ask_for_adjustment(client: Client, member: Member, **typed: str) -> Any:
    content = {"member_number": grouped(member.number), "direction": "take", "points": "200", "reason": "誤付与"}
    return client.post("/office/requests/adjustment/", content | typed)


class TestAdjustment:
    @pytest.mark.rule("STF-2")
    def test_is_asked_for_by_one_and_carried_out_by_another(
        self, clerk: Client, approver: Client, member: Member
    ) -> None:
        asked = ask_for_adjustment(clerk, member)
        before = balance(member)
        decided = approver.post(f"{asked['Location']}decide/", {"decision": "approve"}, follow=True)

        assert before == 500
        assert balance(member) == 300
        assert "実行済み" in text_of(decided)
        request = ChangeRequest.objects.get()
        assert (request.requested_by, request.decided_by) == ("staff:madoguchi", "staff:keiri")

    def test_adds_points_with_a_last_day_of_their_own(self, clerk: Client, approver: Client, member: Member) -> None:
        asked = ask_for_adjustment(clerk, member, direction="add", points="１，５００", usable_through="2026-12-31")
        approver.post(f"{asked['Location']}decide/", {"decision": "approve"})

        assert balance(member) == 2_000
        assert balance(member, on=dt.date(2027, 1, 1)) == 500

    def test_turned_down_moves_nothing(self, clerk: Client, approver: Client, member: Member) -> None:
        asked = ask_for_adjustment(clerk, member)
        decided = approver.post(f"{asked['Location']}decide/", {"decision": "reject"}, follow=True)

        assert "却下しました。" in text_of(decided)
        assert balance(member) == 500

    def test_counts_once_however_often_the_button_is_pressed(self, clerk: Client, member: Member) -> None:
        token = token_on(text_of(clerk.get("/office/requests/adjustment/")))

        answers = [ask_for_adjustment(clerk, member, once=token)["Location"] for _ in range(3)]

        assert len(set(answers)) == 1
        assert ChangeRequest.objects.count() == 1

    def test_that_is_not_covered_any_more_stays_undecided_and_says_so(
        self, clerk: Client, approver: Client, member: Member
    ) -> None:
        asked = ask_for_adjustment(clerk, member, points="501")

        decided = approver.post(f"{asked['Location']}decide/", {"decision": "approve"}, follow=True)

        assert "1ポイント不足しています" in text_of(decided)
        assert ChangeRequest.objects.get().state == "requested"
        assert balance(member) == 500

    @pytest.mark.parametrize(
        ("typed", "said"),
        [
            ({"member_number": "123456789012"}, "会員番号は12桁です"),
            ({"member_number": "9999-9999-9999"}, "会員番号は12桁です"),
            ({"member_number": "100000000008"}, "この番号の会員はいません"),
            ({"points": "0"}, "1以上の数"),
            ({"points": "1e3"}, "整数を入力"),
            ({"points": "1.5"}, "整数を入力"),
            ({"points": "-5"}, "整数を入力"),
            ({"points": "99999999999"}, "1,000,000,000以下"),
            ({"reason": "　"}, "理由を入力"),
            ({"reason": "あ" * 501}, "500文字以内"),
            ({"direction": "give"}, "どちらか"),
            ({"usable_through": "2026-12-31"}, "加算するときだけ"),
            ({"usable_through": "31.12.2026"}, "2026-04-30"),
        ],
    )
    def test_says_at_the_field_what_is_wrong_and_asks_for_nothing(
        self, clerk: Client, member: Member, typed: dict[str, str], said: str
    ) -> None:
        page = text_of(ask_for_adjustment(clerk, member, **typed))

        assert said in page
        assert "<title>エラー：" in page
        assert not ChangeRequest.objects.exists()


class TestTransfer:
    def test_moves_points_once_another_agrees(
        self, clerk: Client, approver: Client, club: Club, member: Member
    ) -> None:
        heir = club.member()
        content = {"from_number": member.number, "to_number": heir.number, "points": "120", "reason": "相続"}

        asked = clerk.post("/office/requests/transfer/", content)
        approver.post(f"{asked['Location']}decide/", {"decision": "approve"})

        assert (balance(member), balance(heir)) == (380, 120)

    def test_to_the_same_account_is_refused(self, clerk: Client, member: Member) -> None:
        content = {"from_number": member.number, "to_number": member.number, "points": "1", "reason": "相続"}

        assert "受け付けられませんでした" in text_of(clerk.post("/office/requests/transfer/", content))


class TestOtherLastDay:
    def test_is_carried_out_by_the_worker_once_another_agrees(self, approver: Client, member: Member) -> None:
        manager = client_of(Role.PROGRAM_MANAGER)
        content = {
            "lots_usable_from": "2027-03-01",
            "lots_usable_through": "2027-03-31",
            "usable_through": "2027-09-30",
            "reason": "災害",
        }

        asked = manager.post("/office/requests/extension/", content)
        under_way = text_of(approver.post(f"{asked['Location']}decide/", {"decision": "approve"}, follow=True))
        extensions.carry_out_approved(now=NOW)
        extensions.carry_out_approved(now=NOW)

        assert "承認済み・実行中" in under_way
        assert "実行済み" in text_of(approver.get(asked["Location"]))
        assert balance(member, on=dt.date(2027, 9, 30)) == 500
        last = points.get_history(member.membership.account_id, on=dt.date(2026, 11, 21), limit=1)[0]
        assert (last.kind, last.actor) == ("extend", "staff:keiri")

    def test_rings_for_the_worker_once(self, approver: Client) -> None:
        manager = client_of(Role.PROGRAM_MANAGER)
        content = {
            "lots_usable_from": "2027-03-01",
            "lots_usable_through": "2027-03-31",
            "usable_through": "2027-09-30",
            "reason": "災害",
        }
        for _ in range(2):
            asked = manager.post("/office/requests/extension/", content)
            approver.post(f"{asked['Location']}decide/", {"decision": "approve"})

        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'carry_out_extensions'")
            assert cursor.fetchone() == (1,)


@pytest.mark.rule("STF-2")
class TestOnesOwnRequest:
    """Attack 12: by page, and by SQL as the application's role."""

    @pytest.fixture
    def both(self) -> User:
        """Somebody with every role, so that only the two-person rule can stand in the way."""
        administrator()
        return all_round("hitori")

    def test_has_no_buttons_and_is_refused_when_posted_all_the_same(self, both: User, member: Member) -> None:
        client = let_in(Client(), both)
        asked = ask_for_adjustment(client, member)

        page = text_of(client.get(asked["Location"]))
        posted = text_of(client.post(f"{asked['Location']}decide/", {"decision": "approve"}, follow=True))

        assert "別の担当者が決裁します" in page
        assert 'name="decision"' not in page
        assert "ご自分の申請は決裁できません" in posted
        assert balance(member) == 500

    def test_waits_on_the_first_page_for_others(self, both: User, approver: Client, member: Member) -> None:
        client = let_in(Client(), both)
        ask_for_adjustment(client, member)

        own = text_of(client.get("/office/"))
        others = text_of(approver.get("/office/"))

        assert own.index("別の担当者の決裁待ち") < own.index(grouped(member.number))
        assert others.index(grouped(member.number)) > others.index("あなたの決裁待ち")
        assert "別の担当者の決裁待ち" not in others

    @pytest.mark.parametrize("sets", ["decided_by = requested_by", "decided_by = 'staff:x', requested_by = 'staff:y'"])
    def test_cannot_be_approved_in_the_database_either(self, clerk: Client, member: Member, sets: str) -> None:
        ask_for_adjustment(clerk, member)

        statement = f"UPDATE points_change_request SET state = 'approved', decided_at = now(), {sets}"  # noqa: S608 -- Written here.
        with (
            pytest.raises((IntegrityError, ProgrammingError), match=r"two_people_decide|permission denied"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement)

        assert ChangeRequest.objects.get().state == "requested"


class TestDeciding:
    def test_takes_the_role_for_that_kind_of_request(self, clerk: Client, member: Member) -> None:
        asked = ask_for_adjustment(clerk, member)
        auditor = client_of(Role.AUDITOR)
        other_clerk = let_in(Client(), staff(Role.CALL_CENTRE))

        for client in (auditor, other_clerk):
            response = client.post(f"{asked['Location']}decide/", {"decision": "approve"})
            assert response.status_code == 403
            assert "必要な役割：経理" in text_of(response)
        assert balance(member) == 500

    def test_twice_decides_once(self, clerk: Client, approver: Client, member: Member) -> None:
        asked = ask_for_adjustment(clerk, member)
        for _ in range(2):
            answer = approver.post(f"{asked['Location']}decide/", {"decision": "approve"}, follow=True)

        assert "すでに決裁されています" in text_of(answer)
        assert balance(member) == 300

    def test_neither_yes_nor_no_does_nothing(self, clerk: Client, approver: Client, member: Member) -> None:
        asked = ask_for_adjustment(clerk, member)

        approver.post(f"{asked['Location']}decide/", {"decision": "perhaps"})

        assert ChangeRequest.objects.get().state == "requested"

    def test_of_what_is_not_there_finds_nothing(self, approver: Client) -> None:
        address = "/office/requests/0190a1b2-0000-7000-8000-000000000000/"

        assert approver.get(address).status_code == 404
        assert approver.post(f"{address}decide/", {"decision": "approve"}).status_code == 404

    def test_cannot_be_done_by_a_link(self, clerk: Client, approver: Client, member: Member) -> None:
        asked = ask_for_adjustment(clerk, member)

        assert approver.get(f"{asked['Location']}decide/?decision=approve").status_code == 405
