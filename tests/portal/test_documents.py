"""The documents, open to everybody, and the record of what a member accepted (TRM-1)."""

from __future__ import annotations

import dataclasses
import datetime as dt
import gzip
import re
from collections.abc import Callable

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries, Settings

from pointclub.portal import documents
from pointclub.portal.templatetags import documents as tags
from pointclub.terms import queries as terms
from pointclub.terms.models import TermsAcceptance
from pointclub.terms.rules.documents import Document
from tests.factories.club import jst
from tests.factories.sign_ins import let_in
from tests.factories.terms import accept
from tests.portal.household import Household, register

SetClock = Callable[[dt.datetime], None]
DOCUMENTS = [f"/documents/{document}/" for document in Document]

pytestmark = pytest.mark.django_db


def text_of(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200, address
    return response.content.decode()


@pytest.mark.rule("TRM-1")
class TestTheList:
    def test_names_every_version_of_every_document_to_everybody(self, client: Client) -> None:
        page = text_of(client, "/documents/")

        for document in Document:
            for version in terms.versions_of(document):
                assert version.title["ja"] in page
        assert page.count("現在有効") == len(Document)
        assert '<a href="/documents/point-rules/">2022年4月1日版' in page
        assert '<a href="/documents/point-rules/2016-04-01/">2016年4月1日版' in page
        assert "2022年3月31日まで" in page

    def test_is_in_english_too(self, client: Client) -> None:
        page = text_of(client, "/en/documents/")

        assert "Hapi e-Point Club Point Rules" in page
        assert '<a href="/en/documents/point-rules/2016-04-01/">Version of 1 April 2016' in page
        assert "Until 31 March 2022" in page

    def test_says_what_is_still_to_come(self, client: Client, set_clock: SetClock) -> None:
        set_clock(jst("2022-03-31 23:59"))

        page = text_of(client, "/documents/")

        assert '<a href="/documents/point-rules/">2016年4月1日版' in page
        assert '<a href="/documents/point-rules/2022-04-01/">2022年4月1日版' in page
        assert "適用前" in page

    @pytest.mark.parametrize("address", ["/help/", "/sign-in/", "/nowhere/", "/documents/point-rules/"])
    def test_is_linked_at_the_foot_of_every_page(self, client: Client, address: str) -> None:
        assert '<a href="/documents/">規約・規定など</a>' in client.get(address).content.decode()


@pytest.mark.rule("TRM-1")
class TestADocument:
    def test_changes_over_at_midnight_in_japan(self, client: Client, set_clock: SetClock) -> None:
        set_clock(jst("2022-03-31 23:59"))
        before = text_of(client, "/documents/point-rules/")
        set_clock(jst("2022-04-01 00:00"))
        after = text_of(client, "/documents/point-rules/")

        assert "2016年4月1日版" in before
        assert "料金支払い" not in before
        assert "料金支払い" in after

    def test_that_is_not_in_force_any_more_says_so_and_leads_on(self, client: Client) -> None:
        page = text_of(client, "/documents/point-rules/2016-04-01/")

        assert "この版は、現在は適用されていません。" in page
        assert "2022年3月31日まで適用されていました。" in page
        assert '<a href="/documents/point-rules/">現在の版を読む</a>' in page

    def test_that_is_not_in_force_yet_says_so(self, client: Client, set_clock: SetClock) -> None:
        set_clock(jst("2022-03-01 12:00"))

        page = text_of(client, "/documents/point-rules/2022-04-01/")

        assert "この版は、まだ適用されていません。" in page
        assert "2022年4月1日から適用されます。" in page

    def test_has_an_anchor_for_each_article_and_a_way_to_it(self, client: Client) -> None:
        page = text_of(client, "/documents/membership-terms/")

        assert re.findall(r'<h2 id="article-(\d+)">第(\d+)条', page) == [(str(n), str(n)) for n in range(1, 19)]
        assert re.findall(r'<a href="#article-(\d+)">', page) == [str(n) for n in range(1, 19)]

    def test_says_in_english_that_the_japanese_text_prevails(self, client: Client) -> None:
        japanese, english = text_of(client, "/documents/portal-terms/"), text_of(client, "/en/documents/portal-terms/")

        assert "The Japanese text prevails." in english
        assert '<a href="/documents/portal-terms/" lang="ja"' in english
        assert "参考訳" not in japanese

    @pytest.mark.parametrize("address", [*DOCUMENTS, *(f"/en{each}" for each in DOCUMENTS)])
    def test_says_that_it_is_a_sample_and_asks_the_database_nothing(
        self, client: Client, django_assert_num_queries: DjangoAssertNumQueries, address: str
    ) -> None:
        with django_assert_num_queries(0):
            page = text_of(client, address)

        assert ("見本の文面です" in page) != ("sample text" in page)
        assert len(gzip.compress(page.encode())) < 20_000

    def test_names_the_club_and_its_operator_as_the_settings_do(self, client: Client, settings: Settings) -> None:
        settings.ENVIRONMENT = dataclasses.replace(
            settings.ENVIRONMENT, club_name_ja="<b>あかり</b>クラブ", operator_name_ja="あかり電力株式会社"
        )

        page = text_of(client, "/documents/membership-terms/")

        assert "あかり電力株式会社" in page
        assert "&lt;b&gt;あかり&lt;/b&gt;クラブ" in page
        assert "<b>" not in page

    def test_that_does_not_exist_yet_is_no_page(self, client: Client, set_clock: SetClock) -> None:
        set_clock(jst("2017-01-31 12:00"))

        assert client.get("/documents/portal-terms/").status_code == 404

    @pytest.mark.parametrize("method", ["post", "put", "delete"])
    def test_takes_nothing(self, client: Client, method: str) -> None:
        assert getattr(client, method)("/documents/point-rules/").status_code == 405


class TestAddresses:
    @pytest.mark.parametrize(
        "address",
        [
            "/documents/point-rules/2016-04-02/",
            "/documents/point-rules/2016-13-01/",
            "/documents/point-rules/2016-04-01.ja.md",
            "/documents/point-rules/２０１６-04-01/",
            "/documents/nothing/",
            "/documents/POINT-RULES/",
            "/documents/..%2f..%2fsettings/",
            "/documents/../../config/settings.py",
            "/documents/point-rules/..%2f..%2fmodels.py/",
            "/documents/%00/",
            "/documents/point-rules%0a/",
        ],
    )
    def test_that_name_no_version_are_no_pages(self, client: Client, address: str) -> None:
        assert client.get(address).status_code == 404

    @given(st.text(st.characters(exclude_categories=["Cs"]), max_size=30), st.text("0123456789-./%", max_size=12))
    def test_never_fail(self, document: str, version: str) -> None:
        client = Client()

        for address in (f"/documents/{document}/", f"/documents/point-rules/{version}/"):
            assert client.get(address).status_code in {200, 301, 404}, address


class TestRendering:
    def test_shows_html_as_it_stands(self) -> None:
        html = documents.render('## 第1条（<b>太</b>）\n\n1. <script>alert("1")</script> [x](javascript:alert)\n').html

        assert "<b>" not in html
        assert "<script" not in html
        assert "href" not in html

    @pytest.mark.parametrize("manner", TermsAcceptance.Manner.values)
    def test_has_words_for_every_manner(self, manner: str) -> None:
        assert tags.manner_words(manner)


@pytest.mark.rule("TRM-1")
class TestTheRecord:
    def test_says_which_version_when_and_how_and_leads_to_it(self, hanako_client: Client, household: Household) -> None:
        accept(household.hanako.person, Document.POINT_RULES, at=jst("2022-03-31 23:59"), language="en")

        page = text_of(hanako_client, "/agreements/")

        assert '<a href="/documents/point-rules/2016-04-01/">はぴeポイントクラブ ポイント規定</a>' in page
        assert "2022年3月31日 23時59分" in page
        assert "ご登録時（明示の同意）" in page
        assert "英語" in page

    def test_is_in_english_too(self, hanako_client: Client, household: Household) -> None:
        accept(household.hanako.person, Document.MEMBERSHIP_TERMS)

        page = text_of(hanako_client, "/en/agreements/")

        assert "Hapi e-Point Club Membership Terms" in page
        assert "1 April 2024, 10 a.m." in page
        assert "On registration (express consent)" in page

    def test_says_where_the_words_were_others(
        self, hanako_client: Client, household: Household, settings: Settings
    ) -> None:
        accept(household.hanako.person, Document.MEMBERSHIP_TERMS)
        told = "現在の表記はご同意の時とは異なります。"
        before = text_of(hanako_client, "/agreements/")
        settings.ENVIRONMENT = dataclasses.replace(settings.ENVIRONMENT, operator_name_ja="あかり電力株式会社")

        assert told not in before
        assert told in text_of(hanako_client, "/agreements/")

    def test_is_nobody_elses(self, hanako_client: Client, household: Household) -> None:
        accept(household.taro.person, Document.MEMBERSHIP_TERMS)

        assert "記録はまだありません。" in text_of(hanako_client, "/agreements/")

    def test_is_there_for_those_who_joined_the_portal_alone(self, client: Client) -> None:
        user = register("鈴木 一子", "ichiko")
        accept(user.person, Document.PORTAL_TERMS)
        let_in(client, user)

        assert "はぴeみる電 利用規約" in text_of(client, "/agreements/")

    def test_asks_for_signing_in_and_is_kept_by_no_cache(self, client: Client, household: Household) -> None:
        asked = client.get("/agreements/")
        let_in(client, household.user)

        assert asked["Location"].startswith("/sign-in/?next=/agreements/")
        assert "no-store" in client.get("/agreements/")["Cache-Control"]

    def test_costs_the_same_however_long_it_is(
        self, hanako_client: Client, household: Household, django_assert_num_queries: DjangoAssertNumQueries
    ) -> None:
        accept(household.hanako.person, *Document)

        # The session, the user, the stay, what was accepted, and whether a notice waits to be read.
        with django_assert_num_queries(5):
            hanako_client.get("/agreements/")
