"""Revocations from the office: asked for at one desk, which freezes the membership, and decided at another."""

import re
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client

from pointclub.membership import queries as membership
from pointclub.membership.models import Member, RevocationRequest
from pointclub.membership.rules.number import grouped
from pointclub.people.rules.permissions import Role
from pointclub.rewards import services as rewards
from tests.factories.callers import RIGHT, put_on_file
from tests.factories.club import Club, jst, redeem
from tests.factories.office import client_of, let_in
from tests.factories.revocations import ask_for_revocation, revoke
from tests.factories.staff import administrator, all_round, staff
from tests.office.conftest import NOW

pytestmark = [pytest.mark.usefixtures("office"), pytest.mark.rule("STF-2", "END-4")]


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
    club.open_balance(member, {"2027-03-31": 500}, at=jst("2026-04-01 10:00"))
    return member


@pytest.fixture
def clerk() -> Client:
    return client_of(Role.CALL_CENTRE, login_id="madoguchi")


@pytest.fixture
def officer() -> Client:
    return client_of(Role.PRIVACY_OFFICER, login_id="hogo")


def ask(client: Client, member: Member, **typed: str) -> Any:
    content = {"member_number": grouped(member.number), "ground": "no_such_person", "reason": "宛先に居住なし"}
    return client.post("/office/requests/revocation/", content | typed)


def end_reason(member: Member) -> str:
    return membership.get_member(member.number).membership.end_reason


class TestARevocation:
    def test_is_asked_for_from_the_members_page(self, clerk: Client, member: Member) -> None:
        page = text_of(clerk.get(f"/office/members/{member.number}/"))
        (link,) = re.findall(r'href="(/office/requests/revocation/[^"]*)"', page)

        form = text_of(clerk.get(link))

        assert f'value="{grouped(member.number)}"' in form
        for ground in ("本人が実在しない", "届出内容に虚偽がある", "不適切な利用", "会員規約への違反"):
            assert ground in form
        assert "申請と同時に" in form

    def test_is_carried_out_by_another_desk(self, clerk: Client, officer: Client, member: Member) -> None:
        asked = ask(clerk, member)
        before = end_reason(member)

        decided = text_of(officer.post(f"{asked['Location']}decide/", {"decision": "approve"}, follow=True))

        request = RevocationRequest.objects.get()
        assert (before, end_reason(member)) == ("", "revoked")
        assert "実行済み" in decided
        assert (request.requested_by, request.approved_by) == ("staff:madoguchi", "staff:hogo")

    def test_stops_what_was_not_handed_over(self, clerk: Client, officer: Client, member: Member) -> None:
        order = redeem(member, 100, at=jst("2026-11-20 10:00"))
        asked = ask(clerk, member)
        officer.post(f"{asked['Location']}decide/", {"decision": "approve"})

        page = text_of(client_of(Role.FULFILMENT).get(f"/office/members/{member.number}/orders/{order.number}/1/"))

        assert "会員資格の取消" in page

    def test_turned_down_lets_the_member_redeem_again(self, clerk: Client, officer: Client, member: Member) -> None:
        asked = ask(clerk, member)
        with pytest.raises(rewards.RedemptionBlockedError):
            redeem(member, 100, at=NOW)

        decided = text_of(officer.post(f"{asked['Location']}decide/", {"decision": "reject"}, follow=True))

        assert "却下しました。" in decided
        assert redeem(member, 100, at=NOW).points == 100

    def test_waits_in_the_same_queue_as_every_request(self, clerk: Client, officer: Client, member: Member) -> None:
        clerk.post(
            "/office/requests/adjustment/",
            {"member_number": member.number, "direction": "take", "points": "5", "reason": "誤付与"},
        )
        ask(clerk, member)

        queue = text_of(officer.get("/office/requests/")).split("決裁済み", 1)[0]
        mine = text_of(officer.get("/office/")).split("別の担当者の決裁待ち", 1)

        assert "会員資格の取消" in queue
        assert "調整" in queue
        assert "会員資格の取消" in mine[0]
        assert "会員資格の取消" not in mine[1]

    def test_is_shown_with_ground_reason_and_what_approval_does(
        self, clerk: Client, officer: Client, member: Member
    ) -> None:
        asked = ask(clerk, member)

        page = text_of(officer.get(asked["Location"]))

        for shown in ("本人が実在しない", "宛先に居住なし", grouped(member.number), "ポイントはすべて失効し"):
            assert shown in page
        assert page.count('name="decision"') == 2

    def test_is_told_in_english_too(self, officer: Client, member: Member) -> None:
        request = ask_for_revocation(member, at=NOW)
        officer.cookies.load({"office_language": "en"})

        assert "False details were given" in text_of(officer.get(f"/office/requests/{request.id}/"))

    @pytest.mark.parametrize(
        ("typed", "said"),
        [
            ({"ground": ""}, "事由を選んで"),
            ({"ground": "dislike"}, "事由を選んで"),
            ({"reason": "　"}, "理由を入力"),
            ({"member_number": "100000000008"}, "この番号の会員はいません"),
        ],
    )
    def test_says_what_is_wrong_and_freezes_nothing(
        self, clerk: Client, member: Member, typed: dict[str, str], said: str
    ) -> None:
        assert said in text_of(ask(clerk, member, **typed))
        assert not RevocationRequest.objects.exists()

    def test_is_not_asked_for_twice_nor_at_the_family_nor_after_the_end(
        self, clerk: Client, club: Club, member: Member
    ) -> None:
        family, gone = club.family_member(member), club.member()
        revoke(gone, at=NOW)
        ask(clerk, member)

        assert "すでに申請され" in text_of(ask(clerk, member))
        assert "本会員の会員番号で申請" in text_of(ask(clerk, family))
        assert "すでに終了しています" in text_of(ask(clerk, gone))


