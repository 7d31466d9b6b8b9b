"""Letters to those whom no mail reaches: a page each, once, and no more people a day than one may be shown."""

from __future__ import annotations

import csv
import dataclasses
import re
import stat
from pathlib import Path
from uuid import UUID

import pytest
from django.db import IntegrityError, transaction
from pytest_django import Settings

from pointclub.audit import queries as audit
from pointclub.notices import services as notices
from pointclub.notices.models import Delivery, LetterBatch
from pointclub.notices.models import letters as batches
from pointclub.notices.queries import letter_sheets
from pointclub.people.models import Unmasking
from pointclub.people.rules.permissions import Role
from tests.factories.club import STAFF
from tests.factories.readers import AT, writes_to
from tests.factories.staff import staff
from tests.harness.commands import Called, call

pytestmark = [pytest.mark.django_db, pytest.mark.rule("NTC-1")]

_PAGE = re.compile(rb"/Type\s*/Page\b")


@pytest.fixture
def clerk() -> str:
    return staff(Role.FULFILMENT).login_id


def print_to(folder: Path, clerk: str) -> Called:
    files = ("--pdf", str(folder / "letters.pdf"), "--csv", str(folder / "addresses.csv"))
    return call("notices", "letters", *files, "--as", clerk, "--json")


def addresses_in(folder: Path) -> list[list[str]]:
    with (folder / "addresses.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file))[1:]


class TestLetters:
    def test_have_a_page_each_and_a_line_in_the_list(self, tmp_path: Path, clerk: str) -> None:
        writes_to("見本 花子")
        writes_to("Hanako Mihon", language="en")

        assert print_to(tmp_path, clerk).json["letters"] == 2

        pdf = (tmp_path / "letters.pdf").read_bytes()
        assert pdf.startswith(b"%PDF-")
        assert len(_PAGE.findall(pdf)) == 2
        assert addresses_in(tmp_path) == [
            ["1", "000-0001", "見本県架空市例示町1丁目1番地", "見本 花子"],
            ["2", "000-0001", "見本県架空市例示町1丁目1番地", "Hanako Mihon"],
        ]
        assert stat.S_IMODE((tmp_path / "letters.pdf").stat().st_mode) == 0o600

    def test_are_printed_once(self, tmp_path: Path, clerk: str) -> None:
        writes_to("見本 花子")
        print_to(tmp_path, clerk)
        (tmp_path / "again").mkdir()

        assert print_to(tmp_path / "again", clerk).json == {"letters": 0, "batch": None}
        assert list((tmp_path / "again").iterdir()) == []
        letter = Delivery.objects.get(channel="letter")
        assert letter.state == "sent"
        assert letter.given_at is not None

    def test_that_cannot_be_written_go_on_waiting(self, tmp_path: Path, clerk: str) -> None:
        writes_to("見本 花子")

        assert print_to(tmp_path / "no-such-folder", clerk).json["refused"] == "letter_file"
        assert print_to(tmp_path, clerk).json["letters"] == 1

    def test_are_not_written_over_others(self, tmp_path: Path, clerk: str) -> None:
        (tmp_path / "letters.pdf").write_text("others")
        writes_to("見本 花子")

        assert print_to(tmp_path, clerk).json["refused"] == "letter_file"
        assert (tmp_path / "letters.pdf").read_text() == "others"

    def test_without_a_font_go_on_waiting(self, tmp_path: Path, clerk: str, settings: Settings) -> None:
        settings.ENVIRONMENT = dataclasses.replace(settings.ENVIRONMENT, letter_font=tmp_path / "no-such-font.ttc")
        writes_to("見本 花子")

        answer = print_to(tmp_path, clerk)

        assert answer.json["refused"] == "letter_font_missing"
        assert "fonts-noto-cjk" in answer.err
        assert Delivery.objects.get(channel="letter").state == "waiting"

    def test_run_nothing_that_somebody_typed(self, tmp_path: Path, clerk: str) -> None:
        writes_to('#eval("1") $ \\ ]', address='=HYPERLINK("http://evil")')

        assert print_to(tmp_path, clerk).json["letters"] == 1
        assert addresses_in(tmp_path)[0][2:] == ['\'=HYPERLINK("http://evil")', '#eval("1") $ \\ ]']


def put_back(batch: str, login_id: str, reason: str = "プリンターの故障") -> Called:
    return call("notices", "put-letters-back", batch, "--reason", reason, "--as", login_id, "--json")


class TestLettersWhoseFileWasLost:
    def test_are_put_back_with_a_reason_and_printed_with_the_next_ones(self, tmp_path: Path, clerk: str) -> None:
        writes_to("見本 花子")
        lost = print_to(tmp_path, clerk).json["batch"]
        writes_to("見本 次郎")
        again = tmp_path / "again"
        again.mkdir()

        without = put_back(lost, clerk, " ")
        done = put_back(lost, clerk)
        printed = print_to(again, clerk).json

        assert without.json["refused"] == "put_back_reason"
        assert done.json == {"batch": lost, "letters": 1, "people": 1}
        assert printed["letters"] == 2
        assert [row[-1] for row in addresses_in(again)] == ["見本 花子", "見本 次郎"]
        (entry,) = audit.search_acts(audit.ActFilter(act="notices.put_letters_back")).acts
        assert (entry.reason, entry.details) == ("プリンターの故障", {"letters": 1, "people": 1})

    def test_are_put_back_once_and_never_out_of_a_later_batch(self, tmp_path: Path, clerk: str) -> None:
        writes_to("見本 花子")
        lost = print_to(tmp_path, clerk).json["batch"]
        put_back(lost, clerk)
        (tmp_path / "again").mkdir()
        kept = print_to(tmp_path / "again", clerk).json["batch"]

        assert put_back(lost, clerk).json["refused"] == "letters_put_back"
        assert Delivery.objects.get(channel="letter").state == "sent"
        rows = call("notices", "letter-batches", "--as", clerk, "--json").json["batches"]
        assert [(row["batch"], row["put_back_by"]) for row in rows] == [(kept, None), (lost, f"staff:{clerk}")]

    def test_are_those_of_a_batch_that_was_printed(self, clerk: str) -> None:
        assert put_back(str(UUID(int=7)), clerk).json["refused"] == "unknown_letters"

    @pytest.mark.rule("STF-2")
    def test_are_put_back_by_another_if_they_were_to_many(
        self, tmp_path: Path, clerk: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(batches, "MOST_PEOPLE_WITHOUT_APPROVAL", 0)
        writes_to("見本 花子")
        lost = print_to(tmp_path, clerk).json["batch"]

        assert put_back(lost, clerk).json["refused"] == "same_person"
        assert put_back(lost, staff(Role.PRIVACY_OFFICER).login_id).code == 0
        assert Delivery.objects.get(channel="letter").state == "waiting"

    @pytest.mark.rule("STF-2")
    def test_are_put_back_by_another_in_the_database_as_well(self) -> None:
        who = {"printed_by": "staff:shiki", "printed_at": AT, "put_back_by": "staff:shiki", "put_back_at": AT}

        LetterBatch.objects.create(letters=100, people=100, **who)
        with pytest.raises(IntegrityError, match="two_people_put_letters_to_many_back"), transaction.atomic():
            LetterBatch.objects.create(letters=101, people=101, **who)


@pytest.mark.rule("STF-1")
class TestWhoeverPrints:
    def test_is_kept_as_having_been_shown_the_addresses(self, tmp_path: Path, clerk: str) -> None:
        person = writes_to("見本 花子")

        print_to(tmp_path, clerk)

        shown = Unmasking.objects.get()
        assert (shown.person_id, shown.unmasked_by) == (person.id, f"staff:{clerk}")
        assert sorted(shown.fields) == ["address", "name", "postal_code"]

    def test_gets_no_more_peoples_addresses_a_day_than_anybody_is_shown(
        self, tmp_path: Path, clerk: str, settings: Settings
    ) -> None:
        settings.ENVIRONMENT = dataclasses.replace(settings.ENVIRONMENT, unmasked_persons_a_day=1)
        for name in ("見本 花子", "見本 次郎"):
            writes_to(name)

        assert print_to(tmp_path, clerk).json["refused"] == "too_many_letters"
        assert not (tmp_path / "letters.pdf").exists()


def test_a_letter_shows_nothing_in_a_traceback() -> None:
    writes_to("見本 花子")

    (letter,) = notices.print_letters(at=AT, actor=STAFF)

    assert "花子" not in repr(letter)
    assert "例示町" not in repr(letter)
    assert letter_sheets.as_csv([letter]).decode("utf-8-sig").count("花子") == 1
