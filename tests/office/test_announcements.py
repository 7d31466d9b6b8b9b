"""Announcements and advertising from the office: one writes, another lets it out (NTC-1, NTC-3, STF-2)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from django.test import Client

from pointclub.jobs import mailings as mailing_jobs
from pointclub.notices import queries as notices_queries
from pointclub.notices import services as notices
from pointclub.notices.models import Announcement, Mailing
from pointclub.people.models import ContactAddress
from pointclub.people.rules.permissions import Role
from tests.factories.club import STAFF
from tests.factories.office import client_of, let_in
from tests.factories.readers import reader
from tests.factories.staff import administrator, all_round
from tests.factories.texts import approved_mailing, published
from tests.office.conftest import NOW

pytestmark = [pytest.mark.usefixtures("office"), pytest.mark.rule("STF-2")]

TODAY = NOW.date()
WORDS = {
    "title_ja": "年末年始の休業",
    "text_ja": "1行目です。\r\n2行目です。\r\n\r\n<b>次の段落です。</b>",
    "title_en": "Closed over New Year",
    "text_en": "We are closed.",
}
DAYS = {"shown_from": TODAY.isoformat(), "shown_through": TODAY.isoformat()}


def text_of(response: Any) -> str:
    page: str = response.content.decode()
    return page


@pytest.fixture
def manager() -> Client:
    return client_of(Role.PROGRAM_MANAGER, login_id="kikaku")


@pytest.fixture
def officer() -> Client:
    return client_of(Role.PRIVACY_OFFICER, login_id="hogo")


def wanting(address: str) -> None:
    person = reader(address, at=NOW)
    kinds = [ContactAddress.Kind.FIRST]
    notices.agree_to_advertising(person_id=person.id, kinds=kinds, how="settings", at=NOW, actor=STAFF)


def write(client: Client, **typed: str) -> Any:
    return client.post("/office/announcements/new/", {**WORDS, **DAYS, **typed})


def decide(client: Client, asked: Any, decision: str = "approve") -> Any:
    return client.post(f"{asked['Location']}decide/", {"decision": decision}, follow=True)


def shown() -> list[str]:
    return [each.title_en for each in notices_queries.list_announcements(on=TODAY)]


@pytest.mark.rule("NTC-1")
class TestAnAnnouncement:
    def test_is_shown_once_another_publishes_it_and_not_before(self, manager: Client, officer: Client) -> None:
        asked = write(manager)
        before = shown()
        page = text_of(decide(officer, asked))

        assert (before, shown()) == ([], ["Closed over New Year"])
        assert Announcement.objects.get().text_ja == "1行目です。\n2行目です。\n\n<b>次の段落です。</b>"
        assert "掲載中" in page

    def test_is_previewed_as_members_see_it_and_asks_for_nothing_yet(self, manager: Client) -> None:
        page = text_of(write(manager, preview="1"))

        assert "<p>1行目です。<br>2行目です。</p>" in page
        assert "&lt;b&gt;次の段落です。&lt;/b&gt;" in page
        assert 'value="Closed over New Year"' in page
        assert not Announcement.objects.exists()

    def test_that_lacks_something_keeps_what_was_typed(self, manager: Client) -> None:
        page = text_of(write(manager, title_en=" ", text_ja="表\t示", shown_through="2000-01-01"))

        assert "年末年始の休業" in page
        assert "英語のタイトルを入力してください。" in page
        assert "日本語の案内文に、タブなど表示できない文字が含まれています。" in page
        assert "表\t示" in page
        assert "We are closed." in page
        assert not Announcement.objects.exists()

    def test_whose_days_are_over_is_refused_in_words(self, manager: Client) -> None:
        page = text_of(write(manager, shown_from="2026-01-01", shown_through="2026-01-02"))

        assert "掲載終了日をご確認ください" in page

    def test_counts_once_however_often_it_is_sent(self, manager: Client) -> None:
        once = str(UUID(int=11))

        first, second = write(manager, once=once), write(manager, once=once)

        assert first["Location"] == second["Location"]
        assert Announcement.objects.count() == 1

    def test_of_ones_own_has_no_buttons_and_is_refused(self) -> None:
        administrator()
        client = let_in(Client(), all_round("hitori"))

        asked = write(client)
        page = text_of(client.get(asked["Location"]))
        refused = text_of(decide(client, asked))

        assert 'value="approve"' not in page
        assert "申請した本人" in refused or "別の担当者" in refused
        assert shown() == []

    def test_turned_down_is_never_shown(self, manager: Client, officer: Client) -> None:
        page = text_of(decide(officer, write(manager), "reject"))

        assert "却下" in page
        assert shown() == []

    def test_is_taken_down_with_a_reason_by_one_person(self, manager: Client) -> None:
        address = f"/office/announcements/{published(shown_from=TODAY, at=NOW).id}/"

        without = text_of(manager.post(f"{address}withdraw/", {"reason": " "}))
        page = text_of(manager.post(f"{address}withdraw/", {"reason": "日付の誤り"}, follow=True))

        assert "理由を入力してください" in without
        assert "取り下げ済み" in page
        assert "取り下げる" not in page
        assert shown() == []

    def test_that_still_waits_is_taken_back_in_words_of_its_own(self, manager: Client) -> None:
        address = write(manager)["Location"]

        waiting = text_of(manager.get(address))
        page = text_of(manager.post(f"{address}withdraw/", {"reason": "日付の誤り"}, follow=True))

        assert "申請を取り下げる" in waiting
        assert "掲載を取り下げる" not in waiting
        assert "申請を取り下げました。" in page
        assert "申請を取り下げた担当者" in page
        assert "申請取り下げ" in text_of(manager.get("/office/announcements/"))

    def test_waits_on_the_first_page_of_who_decides(self, manager: Client, officer: Client) -> None:
        write(manager)

        assert "年末年始の休業" in text_of(officer.get("/office/")).split("あなたの決裁待ち", 1)[1]
        assert "年末年始の休業" in text_of(manager.get("/office/")).split("別の担当者の決裁待ち", 1)[1]

    def test_is_seen_by_the_call_centre_and_changed_by_it_in_nothing(self, manager: Client) -> None:
        asked = write(manager)
        caller = client_of(Role.CALL_CENTRE, login_id="madoguchi")

        page = text_of(caller.get(asked["Location"]))

        assert "年末年始の休業" in page
        assert "取り下げる" not in page
        assert caller.get("/office/announcements/new/").status_code == 403


@pytest.mark.rule("NTC-3")
class TestAdvertising:
    def ask(self, client: Client, **typed: str) -> Any:
        return client.post("/office/advertising/new/", {**WORDS, **typed})

    def test_is_previewed_with_sender_address_and_the_link_that_stops_it(self, manager: Client) -> None:
        wanting("yes@example.com")

        page = text_of(self.ask(manager, preview="1"))

        assert "現在1人" in page
        assert "広告メールの停止：" in page
        assert "/en/stop-advertising/" in page
        assert "受信に同意された方" in page
        assert not Mailing.objects.exists()

    def test_goes_out_once_another_approves_it_and_shows_how_far_it_is(self, manager: Client, officer: Client) -> None:
        wanting("yes@example.com")
        asked = self.ask(manager)
        before = mailing_jobs.carry_on_all(read_clock=lambda: NOW)

        decide(officer, asked)
        after = mailing_jobs.carry_on_all(read_clock=lambda: NOW)
        page = text_of(manager.get(asked["Location"]))

        assert (before, after) == (0, 1)
        assert '送信待ちのメール</dt><dd class="num big">1</dd>' in page
        assert "送信を中断する" in page

    def test_is_stopped_and_goes_on(self, manager: Client, officer: Client) -> None:
        wanting("yes@example.com")
        mailing = approved_mailing(at=NOW)
        address = f"/office/advertising/{mailing.id}/"

        stopped = text_of(manager.post(f"{address}stop/", follow=True))
        told = mailing_jobs.carry_on_all(read_clock=lambda: NOW)
        again = text_of(manager.post(f"{address}stop/", follow=True))
        gone_on = text_of(officer.post(f"{address}go-on/", follow=True))

        assert "中断中" in stopped
        assert "送信を再開する" not in stopped
        assert told == 0
        assert "この操作はできません" in again
        assert "送信を再開しました" in gone_on
        assert mailing_jobs.carry_on_all(read_clock=lambda: NOW) == 1

    @pytest.mark.rule("STF-2")
    def test_that_was_stopped_goes_on_by_nobody_who_wrote_it(self, manager: Client, officer: Client) -> None:
        answer = self.ask(manager)
        decide(officer, answer)
        asked = answer["Location"]
        officer.post(f"{asked}stop/")

        page = text_of(manager.get(asked))

        assert "送信を再開する" not in page
        assert "ご自身の依頼のため、再開は" in page
        assert "送信を再開する" in text_of(officer.get(asked))
        assert manager.post(f"{asked}go-on/").status_code == 403

    def test_is_cancelled_for_good_by_either(self, manager: Client, officer: Client) -> None:
        wanting("yes@example.com")
        asked = self.ask(manager)["Location"]
        waiting = text_of(manager.post(f"{asked}cancel/", follow=True))
        mailing = approved_mailing(at=NOW)
        mailing_jobs.carry_on_all(read_clock=lambda: NOW)
        page = text_of(officer.post(f"/office/advertising/{mailing.id}/cancel/", follow=True))

        assert "中止済み" in waiting
        assert 'value="approve"' not in waiting
        assert "送信を中止しました。" in page
        assert "中止した担当者" in page
        assert "送信を再開する" not in page
        assert "送信を取りやめる" not in page
        assert notices_queries.progress_of(mailing.id).not_sent == 1

    def test_that_lacks_a_language_keeps_what_was_typed(self, manager: Client) -> None:
        page = text_of(self.ask(manager, text_en=""))

        assert "英語の案内文を入力してください。" in page
        assert "年末年始の休業" in page
        assert not Mailing.objects.exists()

    def test_that_is_not_there_is_not_found(self, manager: Client) -> None:
        for address in (f"advertising/{UUID(int=7)}/", f"announcements/{UUID(int=7)}/"):
            assert manager.get(f"/office/{address}").status_code == 404
