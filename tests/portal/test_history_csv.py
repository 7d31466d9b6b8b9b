"""The history as a file for spreadsheets."""

import csv
import io
import tracemalloc
from typing import Any

import pytest
from django.test import Client

from pointclub.merchants.models import Merchant
from pointclub.people.models import Person
from pointclub.portal import history
from tests.factories.club import jst
from tests.factories.long_history import fill_history
from tests.portal.household import NOW, Household, pause_enquiry

FILE = "/points/history.csv"
Row = dict[str, str]


def send_for(client: Client, address: str = FILE) -> str:
    response: Any = client.get(address)
    assert response.status_code == 200
    assert response.streaming
    file: str = response.getvalue().decode()
    return file


def rows_of(client: Client, address: str = FILE) -> list[Row]:
    return list(csv.DictReader(io.StringIO(send_for(client, address).removeprefix("\ufeff"), newline="")))


class TestFile:
    @pytest.mark.rule("BAL-4")
    def test_has_one_row_for_each_receipt_and_reward(self, household: Household, hanako_client: Client) -> None:
        household.live()

        rows = rows_of(hanako_client)

        assert rows[0] == {
            "日付": "2026-11-20",
            "種類": "ポイントの加算",
            "ポイント": "86",
            "有効期限": "2029-11-30",
            "加盟店・交換品": "あかりマート本町店",
            "ご利用日": "2026-11-18",
            "レシート番号・お申し込み番号": rows[0]["レシート番号・お申し込み番号"],
            "ためた方（ご家族）": "",
            "キャンペーン": "",
        }
        assert rows[0]["レシート番号・お申し込み番号"].startswith("100001-")
        assert (rows[1]["ポイント"], rows[1]["ためた方（ご家族）"]) == ("12", "山田 太郎")
        assert (rows[2]["種類"], rows[2]["ポイント"], rows[2]["加盟店・交換品"]) == (
            "ポイントのご利用",
            "-500",
            "もこもこスリッパ",
        )

    @pytest.mark.rule("BAL-1")
    def test_adds_up_to_the_balance(self, household: Household, hanako_client: Client) -> None:
        household.live()

        assert sum(int(row["ポイント"]) for row in rows_of(hanako_client)) == 13_620 - 240 + 98 - 500 + 98

    def test_begins_with_the_mark_that_spreadsheets_know_and_ends_lines_as_they_do(
        self, household: Household, hanako_client: Client
    ) -> None:
        household.live()

        file = send_for(hanako_client)

        assert file.startswith("\ufeff日付,種類,ポイント,")
        assert file.count("\r\n") == len(rows_of(hanako_client)) + 1

    def test_has_its_heads_in_the_language_of_the_page(self, household: Household, hanako_client: Client) -> None:
        household.live()

        rows = rows_of(hanako_client, f"/en{FILE}")

        assert list(rows[0])[:3] == ["Day", "Kind of entry", "Points"]
        assert rows[2]["Kind of entry"] == "Points used"

    def test_is_named_after_the_day_and_kept_by_no_cache(self, hanako_client: Client) -> None:
        response = hanako_client.get(FILE)

        assert response["Content-Disposition"] == 'attachment; filename="points-2026-11-21.csv"'
        assert response["Content-Type"] == "text/csv; charset=utf-8"
        assert "no-store" in response["Cache-Control"]

    def test_has_its_heads_alone_when_nothing_has_happened(self, hanako_client: Client) -> None:
        assert rows_of(hanako_client) == []

    @pytest.mark.parametrize(
        ("query", "points"),
        [
            ("kind=redeem", ["-500"]),
            ("merchant=100002", ["12"]),
            ("last=2026-11-01", ["-240", "13620"]),
            ("first=x", 6),
        ],
    )
    def test_takes_the_filters_of_the_page(
        self, household: Household, hanako_client: Client, query: str, points: list[str] | int
    ) -> None:
        household.live()

        found = [row["ポイント"] for row in rows_of(hanako_client, f"{FILE}?{query}")]

        assert found == points or len(found) == points


