"""Applications that wait: seen masked, decided on once, by who may."""

from typing import Any
from uuid import UUID

import pytest
from django.test import Client

from pointclub.membership.models import Member, Registration
from pointclub.people.models import Unmasking
from pointclub.people.rules.permissions import Role
from tests.factories.office import client_of
from tests.factories.old_members import old_member_on_file
from tests.factories.registrations import another, enrol, filled_in, joining, portal_user, register
from tests.office.conftest import NOW

pytestmark = [pytest.mark.usefixtures("office"), pytest.mark.rule("SCR-1")]

ADDRESS = "/office/applications/"


@pytest.fixture
def clerk() -> Client:
    return client_of(Role.CALL_CENTRE, login_id="madoguchi")


@pytest.fixture
def first() -> str:
    """Register somebody, who is admitted at once, and return the member number."""
    number = register(at=NOW).member_number
    assert number is not None
    return number


@pytest.fixture
def held(first: str) -> UUID:
    """Register somebody who looks like the one before, from a place that nobody knows."""
    form = filled_in(login_id="efgh5678", postal_code="0000000", town="架空市")
    return register(form, at=NOW).registration_id


def text_of(response: Any) -> str:
    page: str = response.content.decode()
    return page


def decide(client: Client, held: UUID, **typed: str) -> Any:
    content = {"decision": "admit", "reason": "本人に電話で確認"} | typed
    return client.post(f"{ADDRESS}{held}/decide/", content)


class TestTheDesk:
    def test_lists_who_waits_with_what_is_to_be_checked(self, clerk: Client, held: UUID) -> None:
        page = text_of(clerk.get(ADDRESS))

        assert f"{ADDRESS}{held}/" in page
        assert "すでに登録済み、または会員である可能性" in page
        assert "住所が確認できない" in page

    def test_shows_the_applicant_masked_beside_whom_it_may_be(self, clerk: Client, held: UUID, first: str) -> None:
        page = text_of(clerk.get(f"{ADDRESS}{held}/"))

        assert f"/office/members/{first}/" in page
        assert "関＊ 花＊" in page
        for clear in ("関西", "ハナコ", "hanako@", "09012345678", "1980-04-01", "架空市"):
            assert clear not in page

    def test_is_empty_where_nobody_waits(self, clerk: Client, first: str) -> None:
        assert first not in text_of(clerk.get(ADDRESS))
        assert "審査待ちの申し込みはありません。" in text_of(clerk.get(ADDRESS))

    def test_says_so_in_english(self, clerk: Client, held: UUID) -> None:
        clerk.post("/office/language/", {"language": "en"})

        page = text_of(clerk.get(f"{ADDRESS}{held}/"))
        assert "Application under review" in page
        assert "The address could not be found" in page


class TestLookingCloser:
    def test_shows_what_is_needed_once_and_on_record(self, clerk: Client, held: UUID) -> None:
        content = {"fields_needed": ["mobile"], "reason": "申込者への電話"}
        page = text_of(clerk.post(f"{ADDRESS}{held}/unmask/", content))

        assert "09012345678" in page
        assert "1980-04-01" not in page
        assert "09012345678" not in text_of(clerk.get(f"{ADDRESS}{held}/"))
        assert Unmasking.objects.get().fields == ["mobile"]

    def test_takes_a_reason(self, clerk: Client, held: UUID) -> None:
        page = text_of(clerk.post(f"{ADDRESS}{held}/unmask/", {"fields_needed": ["mobile"], "reason": ""}))

        assert "09012345678" not in page
        assert "理由を入力してください。" in page


class TestADecision:
    def test_admits_the_applicant(self, clerk: Client, held: UUID) -> None:
        answer = decide(clerk, held)

        assert answer["Location"] == f"{ADDRESS}{held}/"
        assert Registration.objects.get(id=held).state == Registration.State.ADMITTED
        assert "承諾しました。" in text_of(clerk.get(answer["Location"]))

    def test_declines_the_application(self, clerk: Client, held: UUID) -> None:
        decide(clerk, held, decision="decline")

        assert Registration.objects.get(id=held).state == Registration.State.DECLINED
        assert Member.objects.count() == 1

    def test_has_a_reason(self, clerk: Client, held: UUID) -> None:
        answer = decide(clerk, held, reason=" ")

        assert answer.status_code == 200
        assert "理由を入力してください。" in text_of(answer)
        assert Registration.objects.get(id=held).state == Registration.State.HELD

    @pytest.mark.parametrize("decision", ["", "maybe"])
    def test_is_one_of_two(self, clerk: Client, held: UUID, decision: str) -> None:
        assert decide(clerk, held, decision=decision).status_code == 200
        assert Registration.objects.get(id=held).state == Registration.State.HELD

    def test_is_final(self, clerk: Client, held: UUID) -> None:
        decide(clerk, held)

        answer = decide(clerk, held, decision="decline")

        assert "すでに決裁されています。" in text_of(clerk.get(answer["Location"]))
        assert Registration.objects.get(id=held).state == Registration.State.ADMITTED
        assert "<form" not in text_of(clerk.get(f"{ADDRESS}{held}/")).split('id="h-decision"')[1]

    def test_is_not_for_who_looks_on(self, held: UUID) -> None:
        auditor = client_of(Role.AUDITOR, login_id="kansa")

        assert "入会を承諾する" not in text_of(auditor.get(f"{ADDRESS}{held}/"))
        assert decide(auditor, held).status_code == 403

    def test_of_what_is_unknown_is_not_found(self, clerk: Client) -> None:
        assert clerk.get(f"{ADDRESS}{UUID(int=7)}/").status_code == 404


@pytest.mark.rule("REG-6")
@pytest.mark.usefixtures("office", "first")
class TestSomebodyWhoJoinsLater:
    def test_is_seen_to_and_brings_old_points_over_when_admitted(self, clerk: Client) -> None:
        user = portal_user(another(1, mobile="09012345678"))
        old_id = old_member_on_file(("2020-03-31", 30), ("2099-03-31", 1_200))
        held = enrol(user, joining(club={"birth_date": "1980-04-01"}, old_member_id=old_id), at=NOW).registration_id

        page = text_of(clerk.get(f"{ADDRESS}{held}/"))
        assert "クラブのみ（ポータル登録済み）" in page
        assert "承諾時に引き継ぎ" in page

        decide(clerk, held)
        number = Member.objects.get(person=user.person).number
        page = text_of(clerk.get(f"/office/members/{number}/"))
        assert "旧クラブのポイント" in page
        assert "1,200" in page
        assert "失効済み：30" in page
