"""Files handed in on a page: checked at once, taken in by the worker, bad rows given back."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from pointclub.config import uploads as cut_off
from pointclub.earning import queries as earning
from pointclub.files import services as files
from pointclub.files.models import ImportedFile, Upload
from pointclub.foundation import clock
from pointclub.jobs import uploads
from pointclub.membership.models import Member
from pointclub.merchants import services as merchants
from pointclub.merchants.models import Merchant
from pointclub.people.rules.permissions import Role
from pointclub.program import services as program
from pointclub.program.models import Suspension
from tests.factories.club import STAFF, Club, jst
from tests.factories.feed_files import FeedFile, purchase_row
from tests.factories.office import client_of
from tests.office.conftest import NOW

pytestmark = [pytest.mark.usefixtures("office"), pytest.mark.rule("FIL-1")]
SOLD_AT = "2026-11-20T12:00:00"


def text_of(response: Any) -> str:
    page: str = response.content.decode()
    return page


@pytest.fixture
def desk() -> Client:
    return client_of(Role.MERCHANT_DESK, login_id="kameiten")


@pytest.fixture
def member() -> Member:
    return Club().member()


@pytest.fixture
def shop() -> Merchant:
    return Club().merchant()


def hand_in(client: Client, content: bytes, *, name: str = "shop.csv", feed: str = "purchases", **more: str) -> Any:
    file = SimpleUploadedFile(name, content, content_type="text/csv")
    return client.post("/office/files/", {"feed": feed, "file": file, **more})


def good_file(shop: Merchant, member: Member, *, sequence_number: int = 1) -> FeedFile:
    row = purchase_row(f"sale-{sequence_number}", member.number, 4_500, sold_at=SOLD_AT)
    return FeedFile(shop.number, [row], sequence_number)


def work() -> None:
    uploads.take_in_all(read_clock=clock.now)


class TestHandingIn:
    def test_takes_the_rows_in_with_the_worker_and_shows_the_figures(
        self, desk: Client, shop: Merchant, member: Member
    ) -> None:
        answer = hand_in(desk, good_file(shop, member).content())
        waiting = text_of(desk.get(answer["Location"]))
        before = earning.pending_points(member.membership.account_id)
        work()
        done = text_of(desk.get(answer["Location"]))

        assert "実行待ち" in waiting
        assert before == 0
        assert earning.pending_points(member.membership.account_id) == 45
        assert "取込み済み" in done
        assert '<dd class="num big">45</dd>' in done
        assert ImportedFile.objects.get().received_by == "staff:kameiten"

    def test_keeps_no_copy_once_it_is_taken_in(self, desk: Client, shop: Merchant, member: Member) -> None:
        hand_in(desk, good_file(shop, member).content())
        work()

        assert Upload.objects.get().content is None

    def test_gives_bad_rows_back_as_a_file_that_no_spreadsheet_runs(
        self, desk: Client, shop: Merchant, member: Member
    ) -> None:
        rows = [
            purchase_row("good", member.number, 1_000, sold_at=SOLD_AT),
            purchase_row("=HYPERLINK(evil)", "900000000000", 1_000, sold_at=SOLD_AT, note="@SUM(A1)"),
        ]
        answer = hand_in(desk, FeedFile(shop.number, rows).content())
        work()

        page = text_of(desk.get(answer["Location"]))
        response = desk.get(f"{answer['Location']}errors/")
        listed = text_of(desk.get(f"/office/files/imports/{ImportedFile.objects.get().id}/"))

        assert f"{answer['Location']}errors/" in page
        assert response["Content-Disposition"].startswith("attachment")
        written = list(csv.reader(io.StringIO(response.content.decode("utf-8-sig"))))
        assert len(written) == 2
        assert written[1][3].startswith("'=HYPERLINK")
        assert written[1][-1].startswith("'@SUM")
        assert "unknown_member" in listed
        assert "900000000000" not in listed.split("<main", 1)[1].replace(rows[1][1], "", 1)

    def test_that_is_broken_is_refused_at_once(self, desk: Client, shop: Merchant, member: Member) -> None:
        whole = good_file(shop, member).content()

        for broken in (whole[:-20], b"not a feed", whole.replace(b"4500", b"4501", 1), whole + b"more\r\n"):
            page = text_of(hand_in(desk, broken))
            assert "ファイルに不備があるため" in page
        assert not Upload.objects.exists()

    def test_empty_missing_and_too_large_files_are_refused(self, desk: Client) -> None:
        assert "ファイルが空です" in text_of(hand_in(desk, b""))
        assert "10MB以下" in text_of(desk.post("/office/files/", {"feed": "purchases"}))
        assert "10MB以下" in text_of(hand_in(desk, b"x" * (files.MOST_BYTES + 1)))
        assert not Upload.objects.exists()

    def test_stops_reading_what_is_far_too_large(self, desk: Client) -> None:
        answer = hand_in(desk, b"x" * (cut_off.MOST_BYTES + 200_000))

        assert "10MB以下" in text_of(answer)

    def test_of_the_same_file_twice_waits_once(self, desk: Client, shop: Merchant, member: Member) -> None:
        content = good_file(shop, member).content()
        hand_in(desk, content)

        again = text_of(hand_in(desk, content))

        assert "同じファイルがすでに登録され" in again
        assert Upload.objects.count() == 1

    def test_of_an_old_file_changes_nothing_again(self, desk: Client, shop: Merchant, member: Member) -> None:
        content = good_file(shop, member).content()
        for _ in range(2):
            hand_in(desk, content)
            work()

        assert earning.pending_points(member.membership.account_id) == 45
        assert ImportedFile.objects.count() == 1

    def test_shows_html_in_a_name_and_runs_nothing(self, desk: Client, shop: Merchant, member: Member) -> None:
        name = "<img src=x onerror=alert(1)>.csv"

        answer = hand_in(desk, good_file(shop, member).content(), name=name)

        assert "<img" not in text_of(desk.get(answer["Location"]))


class TestTheWorker:
    def test_holds_what_cannot_be_taken_in_now_and_tries_again(
        self, desk: Client, shop: Merchant, member: Member
    ) -> None:
        answer = hand_in(desk, good_file(shop, member).content())
        program.suspend(
            activity=Suspension.Activity.ACCRUAL,
            starts_at=jst("2026-11-21 00:00"),
            ends_before=None,
            text_ja="停止",
            text_en="Paused",
            at=NOW,
            actor=STAFF,
        )
        work()
        held = text_of(desk.get(answer["Location"]))
        program.resume(activity=Suspension.Activity.ACCRUAL, at=clock.now(), actor=STAFF)
        work()

        assert "保留中" in held
        assert "ただいまポイント管理を停止しています" in held
        assert "取込み済み" in text_of(desk.get(answer["Location"]))
        assert earning.pending_points(member.membership.account_id) == 45

    def test_says_why_a_file_was_refused_and_goes_on_with_the_next(
        self, desk: Client, shop: Merchant, member: Member
    ) -> None:
        first = hand_in(desk, good_file(shop, member, sequence_number=1).content())
        gap = hand_in(desk, good_file(shop, member, sequence_number=3).content())
        other_shop = Club().merchant()
        other = hand_in(desk, good_file(other_shop, member, sequence_number=7).content())
        work()

        states = [Upload.objects.get(id=answer["Location"].split("/")[-2]).state for answer in (first, gap, other)]
        assert states == ["taken_in", "refused", "taken_in"]
        assert "File 2 of this sender has not come" in text_of(desk.get(gap["Location"]))

    def test_takes_a_gap_on_the_word_of_who_asked_the_sender(
        self, desk: Client, shop: Merchant, member: Member
    ) -> None:
        hand_in(desk, good_file(shop, member, sequence_number=1).content())
        hand_in(desk, good_file(shop, member, sequence_number=3).content(), accepts_gap="on")
        work()

        assert earning.pending_points(member.membership.account_id) == 90

    def test_refuses_a_sender_that_is_no_merchant(self, desk: Client, member: Member) -> None:
        file = FeedFile("999999", [purchase_row("sale", member.number, 100, sold_at=SOLD_AT)])
        answer = hand_in(desk, file.content())
        work()

        assert "送信元の加盟店が見つかりません" in text_of(desk.get(answer["Location"]))

    def test_does_nothing_more_to_what_is_finished(self, desk: Client, shop: Merchant, member: Member) -> None:
        hand_in(desk, good_file(shop, member).content())
        work()
        finished_at = Upload.objects.get().finished_at
        merchants.suspend_merchant(merchant=shop, at=NOW, actor=STAFF)
        work()

        assert Upload.objects.get().finished_at == finished_at


class TestPermissions:
    def test_opening_balances_are_accountings_and_purchases_the_desks(self, desk: Client, member: Member) -> None:
        accountant = client_of(Role.ACCOUNTING)
        columns = ("reference", "member_number", "points", "usable_through")
        row = ("old-1", member.number, "700", "2027-03-31")
        content = FeedFile("legacy", [row], feed="opening-balances", columns=columns, summed=("points",)).content()

        from_desk = hand_in(desk, content, feed="opening-balances")
        from_accounting = hand_in(accountant, content, feed="opening-balances")
        purchases_from_accounting = hand_in(accountant, content, feed="purchases")
        work()

        assert "どちらか" in text_of(from_desk)
        assert from_accounting.status_code == 302
        assert "どちらか" in text_of(purchases_from_accounting)
        assert Upload.objects.get().state == "taken_in"

    def test_bad_rows_are_for_who_may_hand_in_such_a_file(self, desk: Client, shop: Merchant) -> None:
        answer = hand_in(
            desk, FeedFile(shop.number, [purchase_row("s", "900000000000", 100, sold_at=SOLD_AT)]).content()
        )
        work()

        assert client_of(Role.AUDITOR).get(f"{answer['Location']}errors/").status_code == 403
        assert client_of(Role.ACCOUNTING).get(f"{answer['Location']}errors/").status_code == 403
        assert client_of(Role.AUDITOR).get(answer["Location"]).status_code == 200
