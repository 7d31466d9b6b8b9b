"""The history page: what is asked for, what is shown, and the ways on."""

import datetime as dt
import gzip
import re
from urllib.parse import parse_qs, urlsplit

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from pointclub.membership import services as membership
from pointclub.points.models import Transaction
from pointclub.portal.cursors import Place, write_cursor
from tests.factories.club import STAFF, jst
from tests.factories.long_history import fill_history
from tests.factories.sign_ins import let_in
from tests.portal.household import JOINED_AT, NOW, Household, pause_enquiry, purchase, register, send, update

PAGE = "/points/history/"


def text_of(client: Client, address: str = PAGE) -> str:
    response = client.get(address)
    assert response.status_code == 200
    return response.content.decode()


def movements(page: str) -> list[str]:
    """Return the figures of the entries on a page, in order."""
    return re.findall(r'<p class="pt num(?: in)?">([^<]+)<', page)


def way(page: str, words: str) -> str:
    """Return where a link of the pager leads."""
    found = re.search(rf'href="([^"]+)">{words}<', page)
    assert found is not None
    return PAGE + found[1].replace("&amp;", "&")


def fill(household: Household, transactions: int) -> None:
    fill_history(
        household.hanako.membership.account_id,
        transactions=transactions,
        members=[household.hanako.id, household.taro.id],
        merchants=[household.mart.id, household.bakery.id],
    )


class TestHistory:
    @pytest.mark.rule("BAL-4")
    def test_shows_what_happened_with_what_stands_behind_it(self, household: Household, hanako_client: Client) -> None:
        household.live()

        page = text_of(hanako_client)

        assert movements(page) == ["+98", "−500", "+98", "−240", "+13,620"]
        assert "ギフト：<span>もこもこスリッパ</span>" in page
        assert re.search("お申し込み番号 R261115-[0-9A-F]{10}", page)
        assert "ご家族：山田 太郎 さま" in page

    @pytest.mark.rule("BAL-1", "EXP-2")
    def test_shows_points_past_their_day_as_expired_though_the_job_never_ran(
        self, household: Household, hanako_client: Client
    ) -> None:
        household.open_balance({"2026-10-31": 240, "2027-03-31": 60}, at=jst("2026-04-01 10:00"))

        page = text_of(hanako_client)

        assert movements(page) == ["−240", "+300"]
        assert '<time datetime="2026-11-01">' in page

    def test_says_when_there_is_nothing_yet(self, hanako_client: Client) -> None:
        page = text_of(hanako_client)

        assert "履歴はまだありません。" in page
        assert "CSVで保存" not in page

    @pytest.mark.rule("SUS-1")
    def test_gives_the_reason_instead_of_entries_while_enquiry_is_paused(
        self, household: Household, hanako_client: Client
    ) -> None:
        household.live()
        pause_enquiry(until=jst("2026-11-21 18:30"))

        page = text_of(hanako_client, PAGE + "?kind=redeem&cursor=x")

        assert "点検のため停止しております。" in page
        assert movements(page) == []
        assert "あかりマート" not in page

    def test_answers_only_questions(self, hanako_client: Client) -> None:
        assert hanako_client.post(PAGE).status_code == 405