class TestHostileNames:
    """Attack 25: no spreadsheet runs what somebody was named."""

    @pytest.mark.parametrize("sign", ["=", "+", "-", "@", "\t=", "\r", "＝", " ="])
    def test_are_neutralised_and_figures_never(self, household: Household, hanako_client: Client, sign: str) -> None:
        name = f'{sign}HYPERLINK("http://evil.example","押す")'
        household.live()
        Merchant.objects.filter(id=household.mart.id).update(name=name)
        Person.objects.filter(id=household.taro.person_id).update(name=name)
        household.use(5, f"{sign.strip() or '='}cmd|' /C calc'!A0", at=jst("2026-11-20 12:00"))

        rows = rows_of(hanako_client)

        texts = {cell for row in rows for head, cell in row.items() if head != "ポイント"}
        assert f"'{name}" in texts
        assert name not in texts
        assert not [cell for cell in texts if cell[:1] in set("=+-@＝＋－＠\t\r\n")]
        assert {row["ポイント"] for row in rows} >= {"-500", "-240", "-5"}

    def test_are_shown_on_the_page_and_never_run(self, household: Household, hanako_client: Client) -> None:
        household.live()
        Merchant.objects.filter(id=household.mart.id).update(name="<script>alert(1)</script>")

        page = hanako_client.get("/points/history/").content.decode()

        assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
        assert "<script" not in page


class TestPause:
    @pytest.mark.rule("SUS-1")
    def test_is_told_with_the_time_to_try_again(self, household: Household, hanako_client: Client) -> None:
        household.live()
        pause_enquiry(until=jst("2026-11-21 18:30"))

        response = hanako_client.get(FILE)

        assert response.status_code == 503
        assert 33_000 < int(response["Retry-After"]) <= 33_300
        assert "点検のため停止しております。" in response.content.decode()
        assert "500" not in response.content.decode().split("<main", 1)[1]

    @pytest.mark.rule("SUS-1")
    def test_gives_no_time_where_the_end_is_not_known(self, hanako_client: Client) -> None:
        pause_enquiry(until=None)

        response = hanako_client.get(FILE)

        assert response.status_code == 503
        assert "Retry-After" not in response


class TestLongHistory:
    def fill(self, household: Household, transactions: int) -> None:
        fill_history(
            household.hanako.membership.account_id,
            transactions=transactions,
            members=[household.hanako.id],
            merchants=[household.mart.id],
            last=NOW.date(),
        )

    def test_comes_piece_by_piece_in_one_order(
        self, household: Household, hanako_client: Client, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(history, "ENTRIES_AT_ONCE", 7)
        self.fill(household, 60)

        rows = rows_of(hanako_client)

        assert len(rows) == 54 * 3 + 6
        assert [row["日付"] for row in rows] == sorted((row["日付"] for row in rows), reverse=True)

    def test_says_where_it_was_cut(
        self, household: Household, hanako_client: Client, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(history, "ENTRIES_AT_ONCE", 10)
        monkeypatch.setattr(history, "ENTRIES_A_FILE", 30)
        self.fill(household, 60)

        rows = rows_of(hanako_client)

        assert len(rows) == 27 * 3 + 3 + 1
        assert rows[-1]["種類"].startswith("このファイルはここまでです。")

    def test_takes_no_more_memory_than_a_short_one(
        self, household: Household, hanako_client: Client, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(history, "ENTRIES_AT_ONCE", 50)
        self.fill(household, 2_000)

        peaks = []
        for most in (200, 2_000):
            monkeypatch.setattr(history, "ENTRIES_A_FILE", most)
            tracemalloc.start()
            response: Any = hanako_client.get(FILE)
            for _ in response:
                pass
            peaks.append(tracemalloc.get_traced_memory()[1])
            tracemalloc.stop()

        assert peaks[1] < peaks[0] * 1.5
