"""Letters to more people than one of the staff prints alone: approved by another, handed out once, none forgotten."""

from __future__ import annotations

import csv
import dataclasses
import datetime as dt
import io
import re
import zipfile
from pathlib import Path

import pytest
from django.db import IntegrityError, transaction
from pytest_django import Settings
from uuid_utils.compat import uuid7

from pointclub.audit import queries as audit
from pointclub.exports import services as exports
from pointclub.exports.models import ExportFile, ExportRequest
from pointclub.exports.rules.marking import Mark
from pointclub.exports.services.letters import packed
from pointclub.foundation import actors
from pointclub.notices import services as notices
from pointclub.notices.models import Delivery
from pointclub.notices.queries.letter_sheets import Letter, LetterFontMissingError
from pointclub.notices.queries.texts import Paragraph, Text
from pointclub.people import queries as people_queries
from pointclub.people import services as people
from pointclub.people.models import Unmasking
from pointclub.people.rules.permissions import Role
from pointclub.people.rules.personal_fields import PersonalField
from tests.factories.club import STAFF, jst
from tests.factories.exports import ask
from tests.factories.readers import writes_to
from tests.factories.staff import staff

pytestmark = [pytest.mark.django_db, pytest.mark.rule("STF-2"), pytest.mark.rule("NTC-1")]

AT = jst("2026-04-10 12:00")
LAST_DAY = jst("2026-04-17 23:59")
NEXT_DAY = jst("2026-04-18 00:00")
LETTERS = ExportRequest.Kind.LETTERS
State = ExportRequest.State
_PAGE = re.compile(rb"/Type\s*/Page\b")


@pytest.fixture
def desks() -> None:
    staff(Role.FULFILMENT, login_id="shiki")
    staff(Role.PRIVACY_OFFICER, login_id="rikka")


@pytest.fixture
def one_a_day(settings: Settings, desks: None) -> None:
    """Let nobody be shown more than one person a day, so that two letters are many."""
    settings.ENVIRONMENT = dataclasses.replace(settings.ENVIRONMENT, unmasked_persons_a_day=1)


def ask_for_letters() -> ExportRequest:
    return ask("shiki", at=AT, kind=LETTERS)


def approve(request: ExportRequest) -> ExportRequest:
    return exports.approve_export(request_id=request.id, at=AT, actor=actors.staff("rikka"))


def fetch(request: ExportRequest, *, by: str = "shiki", at: dt.datetime = AT) -> exports.ExportedFile:
    return exports.fetch_export(request_id=request.id, at=at, actor=actors.staff(by))


def states() -> list[str]:
    return sorted(Delivery.objects.filter(channel="letter").values_list("state", flat=True))


def rows_in(file: exports.ExportedFile) -> list[list[str]]:
    listed = zipfile.ZipFile(io.BytesIO(file.content)).read("addresses.csv").decode("utf-8-sig")
    return list(csv.reader(io.StringIO(listed, newline="")))