@pytest.mark.usefixtures("lived")
class TestFilters:
    @pytest.fixture
    def lived(self, household: Household) -> Household:
        household.live()
        return household

    @pytest.mark.parametrize(
        ("query", "expected"),
        [
            ("kind=redeem", ["−500"]),
            ("kind=lapse", ["−240"]),
            ("kind=update", ["+98", "+98"]),
            ("first=2026-11-09&last=2026-11-15", ["−500", "+98"]),
            ("last=2026-11-01", ["−240", "+13,620"]),
            ("first=2026-11-16", ["+98"]),
            ("merchant=100002", ["+12"]),
            ("merchant=100001", ["+86", "+98"]),
            ("merchant=100001&last=2026-11-10", ["+98"]),
            ("kind=redeem&merchant=100001", []),
        ],
    )
    def test_leave_only_what_was_asked_for(self, hanako_client: Client, query: str, expected: list[str]) -> None:
        assert movements(text_of(hanako_client, f"{PAGE}?{query}")) == expected

    def test_leave_only_what_one_of_the_family_earned(self, lived: Household, hanako_client: Client) -> None:
        his, hers = (text_of(hanako_client, f"{PAGE}?member={who.id}") for who in (lived.taro, lived.hanako))

        assert movements(his) == ["+12"]
        assert movements(hers) == ["+86", "+98"]
        assert "あかりマート本町店</span>" in hers
        assert "あかりマート本町店</span>" not in his

    def test_are_said_in_words_and_can_be_put_away(self, hanako_client: Client) -> None:
        page = text_of(hanako_client, f"{PAGE}?merchant=100002&first=2026-11-01&kind=")

        assert '<span class="chip">ひだまりベーカリー</span>' in page
        assert '<span class="chip">2026年11月1日（日）から</span>' in page
        assert '<a href="/points/history/">すべて表示</a>' in page

    def test_are_kept_by_the_form(self, hanako_client: Client) -> None:
        page = text_of(hanako_client, f"{PAGE}?kind=redeem&first=2026-11-01")

        assert '<option value="redeem" selected>ポイントのご利用</option>' in page
        assert 'name="first" value="2026-11-01"' in page

    def test_offer_the_shops_and_the_family_of_this_household_alone(
        self, lived: Household, hanako_client: Client
    ) -> None:
        page = text_of(hanako_client)

        assert '<option value="100001">あかりマート本町店</option>' in page
        assert f'<option value="{lived.taro.id}">山田 太郎</option>' in page
        assert page.count("<option value=") == 1 + len(Transaction.Kind) + 3 + 3

    def test_ask_nothing_where_there_is_no_choice(self, client: Client, household: Household) -> None:
        alone = register("鈴木 一子", "ichiko")
        membership.admit(person=alone.person, at=JOINED_AT, actor=STAFF)
        let_in(client, alone)

        page = text_of(client, f"{PAGE}?member={household.taro.id}&merchant=100001")

        assert 'name="member"' not in page
        assert 'name="merchant"' not in page

    def test_mark_japanese_names_on_the_english_page(self, hanako_client: Client) -> None:
        page = text_of(hanako_client, f"/en{PAGE}?merchant=100002")

        assert '<option value="100001" lang="ja">あかりマート本町店</option>' in page
        assert '<span class="chip" lang="ja">ひだまりベーカリー</span>' in page
        assert '<option value="">All shops</option>' in page

    @pytest.mark.parametrize(
        "written", ["2026/11/16", "20261116", "２０２６-１１-１６", "2026年11月16日", "2026.11.16"]
    )
    def test_take_days_as_people_write_them(self, hanako_client: Client, written: str) -> None:
        assert movements(text_of(hanako_client, f"{PAGE}?first={written}")) == ["+98"]

    def test_offer_periods_that_are_often_asked_for(self, hanako_client: Client) -> None:
        page = text_of(hanako_client, f"{PAGE}?kind=update&first=2026-08-22&last=2026-11-21")

        assert '<a href="?kind=update&amp;first=2026-11-01&amp;last=2026-11-21">今月</a>' in page
        assert '<a href="?kind=update&amp;first=2026-08-22&amp;last=2026-11-21" aria-current="true">3か月</a>' in page
        assert '<a href="?kind=update&amp;first=2025-11-22&amp;last=2026-11-21">1年</a>' in page
        assert '<a href="?kind=update">すべて</a>' in page

    def test_say_when_nothing_is_like_that(self, hanako_client: Client) -> None:
        page = text_of(hanako_client, f"{PAGE}?kind=transfer")

        assert "条件に合う履歴はありません。" in page


