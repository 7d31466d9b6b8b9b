"""`pointclub exclusion` and `pointclub import contracts`, as staff call them."""

from pathlib import Path

import pytest

from pointclub.jobs import output
from pointclub.membership.models import Exclusion
from pointclub.people.rules.permissions import Role
from tests.factories.contracts import COLUMNS, contract_row
from tests.factories.feed_files import FeedFile
from tests.factories.staff import staff
from tests.harness.commands import call

pytestmark = pytest.mark.django_db


@pytest.mark.rule("SCR-1")
class TestTheExclusionList:
    @pytest.fixture(autouse=True)
    def officer(self) -> None:
        staff(Role.PRIVACY_OFFICER, login_id="hogo")

    def test_is_added_to_listed_masked_and_ended(self) -> None:
        words = ("--name", "見本 太郎", "--birth-date", "1980-04-01", "--reason", "過去の不正利用")
        added = call("exclusion", "add", *words, "--as", "hogo", "--json").json["exclusion"]

        (row,) = call("exclusion", "list", "--as", "hogo", "--json").json["exclusions"]
        assert (row["exclusion"], row["name"], row["has_birth_date"]) == (added, "見＊ 太＊", True)

        call("exclusion", "end", added, "--reason", "誤登録", "--as", "hogo")
        assert call("exclusion", "list", "--as", "hogo", "--json").json["exclusions"] == []
        assert Exclusion.objects.get().ended_by == "staff:hogo"

    def test_takes_no_date_that_is_none(self) -> None:
        words = ("--name", "見本 太郎", "--birth-date", "1980-13-01", "--reason", "理由")

        answer = call("exclusion", "add", *words, "--as", "hogo", "--json")

        assert (answer.code, answer.json["refused"]) == (output.REFUSED, "invalid_exclusion")


@pytest.mark.rule("FIL-1")
def test_contracts_come_by_file(tmp_path: Path) -> None:
    staff(Role.ACCOUNTING, login_id="keiri")
    file = tmp_path / "contracts.csv"
    rows = [contract_row(), contract_row("C-2", customer="1122")]
    file.write_bytes(FeedFile("billing", rows, 1, "contracts", COLUMNS, ()).content())

    answer = call("import", "contracts", str(file), "--as", "keiri", "--json")

    assert (answer.code, answer.json["accepted"], answer.json["bad"]) == (output.DIFFERENCE, 1, 1)
    assert "not_customer_number" in (tmp_path / "contracts.csv.errors.csv").read_text(encoding="utf-8-sig")