@pytest.mark.usefixtures("one_a_day")
class TestLettersToMany:
    def test_are_not_fetched_without_approval(self) -> None:
        writes_to("見本 花子")
        writes_to("見本 次郎")

        request = ask_for_letters()

        assert (request.state, request.people) == (State.REQUESTED, 2)
        assert request.columns == ["name", "postal_code", "address"]
        with pytest.raises(exports.NotApprovedError):
            fetch(request)
        assert states() == ["waiting", "waiting"]

    def test_are_an_archive_of_sheets_and_addresses_that_says_whose_it_is(self) -> None:
        writes_to("見本 花子")
        writes_to("Hanako Mihon", address='=HYPERLINK("http://evil")', language="en")

        file = fetch(approve(ask_for_letters()))

        archive = zipfile.ZipFile(io.BytesIO(file.content))
        assert (file.name, file.media_type, file.rows) == (
            "letters_2026-04-10_shiki_rikka_until-2026-04-17.zip",
            "application/zip",
            2,
        )
        assert archive.namelist() == ["letters-01.pdf", "addresses.csv"]
        assert len(_PAGE.findall(archive.read("letters-01.pdf"))) == 2
        (mark,), *rows = rows_in(file)
        assert all(said in mark for said in ("staff:shiki", "staff:rikka", "2名", "会報の発送", "2026-04-17"))
        assert rows == [
            ["ファイル", "ページ", "郵便番号", "住所", "氏名"],
            ["letters-01.pdf", "1", "000-0001", "見本県架空市例示町1丁目1番地", "見本 花子"],
            ["letters-01.pdf", "2", "000-0001", '\'=HYPERLINK("http://evil")', "Hanako Mihon"],
        ]

    def test_are_handed_out_once_and_fetched_again_as_they_were(self) -> None:
        writes_to("見本 花子")
        writes_to("見本 次郎")
        request = approve(ask_for_letters())

        first = fetch(request)
        writes_to("見本 三郎")

        assert fetch(request, at=LAST_DAY).content == first.content
        assert states() == ["sent", "sent", "waiting"]
        assert [entry.act for entry in audit.search_acts(audit.ActFilter(act="notices.print_letters")).acts] == [
            "notices.print_letters"
        ]
        assert not Unmasking.objects.exists()

    def test_go_to_no_more_people_than_were_approved_the_oldest_first(self) -> None:
        writes_to("見本 花子")
        writes_to("見本 次郎")
        request = approve(ask_for_letters())
        writes_to("見本 三郎")

        assert [row[-1] for row in rows_in(fetch(request))[2:]] == ["見本 花子", "見本 次郎"]
        assert states() == ["sent", "sent", "waiting"]

    def test_that_were_printed_meanwhile_are_not_printed_twice(self, settings: Settings) -> None:
        writes_to("見本 花子")
        writes_to("見本 次郎")
        request = approve(ask_for_letters())
        settings.ENVIRONMENT = dataclasses.replace(settings.ENVIRONMENT, unmasked_persons_a_day=100)
        notices.print_letters(at=AT, actor=STAFF)

        with pytest.raises(exports.NoLettersLeftError):
            fetch(request)

        assert not ExportFile.objects.exists()

    def test_go_on_waiting_if_nobody_fetches_them_in_time(self) -> None:
        writes_to("見本 花子")
        writes_to("見本 次郎")
        request = approve(ask_for_letters())

        with pytest.raises(exports.ExportGoneError):
            fetch(request, at=NEXT_DAY)

        assert states() == ["waiting", "waiting"]
        assert ask("shiki", at=NEXT_DAY, kind=LETTERS).people == 2

    def test_go_on_waiting_if_they_cannot_be_printed(self, settings: Settings, tmp_path: Path) -> None:
        writes_to("見本 花子")
        writes_to("見本 次郎")
        request = approve(ask_for_letters())
        settings.ENVIRONMENT = dataclasses.replace(settings.ENVIRONMENT, letter_font=tmp_path / "no-such-font.ttc")

        with pytest.raises(LetterFontMissingError):
            fetch(request)

        assert states() == ["waiting", "waiting"]
        assert not ExportFile.objects.exists()

    def test_are_deleted_after_their_day_and_encrypted_until_then(self) -> None:
        writes_to("見本 花子")
        writes_to("見本 次郎")
        fetch(approve(ask_for_letters()))
        sealed = bytes(ExportFile.objects.get().sealed or b"")

        deleted = exports.delete_expired_exports(on=dt.date(2026, 4, 18), at=NEXT_DAY, actor=actors.system("exports"))

        assert sealed
        assert b"PK" not in sealed[:40]
        assert "花子".encode() not in sealed
        assert (deleted, ExportFile.objects.get().sealed) == (1, None)
        assert states() == ["sent", "sent"]


@pytest.mark.usefixtures("one_a_day")
class TestLettersWhoseExportWasLost:
    def test_wait_again_and_their_file_is_gone_so_that_none_is_printed_twice(self) -> None:
        writes_to("見本 花子")
        writes_to("見本 次郎")
        lost = approve(ask_for_letters())
        fetch(lost)

        exports.put_letters_back(batch_id=lost.id, reason="紛失", at=AT, actor=actors.staff("shiki"))

        with pytest.raises(notices.LettersPutBackError):
            fetch(lost)
        assert states() == ["waiting", "waiting"]
        assert ExportFile.objects.get().sealed is None

    def test_take_a_second_person_to_be_printed_once_more_as_they_did_at_first(self) -> None:
        writes_to("見本 花子")
        writes_to("見本 次郎")
        lost = approve(ask_for_letters())
        fetch(lost)
        exports.put_letters_back(batch_id=lost.id, reason="紛失", at=AT, actor=actors.staff("shiki"))

        again = ask_for_letters()

        with pytest.raises(exports.NotApprovedError):
            fetch(again)
        assert fetch(approve(again)).rows == 2
        assert states() == ["sent", "sent"]

    def test_are_put_back_by_who_prints_or_approves_and_by_nobody_else(self) -> None:
        writes_to("見本 花子")
        lost = ask_for_letters()
        fetch(lost)

        with pytest.raises(people_queries.PermissionDeniedError):
            exports.put_letters_back(
                batch_id=lost.id, reason="紛失", at=AT, actor=actors.staff(staff(Role.ACCOUNTING).login_id)
            )
        exports.put_letters_back(batch_id=lost.id, reason="紛失", at=AT, actor=actors.staff("rikka"))