class TestNonsense:
    @pytest.mark.parametrize(
        ("query", "field", "words"),
        [
            ("kind=nonsense", "kind", "選択肢からお選びください。"),
            ("member=00000000-0000-0000-0000-000000000000", "member", "選択肢からお選びください。"),
            ("merchant=999999", "merchant", "選択肢からお選びください。"),
            ("merchant=%00", "merchant", "選択肢からお選びください。"),
            ("first=yesterday", "first", "年月日を「2026-04-01」のように入力してください。"),
            ("first=2026-02-30", "first", "年月日を「2026-04-01」のように入力してください。"),
            ("first=0001-01-01", "first", "年月日を「2026-04-01」のように入力してください。"),
            ("last=9999-12-31", "last", "年月日を「2026-04-01」のように入力してください。"),
            ("first=%00&last=", "first", "年月日を「2026-04-01」のように入力してください。"),
            ("first=2026-04-01&last=2025-04-01", "last", "「いつまで」が「いつから」より前の日です。"),
        ],
    )
    def test_is_said_at_its_field_and_left_out(
        self, household: Household, hanako_client: Client, query: str, field: str, words: str
    ) -> None:
        household.live()

        page = text_of(hanako_client, f"{PAGE}?{query}")

        assert movements(page) == ["+98", "−500", "+98", "−240", "+13,620"]
        assert f'<a href="#id_{field}">{words}' in page
        assert f'id="id_{field}_error"' in page
        assert '<details class="filters" open>' in page
        assert "<title>エラー：ポイント履歴" in page

    def test_leaves_what_makes_sense_beside_it(self, household: Household, hanako_client: Client) -> None:
        household.live()

        page = text_of(hanako_client, f"{PAGE}?kind=redeem&first=nonsense&unknown=1&kind=redeem")

        assert movements(page) == ["−500"]

    def test_is_shown_as_text_and_never_run(self, hanako_client: Client) -> None:
        page = text_of(hanako_client, f'{PAGE}?kind="><script>alert(1)</script>&first="><script>alert(2)</script>')

        assert "<script" not in page


class TestPaging:
    def test_goes_through_all_entries_and_keeps_the_filters(self, household: Household, hanako_client: Client) -> None:
        fill(household, 45)

        first = text_of(hanako_client, f"{PAGE}?kind=update")
        second_at = way(first, "古い履歴")
        second = text_of(hanako_client, second_at)
        third = text_of(hanako_client, way(second, "古い履歴"))

        assert [len(movements(page)) for page in (first, second, third)] == [20, 20, 1]
        assert parse_qs(urlsplit(second_at).query)["kind"] == ["update"]
        assert "古い履歴" not in third
        assert "新しい履歴" not in first
        assert movements(text_of(hanako_client, way(second, "新しい履歴"))) == movements(first)
        assert '<a class="more" href="/points/history/?kind=update">最新</a>' in third

    def test_says_how_far_a_long_search_came(
        self, household: Household, hanako_client: Client, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("pointclub.points.queries.history.SEARCHED_AT_ONCE", 15)
        fill(household, 45)

        page = text_of(hanako_client, f"{PAGE}?kind=transfer")

        assert "までさかのぼって検索しました。" in page
        assert "条件に合う履歴はありません。" not in page
        assert "古い履歴" in page

    @pytest.mark.rule("BAL-2")
    @pytest.mark.parametrize("which", ["broken", "foreign"])
    def test_begins_anew_from_a_cursor_that_is_not_its_own(
        self, household: Household, client: Client, which: str
    ) -> None:
        fill(household, 45)
        other = register("鈴木 一子", "ichiko")
        member = membership.admit(person=other.person, at=JOINED_AT, actor=STAFF)
        membership_of_other = member.membership.account_id
        fill_history(membership_of_other, transactions=30, members=[member.id], merchants=[household.mart.id])
        let_in(client, other)
        place = Place(before=10)
        hers = write_cursor(place, account_id=household.hanako.membership.account_id)
        cursor = hers if which == "foreign" else write_cursor(place, account_id=membership_of_other)[:-1]

        assert movements(text_of(client, f"{PAGE}?cursor={cursor}")) == movements(text_of(client))

    def test_asks_the_database_as_often_on_every_page_of_a_long_history(
        self, household: Household, hanako_client: Client
    ) -> None:
        fill(household, 500)
        cursor = write_cursor(Place(before=250), account_id=household.hanako.membership.account_id)

        counts = []
        for address in (PAGE, f"{PAGE}?cursor={cursor}"):
            with CaptureQueriesContext(connection) as sent:
                text_of(hanako_client, address)
            counts.append(len(sent))

        assert counts[0] == counts[1]
        assert counts[0] <= 30

    def test_is_light_enough_for_a_slow_phone(self, household: Household, hanako_client: Client) -> None:
        for number in range(20):
            at = NOW - dt.timedelta(days=30 - number)
            shops = [household.bakery if receipt % 2 else household.mart for receipt in range(40)]
            send([purchase(household.taro, shop, 1_000 + each, at=at) for each, shop in enumerate(shops)], at=at)
            update(at=at + dt.timedelta(hours=13))

        page = text_of(hanako_client, f"/en{PAGE}")

        assert len(movements(page)) == 20
        assert len(gzip.compress(page.encode())) < 20_000
        assert "10 more are in the CSV file of the history." in page
