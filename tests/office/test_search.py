"""Finding members: exact values, masked results, nothing of it in an address; and seeing one in the clear."""

# ruff: noqa: ARG002 -- A fixture asked for its effect.

from __future__ import annotations

import dataclasses
import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from pytest_django import Settings

from pointclub.audit import queries as audit
from pointclub.membership.models import Member
from pointclub.membership.rules.number import grouped
from pointclub.people.models import Unmasking
from pointclub.people.rules.permissions import Permission, Role, roles_with
from tests.factories.callers import put_on_file
from tests.factories.club import Club, jst
from tests.factories.office import client_of

pytestmark = [pytest.mark.usefixtures("office"), pytest.mark.rule("STF-1")]
ADDRESS = "/office/members/"


def text_of(response: Any) -> str:
    page: str = response.content.decode()
    return page


@pytest.fixture
def member() -> Member:
    member = Club().member()
    put_on_file(member, at=jst("2026-04-01 10:00"))
    return member


@pytest.fixture
def clerk() -> Client:
    return client_of(Role.CALL_CENTRE, login_id="uketsuke")


def look_for(client: Client, by: str, term: str) -> Any:
    return client.post(ADDRESS, {"by": by, "term": term}, follow=True)


class TestSearch:
    @pytest.mark.parametrize(
        ("by", "term"),
        [
            ("kana", "ﾐﾎﾝ ﾊﾅｺ"),
            ("phone", "０９０ー００００－０００１"),
            ("phone", "09000000001"),
            ("mail", "Hanako@Example.com"),
        ],
    )
    def test_finds_by_exactly_one_thing_and_shows_it_masked(
        self, clerk: Client, member: Member, by: str, term: str
    ) -> None:
        found = look_for(clerk, by, term)

        page = text_of(found).split("検索結果", 1)[1]
        assert grouped(member.number) in page
        assert "***-****-0001" in page
        assert "ハナコ" not in page
        assert "架空市" not in page

    def test_by_name_finds_everybody_of_that_name(self, clerk: Client, member: Member) -> None:
        name = member.person.name

        page = text_of(look_for(clerk, "name", name)).split("検索結果", 1)[1]

        assert grouped(member.number) in page
        assert name not in page

    def test_by_number_leads_straight_to_the_member(self, clerk: Client, member: Member) -> None:
        response = clerk.post(ADDRESS, {"by": "number", "term": grouped(member.number)})

        assert response["Location"] == f"{ADDRESS}{member.number}/"

    def test_by_a_part_finds_nobody(self, clerk: Client, member: Member) -> None:
        for by, term in (("kana", "ミホン"), ("mail", "hanako"), ("phone", "0001")):
            assert "該当する会員はいません" in text_of(look_for(clerk, by, term))

    def test_puts_nothing_into_an_address_and_nothing_readable_into_the_session(
        self, clerk: Client, member: Member
    ) -> None:
        answer = clerk.post(ADDRESS, {"by": "mail", "term": "hanako@example.com"})

        assert answer["Location"] == ADDRESS
        with connection.cursor() as cursor:
            cursor.execute("SELECT string_agg(data, '') FROM office_session")
            (kept,) = cursor.fetchone()
        assert "hanako" not in kept
        assert "aGFuYWtv" not in kept

    def test_stays_when_the_page_is_opened_again_and_is_forgotten_with_the_next(
        self, clerk: Client, member: Member
    ) -> None:
        look_for(clerk, "mail", "hanako@example.com")

        again = text_of(clerk.get(ADDRESS))
        clerk.post(ADDRESS, {"by": "number", "term": member.number})

        assert grouped(member.number) in again
        assert "検索結果" not in text_of(clerk.get(ADDRESS))

    @pytest.mark.parametrize(
        ("typed", "said"),
        [
            ({"by": "number", "term": "1234"}, "会員番号は12桁"),
            ({"by": "number", "term": "100000000008"}, "この番号の会員はいません"),
            ({"by": "name", "term": " "}, "検索する内容を入力"),
            ({"by": "birthday", "term": "1980"}, "どちらか"),
            ({"by": "name", "term": "あ" * 255}, "長すぎます"),
        ],
    )
    def test_says_what_is_wrong(self, clerk: Client, typed: dict[str, str], said: str) -> None:
        assert said in text_of(clerk.post(ADDRESS, typed))

    def test_is_by_number_alone_for_who_may_see_accounts_only(self, member: Member) -> None:
        accountant = client_of(Role.ACCOUNTING)

        page = text_of(accountant.get(ADDRESS))
        accountant.post(ADDRESS, {"by": "mail", "term": "hanako@example.com"})

        assert 'name="by"' not in page
        assert "検索結果" not in text_of(accountant.get(ADDRESS))