def test_a_hundred_letters_make_a_file_and_the_list_names_file_and_page() -> None:
    text = Text("お知らせ", (Paragraph("本文です。"),))
    letters = [Letter(uuid7(), "ja", "0000001", "見本県架空市", f"見本 {number}", text) for number in range(101)]
    day = dt.date(2026, 4, 10)
    mark = Mark("letters", "1", "staff:shiki", day, "staff:rikka", day, "お知らせの発送", day, 101)

    archive = zipfile.ZipFile(io.BytesIO(packed(letters, mark, at=AT)))

    rows = list(csv.reader(io.StringIO(archive.read("addresses.csv").decode("utf-8-sig"), newline="")))
    assert archive.namelist() == ["letters-01.pdf", "letters-02.pdf", "addresses.csv"]
    assert [len(_PAGE.findall(archive.read(name))) for name in archive.namelist()[:2]] == [100, 1]
    assert rows[101][:2] == ["letters-01.pdf", "100"]
    assert rows[102] == ["letters-02.pdf", "1", "000-0001", "見本県架空市", "見本 100"]


@pytest.mark.usefixtures("desks")
class TestLettersToFew:
    def test_are_fetched_at_once_and_count_as_being_shown_when_they_are(self) -> None:
        writes_to("見本 花子")

        request = ask_for_letters()
        shown_before = Unmasking.objects.count()
        fetch(request)

        assert request.state == State.RECORDED
        assert (shown_before, Unmasking.objects.get().unmasked_by) == (0, "staff:shiki")

    def test_are_refused_to_who_was_shown_too_many_meanwhile(self, settings: Settings) -> None:
        person = writes_to("見本 花子")
        request = ask_for_letters()
        settings.ENVIRONMENT = dataclasses.replace(settings.ENVIRONMENT, unmasked_persons_a_day=1)
        other = people.record_person(name="見本 四郎", at=AT, actor=STAFF)
        people.unmask(
            person_id=other.id, fields=[PersonalField.NAME], reason="確認", actor=actors.staff("shiki"), at=AT
        )

        with pytest.raises(notices.TooManyLettersError):
            fetch(request)

        assert states() == ["waiting"]
        assert not Unmasking.objects.filter(person_id=person.id).exists()

    def test_are_not_held_up_by_one_to_nowhere(self) -> None:
        homeless = writes_to("見本 花子")
        people.remove_personal_data(person=homeless, fields=[PersonalField.ADDRESS], at=AT, actor=STAFF)
        writes_to("見本 次郎")

        file = fetch(ask_for_letters())

        assert [row[-1] for row in rows_in(file)[2:]] == ["見本 次郎"]
        assert states() == ["sent", "waiting"]


@pytest.mark.usefixtures("desks")
class TestARequestOfLetters:
    def test_is_for_who_prints_letters(self) -> None:
        writes_to("見本 花子")
        accountant = staff(Role.ACCOUNTING).login_id

        with pytest.raises(people_queries.PermissionDeniedError):
            ask(accountant, at=AT, kind=LETTERS)

    def test_chooses_nothing_and_finds_somebody(self) -> None:
        with pytest.raises(exports.NoLetterWaitsError, match="No letter waits"):
            ask_for_letters()
        writes_to("見本 花子")

        for chosen in ({"joined_from": dt.date(2026, 4, 1)}, {"includes_former": True}):
            with pytest.raises(exports.InvalidExportError, match="as they wait"):
                ask("shiki", at=AT, kind=LETTERS, **chosen)
        with pytest.raises(exports.InvalidExportError, match="as they wait"):
            ask("shiki", PersonalField.NAME, at=AT, kind=LETTERS)

    def test_has_no_period_and_every_other_has_one(self) -> None:
        writes_to("見本 花子")
        ask_for_letters()
        row = ExportRequest.objects.get()
        assert (row.joined_from, row.joined_through) == (None, None)
        row.id, row.kind = uuid7(), ExportRequest.Kind.MEMBERS

        with pytest.raises(IntegrityError, match="letters_and_only_letters_have_no_period"), transaction.atomic():
            row.save(force_insert=True)
