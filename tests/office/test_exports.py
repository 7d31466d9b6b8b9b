"""Lists of people's data: out only with a second person where they are of many, marked, recorded, and gone in time."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from pytest_django import Settings

from pointclub.audit import queries as audit
from pointclub.exports.models import ExportDownload, ExportRequest
from pointclub.notices.models import Delivery
from pointclub.notices.models import letters as batches
from pointclub.people.models import User
from pointclub.people.rules.permissions import Role
from tests.factories.callers import put_on_file
from tests.factories.club import Club, jst
from tests.factories.office import client_of, let_in
from tests.factories.readers import writes_to
from tests.factories.staff import staff
from tests.office.conftest import NOW

pytestmark = [pytest.mark.usefixtures("office"), pytest.mark.rule("STF-1")]
SetClock = Callable[[dt.datetime], None]


def text_of(response: Any) -> str:
    page: str = response.content.decode()
    return page


@pytest.fixture
def fulfilment() -> Client:
    return client_of(Role.FULFILMENT, login_id="haiso")


@pytest.fixture
def officer() -> Client:
    return client_of(Role.PRIVACY_OFFICER, login_id="kojin")


def members(count: int) -> None:
    club = Club()
    for _ in range(count):
        put_on_file(club.member(), at=jst("2026-04-01 10:00"))


def ask(client: Client, **typed: Any) -> Any:
    content = {"kind": "members", "columns": ["name", "address"], "purpose": "カタログの発送", "kept_days": "7"}
    return client.post("/office/exports/new/", content | typed)


class TestFew:
    def test_are_fetched_at_once_as_a_marked_file(self, fulfilment: Client) -> None:
        members(3)

        asked = ask(fulfilment)
        file = fulfilment.post(f"{asked['Location']}file/")

        assert file["Content-Type"].startswith("text/csv")
        assert file["Content-Disposition"].startswith("attachment")
        assert file.content.decode("utf-8-sig").count("見本県架空市") == 3
        assert "haiso" in file.content.decode("utf-8-sig")
        assert ExportDownload.objects.get().downloaded_by == "staff:haiso"

    def test_are_not_fetched_by_a_link(self, fulfilment: Client) -> None:
        members(1)
        asked = ask(fulfilment)

        assert fulfilment.get(f"{asked['Location']}file/").status_code == 405
        assert not ExportDownload.objects.exists()


class TestMany:
    """Attack 15."""

    @pytest.fixture(autouse=True)
    def crowd(self, office: None) -> None:  # noqa: ARG002 -- It opens the database first.
        members(101)

    def test_are_refused_without_approval(self, fulfilment: Client) -> None:
        asked = ask(fulfilment)

        refused = fulfilment.post(f"{asked['Location']}file/", follow=True)

        assert "決裁待ちか、却下" in text_of(refused)
        assert not ExportDownload.objects.exists()

    def test_are_let_out_by_another_with_mark_record_and_end(
        self, fulfilment: Client, officer: Client, set_clock: SetClock
    ) -> None:
        asked = ask(fulfilment)
        officer.post(f"{asked['Location']}decide/", {"decision": "approve"})
        file = fulfilment.post(f"{asked['Location']}file/").content.decode("utf-8-sig")
        acts = [act.act for act in audit.search_acts(audit.ActFilter(act="exports")).acts]
        set_clock(NOW + dt.timedelta(days=8))
        later = let_in(Client(), staff(Role.FULFILMENT, login_id="betsu"))
        let_in(fulfilment, User.objects.get(login_id="haiso"))

        assert file.count("見本県架空市") == 101
        assert "kojin" in file
        assert acts == ["exports.fetch_export", "exports.approve_export", "exports.request_export"]
        assert "保存期限" in text_of(fulfilment.post(f"{asked['Location']}file/", follow=True))
        assert "取得できるのは申請者だけ" in text_of(later.post(f"{asked['Location']}file/", follow=True))

    def test_wait_on_the_first_page_of_who_decides_and_are_not_decided_by_who_asked(
        self, fulfilment: Client, officer: Client
    ) -> None:
        asked = ask(fulfilment)

        assert "カタログの発送" in text_of(officer.get("/office/")).split("あなたの決裁待ち", 1)[1]
        assert fulfilment.post(f"{asked['Location']}decide/", {"decision": "approve"}).status_code == 403
        assert ExportRequest.objects.get().state == "requested"


@pytest.mark.rule("NTC-1")
class TestLetters:
    def test_to_many_are_let_out_by_another_as_an_archive(
        self, fulfilment: Client, officer: Client, settings: Settings
    ) -> None:
        settings.ENVIRONMENT = dataclasses.replace(settings.ENVIRONMENT, unmasked_persons_a_day=1)
        writes_to("見本 花子")
        writes_to("見本 次郎")

        asked = ask(fulfilment, kind="letters", columns=[])
        early = fulfilment.post(f"{asked['Location']}file/", follow=True)
        officer.post(f"{asked['Location']}decide/", {"decision": "approve"})
        page = text_of(fulfilment.get(asked["Location"]))
        file = fulfilment.post(f"{asked['Location']}file/")

        assert "決裁待ちか、却下" in text_of(early)
        assert "郵便物（印刷用）" in page
        assert "ZIP" in page
        assert "入会日" not in page
        assert (file["Content-Type"], file.content[:2]) == ("application/zip", b"PK")
        assert Delivery.objects.filter(channel="letter", state="sent").count() == 2

    def test_whose_file_was_lost_are_put_back_with_a_reason(self, fulfilment: Client) -> None:
        writes_to("見本 花子")
        asked = ask(fulfilment, kind="letters", columns=[])["Location"]
        before = text_of(fulfilment.get(asked))
        fulfilment.post(f"{asked}file/")

        without = text_of(fulfilment.post(f"{asked}put-back/", {"reason": " "}))
        done = text_of(fulfilment.post(f"{asked}put-back/", {"reason": "プリンターの故障"}, follow=True))
        again = text_of(fulfilment.post(f"{asked}file/", follow=True))

        assert "印刷待ちに戻す" not in before
        assert "理由を入力してください" in without
        assert "印刷待ちに戻しました" in done
        assert "印刷待ちに戻した担当者" in done
        assert "郵便物を取得する" not in done
        assert "印刷待ちに戻されています" in again
        assert Delivery.objects.get(channel="letter").state == "waiting"

    @pytest.mark.rule("STF-2")
    def test_to_many_are_put_back_by_another(
        self, fulfilment: Client, officer: Client, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(batches, "MOST_PEOPLE_WITHOUT_APPROVAL", 0)
        writes_to("見本 花子")
        asked = ask(fulfilment, kind="letters", columns=[])["Location"]
        fulfilment.post(f"{asked}file/")

        own = text_of(fulfilment.get(asked))
        officers = text_of(officer.get(asked))

        assert "別の担当者が行います" in own
        assert "put-back/" not in own
        assert "put-back/" in officers

    def test_that_do_not_exist_are_refused_in_the_words_of_the_office(self, fulfilment: Client) -> None:
        assert "印刷待ちの郵便物はありません" in text_of(ask(fulfilment, kind="letters", columns=[]))

    def test_are_asked_for_without_columns_and_period(self, fulfilment: Client) -> None:
        writes_to("見本 花子")

        assert "空欄のまま" in text_of(ask(fulfilment, kind="letters"))
        assert not ExportRequest.objects.exists()

    def test_are_offered_to_who_prints_letters(self, fulfilment: Client) -> None:
        accountant = client_of(Role.ACCOUNTING, login_id="keiri")

        offered = [
            'value="letters"' in text_of(client.get("/office/exports/new/")) for client in (fulfilment, accountant)
        ]

        assert offered == [True, False]
        assert "種類を選んで" in text_of(ask(accountant, kind="letters", columns=[]))


class TestForm:
    @pytest.mark.parametrize(
        ("typed", "said"),
        [
            ({"kind": "points"}, "個人情報は含められません"),
            ({"purpose": " "}, "目的を入力"),
            ({"kept_days": "31"}, "0から30"),
            ({"joined_from": "2026-05-01", "joined_through": "2026-04-01"}, "開始日より前"),
            ({"columns": ["password"]}, "必要な項目"),
        ],
    )
    def test_says_what_is_wrong(self, fulfilment: Client, typed: dict[str, Any], said: str) -> None:
        members(1)

        assert said in text_of(ask(fulfilment, **typed))
        assert not ExportRequest.objects.exists()

    def test_of_nobody_says_so(self, fulfilment: Client) -> None:
        assert "入会した会員はいません" in text_of(ask(fulfilment))