class TestMaskedPage:
    @pytest.mark.parametrize("role", roles_with(Permission.SEARCH_MEMBERS))
    def test_shows_no_value_in_the_clear_to_anybody(self, member: Member, role: Role) -> None:
        page = text_of(client_of(role).get(f"{ADDRESS}{member.number}/"))

        for value in ("hanako@", "090-0000-0001", "1980-04-01", "架空市", "ハナコ", member.person.name):
            assert value not in page
        assert "***-****-0001" in page

    def test_is_without_personal_data_for_who_only_sees_accounts(self, member: Member) -> None:
        page = text_of(client_of(Role.ACCOUNTING).get(f"{ADDRESS}{member.number}/"))

        assert "***" not in page
        assert "個人情報" not in page.split("<main", 1)[1]


class TestUnmasking:
    def unmask(self, client: Client, member: Member, *fields: str, reason: str = "返送品の再送") -> Any:
        return client.post(f"{ADDRESS}{member.number}/unmask/", {"fields_needed": list(fields), "reason": reason})

    def test_shows_what_was_asked_for_once_and_puts_it_on_record(self, clerk: Client, member: Member) -> None:
        page = text_of(self.unmask(clerk, member, "address", "mobile"))
        again = text_of(clerk.get(f"{ADDRESS}{member.number}/"))

        assert "<mark>見本県架空市例示町1丁目1番地</mark>" in page
        assert page.count("<mark>") == 2
        assert "hanako@" not in page
        assert "架空市" not in again
        (act,) = audit.search_acts(audit.ActFilter(act="people.unmask")).acts
        assert (act.actor, act.details, act.reason) == (
            "staff:uketsuke",
            {"fields": ["address", "mobile"]},
            "返送品の再送",
        )

    def test_takes_fields_and_a_reason(self, clerk: Client, member: Member) -> None:
        without_reason = text_of(self.unmask(clerk, member, "address", reason="  "))
        without_fields = text_of(self.unmask(clerk, member))

        assert "理由を入力" in without_reason
        assert "必要な項目を選んで" in without_fields
        assert "<mark>" not in without_reason + without_fields
        assert not Unmasking.objects.exists()

    def test_ends_at_the_most_for_one_day(self, clerk: Client, member: Member, settings: Settings) -> None:
        settings.ENVIRONMENT = dataclasses.replace(settings.ENVIRONMENT, unmasked_persons_a_day=1)
        other = Club().member()
        self.unmask(clerk, member, "name")

        page = text_of(self.unmask(clerk, other, "name"))

        assert "上限（1人）" in page
        assert "<mark>" not in page

    @pytest.mark.parametrize("role", [role for role in Role if role not in roles_with(Permission.UNMASK)])
    def test_is_for_who_needs_it(self, member: Member, role: Role) -> None:
        client = client_of(role)

        assert self.unmask(client, member, "name").status_code == 403
        assert 'name="fields_needed"' not in text_of(client.get(f"{ADDRESS}{member.number}/"))
        assert not Unmasking.objects.exists()

    def test_is_not_done_by_a_link(self, clerk: Client, member: Member) -> None:
        assert clerk.get(f"{ADDRESS}{member.number}/unmask/?fields_needed=name&reason=x").status_code == 405

    def test_offers_every_field_by_its_words(self, clerk: Client, member: Member) -> None:
        page = text_of(clerk.get(f"{ADDRESS}{member.number}/"))

        assert len(re.findall(r'type="checkbox" name="fields_needed"', page)) == 17
