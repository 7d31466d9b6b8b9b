"""Acting for a caller: known first, then told, redeemed for, or blocked (BAL-2)."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from pointclub.membership import queries as membership
from pointclub.membership.models import IdentityCheck, Member
from pointclub.people.rules.permissions import Permission, Role, roles_with
from pointclub.points import queries as points
from pointclub.rewards.models import RedemptionOrder
from tests.factories.callers import put_on_file
from tests.factories.club import Club, jst
from tests.factories.office import client_of, let_in
from tests.factories.staff import staff
from tests.office.conftest import NOW

pytestmark = pytest.mark.usefixtures("office")
SetClock = Callable[[dt.datetime], None]
RIGHT = {"birth_date": "1980-04-01", "phone": "０９０－００００－０００１"}
WRONG = {"birth_date": "1981-04-01", "phone": "090-0000-0009"}


def text_of(response: Any) -> str:
    page: str = response.content.decode()
    return page


@pytest.fixture
def club() -> Club:
    return Club()


@pytest.fixture
def member(club: Club) -> Member:
    member = club.member()
    put_on_file(member, at=jst("2026-04-01 10:00"))
    club.open_balance(member, {"2027-03-31": 7_654}, at=jst("2026-04-01 10:00"))
    return member


@pytest.fixture
def clerk() -> Client:
    return client_of(Role.CALL_CENTRE, login_id="uketsuke")


def page_of(member: Member, *parts: str) -> str:
    return "/".join(["/office/members", member.number, *parts, ""])


def check(client: Client, member: Member, answers: dict[str, str] = RIGHT) -> Any:
    return client.post(page_of(member, "call"), answers, follow=True)


def lines(*asked: tuple[str, str, str], **more: str) -> dict[str, str]:
    content = {"lines-TOTAL_FORMS": "3", "lines-INITIAL_FORMS": "0"}
    for index in range(3):
        kind, number, label = asked[index] if index < len(asked) else ("", "", "")
        content |= {f"lines-{index}-kind": kind, f"lines-{index}-points": number, f"lines-{index}-label": label}
    return content | more


def balance(member: Member) -> int:
    return points.get_balance(member.membership.account_id, on=dt.date(2026, 11, 21)).usable


@pytest.mark.rule("BAL-2")
class TestTelling:
    def test_comes_after_two_right_answers(self, clerk: Client, member: Member) -> None:
        before = text_of(clerk.get(page_of(member, "call")))
        after = text_of(check(clerk, member))

        assert "7,654" not in before
        assert "本人確認済みです（09:45まで有効）" in after
        assert '<dd class="num big">7,654</dd>' in after
        assert "利用停止中" not in after

    def test_shows_nothing_after_wrong_answers_and_does_not_say_which(self, clerk: Client, member: Member) -> None:
        one_wrong = text_of(check(clerk, member, {"birth_date": "1980-04-01", "phone": "090-0000-0009"}))
        both_wrong = text_of(check(clerk, member, WRONG))

        for page, left in ((one_wrong, 4), (both_wrong, 3)):
            assert f"本人確認ができませんでした。何もお伝えしないでください。残り{left}回" in page
            assert "7,654" not in page
            assert "field bad" not in page

    def test_asks_two_questions_at_least(self, clerk: Client, member: Member) -> None:
        assert "2つ以上の項目" in text_of(check(clerk, member, {"birth_date": "1980-04-01"}))
        assert not IdentityCheck.objects.exists()

    def test_is_locked_after_five_failures(self, clerk: Client, member: Member) -> None:
        for _ in range(5):
            check(clerk, member, WRONG)

        page = text_of(check(clerk, member))

        assert "10:15まで受け付けられません" in page
        assert "7,654" not in page

    def test_ends_after_half_an_hour(self, clerk: Client, member: Member, set_clock: SetClock) -> None:
        check(clerk, member)
        set_clock(NOW + dt.timedelta(minutes=15))
        assert clerk.get(page_of(member, "account")).status_code == 200
        set_clock(NOW + dt.timedelta(minutes=31))

        response = clerk.get(page_of(member, "account"), follow=True)

        assert response.redirect_chain == [(page_of(member, "call"), 302)]
        assert "7,654" not in text_of(response)

    @pytest.mark.parametrize("part", ["account", "orders"])
    def test_opens_the_account_to_who_checked_and_to_no_colleague(
        self, clerk: Client, member: Member, part: str
    ) -> None:
        colleague = let_in(Client(), staff(Role.CALL_CENTRE))
        check(clerk, member)

        assert clerk.get(page_of(member, part)).status_code == 200
        assert colleague.get(page_of(member, part))["Location"] == page_of(member, "call")

    def test_of_one_member_opens_no_other(self, clerk: Client, club: Club, member: Member) -> None:
        other = club.member()
        check(clerk, member)

        assert clerk.get(page_of(other, "account"))["Location"] == page_of(other, "call")

    @pytest.mark.parametrize("role", [role for role in Role if role not in roles_with(Permission.CHECK_IDENTITY)])
    def test_is_the_call_centres(self, member: Member, role: Role) -> None:
        client = client_of(role)

        assert client.get(page_of(member, "call")).status_code == 403
        assert client.post(page_of(member, "call"), RIGHT).status_code == 403
        assert not IdentityCheck.objects.exists()


class TestRedeemingForTheCaller:
    def test_takes_the_points_once_after_a_look_at_what_was_asked(self, clerk: Client, member: Member) -> None:
        check(clerk, member)
        token = _token(text_of(clerk.get(page_of(member, "call", "redeem"))))
        asked = lines(("gift", "1,200", "新米 5kg"), ("donation", "300", ""), once=token)

        looked_at = text_of(clerk.post(page_of(member, "call", "redeem"), asked))
        before = balance(member)
        for _ in range(2):
            done = clerk.post(page_of(member, "call", "redeem"), asked | {"confirmed": "1"}, follow=True)

        assert "1,500ポイント" in looked_at
        assert "受付後の取消はできません" in looked_at
        assert before == 7_654
        assert balance(member) == 6_154
        order = RedemptionOrder.objects.get()
        assert order.number in text_of(done)
        last = points.get_history(member.membership.account_id, on=NOW.date(), limit=1)[0]
        assert last.actor == "staff:uketsuke"

    def test_beyond_the_balance_takes_nothing_and_says_by_how_much(self, clerk: Client, member: Member) -> None:
        check(clerk, member)

        page = text_of(clerk.post(page_of(member, "call", "redeem"), lines(("gift", "7655", "米"), confirmed="1")))

        assert "1ポイント不足しています" in page
        assert not RedemptionOrder.objects.exists()

    def test_without_a_check_is_led_to_it(self, clerk: Client, member: Member) -> None:
        for response in (
            clerk.get(page_of(member, "call", "redeem")),
            clerk.post(page_of(member, "call", "redeem"), lines(("gift", "100", ""), confirmed="1")),
        ):
            assert response["Location"] == page_of(member, "call")
        assert not RedemptionOrder.objects.exists()

    @pytest.mark.parametrize(
        ("asked", "said"),
        [
            (lines(), "特典を1つ以上"),
            (lines(("gift", "", "")), "ポイント数を入力"),
            (lines(("", "100", "")), "特典を選んで"),
            (lines(("gift", "1e3", "")), "整数を入力"),
            (lines(("money", "100", "")), "正しく選択"),
        ],
    )
    def test_says_what_is_wrong(self, clerk: Client, member: Member, asked: dict[str, str], said: str) -> None:
        check(clerk, member)

        assert said in text_of(clerk.post(page_of(member, "call", "redeem"), asked))

    def test_of_a_blocked_membership_is_refused(self, clerk: Client, member: Member) -> None:
        check(clerk, member)
        clerk.post(page_of(member, "blocks", "new"), {"kind": "reported", "reason": "盗難"})

        page = text_of(clerk.post(page_of(member, "call", "redeem"), lines(("gift", "100", ""), confirmed="1")))

        assert "利用停止中です" in page
        assert "利用停止中です" in text_of(clerk.get(page_of(member, "call")))
        assert balance(member) == 7_654

    def test_for_a_family_member_is_refused(self, clerk: Client, club: Club, member: Member) -> None:
        family = club.family_member(member)
        put_on_file(family, at=jst("2026-04-01 10:00"))
        check(clerk, family)

        page = text_of(clerk.post(page_of(family, "call", "redeem"), lines(("gift", "100", ""), confirmed="1")))

        assert "利用できるのは本会員だけです" in page


class TestBlocking:
    def test_works_at_once_and_without_a_check(self, clerk: Client, member: Member) -> None:
        answer = clerk.post(page_of(member, "blocks", "new"), {"kind": "reported", "reason": "盗難"}, follow=True)

        assert "ポイントの利用を停止しました。" in text_of(answer)
        block = membership.find_block(member.membership_id)
        assert block is not None
        assert (block.kind, block.blocked_by) == ("reported", "staff:uketsuke")

    def test_that_was_asked_for_is_lifted_once_the_caller_is_known(self, clerk: Client, member: Member) -> None:
        clerk.post(page_of(member, "blocks", "new"), {"kind": "reported", "reason": "盗難"})
        unknown = clerk.post(page_of(member, "blocks", "lift"), {"reason": "見つかった"})
        still = membership.find_block(member.membership_id)
        check(clerk, member)
        clerk.post(page_of(member, "blocks", "lift"), {"reason": "見つかった"})

        assert "先に本人確認" in text_of(unknown)
        assert still is not None
        assert membership.find_block(member.membership_id) is None

    @pytest.mark.rule("STF-2")
    def test_on_suspicion_is_lifted_by_somebody_else(self, clerk: Client, member: Member) -> None:
        officer = client_of(Role.PRIVACY_OFFICER)
        clerk.post(page_of(member, "blocks", "new"), {"kind": "suspected", "reason": "不審な操作"})

        own = text_of(clerk.post(page_of(member, "blocks", "lift"), {"reason": "確認した"}))
        still = membership.find_block(member.membership_id)
        officer.post(page_of(member, "blocks", "lift"), {"reason": "確認した"})

        assert "疑いで停止した本人は解除できません" in own
        assert still is not None
        assert membership.find_block(member.membership_id) is None

    def test_twice_and_lifting_nothing_say_so(self, clerk: Client, member: Member) -> None:
        nothing = clerk.post(page_of(member, "blocks", "lift"), {"reason": "確認した"}, follow=True)
        for _ in range(2):
            twice = clerk.post(page_of(member, "blocks", "new"), {"kind": "reported", "reason": "盗難"}, follow=True)

        assert "利用停止されていません" in text_of(nothing)
        assert "すでに利用停止中です" in text_of(twice)

    def test_takes_a_reason(self, clerk: Client, member: Member) -> None:
        page = text_of(clerk.post(page_of(member, "blocks", "new"), {"kind": "reported", "reason": " "}))

        assert "理由を入力" in page
        assert membership.find_block(member.membership_id) is None


def _token(page: str) -> str:
    found = re.search(r'name="once" value="([0-9a-f-]{36})"', page)
    assert found is not None
    return found[1]