class TestWhileItWaits:
    def test_the_members_page_says_so_and_offers_no_second_request(self, clerk: Client, member: Member) -> None:
        asked = ask(clerk, member)

        page = text_of(clerk.get(f"/office/members/{member.number}/"))

        assert "会員資格の取消が決裁待ちです。" in page
        assert f'href="{asked["Location"]}"' in page
        assert "/office/requests/revocation/" not in page

    def test_whoever_may_not_see_requests_is_led_to_none(self, clerk: Client, member: Member) -> None:
        asked = ask(clerk, member)

        page = text_of(client_of(Role.FULFILMENT).get(f"/office/members/{member.number}/"))

        assert "会員資格の取消が決裁待ちです。" in page
        assert asked["Location"] not in page

    def test_fulfilment_is_told_to_hand_nothing_over(self, clerk: Client, member: Member) -> None:
        redeem(member, 100, at=jst("2026-11-20 10:00"))
        ask(clerk, member)

        page = text_of(client_of(Role.FULFILMENT).get(f"/office/members/{member.number}/orders/"))

        assert "特典をお渡ししないでください" in page

    def test_the_clerk_who_answers_a_call_sees_that_points_cannot_be_used(self, clerk: Client, member: Member) -> None:
        ask(clerk, member)
        clerk.post(f"/office/members/{member.number}/call/", {str(name): said for name, said in RIGHT.items()})

        assert "利用停止中です" in text_of(clerk.get(f"/office/members/{member.number}/call/"))

    def test_the_page_of_blocks_says_that_lifting_one_does_not_help(self, clerk: Client, member: Member) -> None:
        ask(clerk, member)

        assert "利用停止の有無にかかわらず" in text_of(clerk.get(f"/office/members/{member.number}/blocks/"))


class TestOnesOwnRequest:
    """Attack 12: by page, and by SQL as the application's role."""

    @pytest.fixture
    def alone(self) -> Client:
        """Somebody with every role, so that only the two-person rule can stand in the way."""
        administrator()
        return let_in(Client(), all_round("hitori"))

    def test_has_no_buttons_and_is_refused_when_posted_all_the_same(self, alone: Client, member: Member) -> None:
        asked = ask(alone, member)

        page = text_of(alone.get(asked["Location"]))
        posted = [
            text_of(alone.post(f"{asked['Location']}decide/", {"decision": decision}, follow=True))
            for decision in ("approve", "reject")
        ]

        assert "別の担当者が決裁します" in page
        assert 'name="decision"' not in page
        assert all("ご自分の申請は決裁できません" in each for each in posted)
        assert RevocationRequest.objects.get().state == "requested"
        assert end_reason(member) == ""

    def test_cannot_be_approved_in_the_database_either(self, alone: Client, member: Member) -> None:
        ask(alone, member)

        with (
            pytest.raises(IntegrityError, match="two_people_revoke"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute("UPDATE membership_revocation_request SET approved_by = requested_by, decided_at = now()")

    def test_cannot_be_skipped_in_the_database_either(self, member: Member) -> None:
        with (
            pytest.raises(IntegrityError, match="a_revoked_membership_names_its_request"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute("UPDATE membership_membership SET ended_at = now(), end_reason = 'revoked'")

        assert end_reason(member) == ""


class TestDeciding:
    def test_takes_the_privacy_officers_role(self, clerk: Client, member: Member) -> None:
        asked = ask(clerk, member)

        for role in (Role.CALL_CENTRE, Role.ACCOUNTING, Role.AUDITOR):
            other = let_in(Client(), staff(role))
            response = other.post(f"{asked['Location']}decide/", {"decision": "approve"})
            assert response.status_code == 403
        assert end_reason(member) == ""

    def test_of_a_revocation_does_not_let_decide_on_points(
        self, clerk: Client, officer: Client, member: Member
    ) -> None:
        asked = clerk.post(
            "/office/requests/adjustment/",
            {"member_number": member.number, "direction": "add", "points": "5", "reason": "お詫び"},
        )

        assert officer.post(f"{asked['Location']}decide/", {"decision": "approve"}).status_code == 403

    def test_twice_decides_once(self, clerk: Client, officer: Client, member: Member) -> None:
        asked = ask(clerk, member)
        officer.post(f"{asked['Location']}decide/", {"decision": "reject"})

        answer = text_of(officer.post(f"{asked['Location']}decide/", {"decision": "approve"}, follow=True))

        assert "すでに決裁されています" in answer
        assert end_reason(member) == ""
