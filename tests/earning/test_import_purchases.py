"""A merchant's file becomes purchases, once, whatever happens on the way (FIL-1, trap T14)."""

import csv
import io
from pathlib import Path

import pytest

from pointclub.earning import queries as earning_queries
from pointclub.earning import services as earning
from pointclub.earning.models import Accrual
from pointclub.files import services as files
from pointclub.files.models import ImportedFile, RowError
from pointclub.files.rules.broken import BrokenFileError
from pointclub.membership.models import Member
from pointclub.merchants.models import Merchant
from pointclub.merchants.queries import UnknownMerchantError
from tests.factories.club import STAFF, Club, jst, verified
from tests.factories.feed_files import FeedFile, purchase_row
from tests.factories.imports import NO_MEMBER, file_of, refusal, take_in

pytestmark = [pytest.mark.django_db, pytest.mark.rule("FIL-1")]


@pytest.fixture
def club() -> Club:
    return Club()


@pytest.fixture
def member(club: Club) -> Member:
    return club.member()


@pytest.fixture
def shop(club: Club) -> Merchant:
    return club.merchant()


def pending(member: Member) -> int:
    return earning_queries.pending_points(member.membership.account_id)


def read_errors(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


class TestGoodFile:
    @pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932"])
    @pytest.mark.parametrize("end", ["\n", "\r\n"])
    def test_becomes_pending_points(self, member: Member, shop: Merchant, encoding: str, end: str) -> None:
        rows = [purchase_row("a", member.number, 1_050, note="梅田店"), purchase_row("b", member.number, 0, points=7)]

        state = take_in(file_of(shop, *rows).content(encoding=encoding, end=end))

        assert (state.status, state.rows, state.accepted, state.bad, state.points) == ("finished", 2, 2, 0, 17)
        assert pending(member) == 17
        assert ImportedFile.objects.get().control_totals == {"price_yen": 1_050, "points": 7}
        assert verified() == []

    def test_again_does_nothing(self, member: Member, shop: Merchant) -> None:
        content = file_of(shop, purchase_row("a", member.number)).content()
        take_in(content)

        (step,) = earning.import_purchases(
            files.IncomingFile(io.BytesIO(content), "renamed.csv"), at=jst("2026-05-03 10:00"), actor=STAFF
        )

        assert step.was_finished
        assert pending(member) == 10
        assert ImportedFile.objects.count() == 1

    @pytest.mark.rule("ACC-6")
    def test_with_doubled_lines_counts_each_sale_once(self, member: Member, shop: Merchant) -> None:
        row = purchase_row("a", member.number)

        state = take_in(file_of(shop, row, row, row).content())

        assert (state.accepted, state.known_before, state.bad) == (1, 2, 0)
        assert pending(member) == 10

    @pytest.mark.rule("ACC-6")
    def test_sent_again_in_another_order_is_known(self, member: Member, shop: Merchant) -> None:
        rows = [purchase_row(f"r{number}", member.number, 100 * number) for number in range(1, 8)]
        take_in(file_of(shop, *rows).content())

        state = take_in(file_of(shop, *reversed(rows), sequence_number=2).content())

        assert (state.accepted, state.known_before, state.points) == (0, 7, 0)
        assert Accrual.objects.count() == 7

    def test_may_be_empty(self, shop: Merchant) -> None:
        assert take_in(file_of(shop).content()).status == "finished"


class TestBrokenFile:
    def test_cut_at_any_byte_changes_nothing(self, member: Member, shop: Merchant) -> None:
        content = file_of(shop, purchase_row("a", member.number), purchase_row("b", member.number)).content()

        for length in range(len(content)):
            assert isinstance(refusal(content[:length]), BrokenFileError)

        assert not ImportedFile.objects.exists()
        assert not Accrual.objects.exists()
        assert take_in(content).accepted == 2

    def test_with_a_wrong_trailer_changes_nothing(self, member: Member, shop: Merchant) -> None:
        wrong = FeedFile(shop.number, [purchase_row("a", member.number)], trailer=(1, 999, 0))

        assert refusal(wrong.content()).details["reason"] == "control_total"
        assert not ImportedFile.objects.exists()
        assert pending(member) == 0

    def test_from_nobody_we_know_changes_nothing(self, member: Member) -> None:
        stranger = FeedFile("999999", [purchase_row("a", member.number)])

        assert isinstance(refusal(stranger.content()), UnknownMerchantError)
        assert not ImportedFile.objects.exists()


class TestBadRows:
    def test_trap_t14_half_of_them_bad_is_half_taken_in(self, member: Member, shop: Merchant, tmp_path: Path) -> None:
        good = [purchase_row(f"good{number}", member.number, 1_000) for number in range(20)]
        bad = [purchase_row(f"bad{number}", NO_MEMBER, 1_000) for number in range(20)]
        rows = [row for pair in zip(good, bad, strict=True) for row in pair]
        errors = tmp_path / "shop.csv.errors.csv"

        state = take_in(file_of(shop, *rows).content(), errors_to=errors)

        assert (state.accepted, state.known_before, state.bad) == (20, 0, 20)
        assert pending(member) == 200
        assert [row["line"] for row in read_errors(errors)] == [str(line) for line in range(4, 43, 2)]

    def test_mended_and_sent_again_post_only_what_was_missing(
        self, member: Member, shop: Merchant, tmp_path: Path
    ) -> None:
        errors = tmp_path / "errors.csv"
        rows = [
            purchase_row("a", member.number),
            purchase_row("b", NO_MEMBER),
            purchase_row("c", member.number, "１００"),
        ]
        take_in(FeedFile(shop.number, rows, trailer=(3, 2_100, 0)).content(), errors_to=errors)
        found = read_errors(errors)
        assert [(row["line"], row["code"]) for row in found] == [("4", "unknown_member"), ("5", "not_number")]
        mended = [purchase_row(row["reference"], member.number, 100) for row in found]

        state = take_in(file_of(shop, rows[0], *mended, sequence_number=2).content())

        assert (state.accepted, state.known_before, state.bad) == (2, 1, 0)
        assert pending(member) == 12

    @pytest.mark.parametrize(
        ("row", "code"),
        [
            (("a", "{member}", "001", "2026-04-01T12:00", "1e3", "", ""), "not_number"),
            (("a", "{member}", "001", "2026-04-01T12:00", "-1", "", ""), "not_number"),
            (("a", "{member}", "001", "2026-04-01T12:00", "1.0", "", ""), "not_number"),
            (("a", "{member}", "001", "2026-04-31T12:00", "1", "", ""), "not_instant"),
            (("a", "{member}", "001", "2026-04-01T12:00", "1", "0", ""), "invalid_sale"),
            (("a", "{member}", "001", "2019-04-01T12:00", "1", "", ""), "not_a_member_then"),
            (("a", "{member}", "001", "2026-05-09T12:00", "1", "", ""), "sold_in_future"),
            (("", "{member}", "001", "2026-04-01T12:00", "1", "", ""), "missing"),
            (("a", "{member}", "x" * 100_000, "2026-04-01T12:00", "1", "", ""), "too_long"),
            (("a", "{member}", "001", "2026-04-01T12:00", "1", "", "x" * 100_000), "too_long"),
            (("a", "{member}", "001", "2026-04-01T12:00", "1"), "wrong_number_of_cells"),
        ],
    )
    def test_are_each_reported_with_their_reason(
        self, member: Member, shop: Merchant, row: tuple[str, ...], code: str
    ) -> None:
        cells = tuple(cell.format(member=member.number) for cell in row)
        priced = 1_000 if cells[4] == "1e3" else int(float(cells[4]))
        trailer = (2, priced + 1_000, 0)

        state = take_in(FeedFile(shop.number, [cells, purchase_row("z", member.number)], trailer=trailer).content())

        assert (state.accepted, state.bad) == (1, 1)
        error = RowError.objects.get()
        assert (error.line, error.row_number, error.code) == (3, 1, code)
        assert len(error.raw) <= 4_000

    def test_stand_with_their_first_line_where_rows_have_several(self, member: Member, shop: Merchant) -> None:
        several = purchase_row("a", member.number, note="one\ntwo\r\nthree")

        state = take_in(file_of(shop, several, purchase_row("b", NO_MEMBER)).content())

        assert state.accepted == 1
        assert RowError.objects.get().line == 6

    def test_go_to_people_without_formulas(self, shop: Merchant, tmp_path: Path) -> None:
        errors = tmp_path / "errors.csv"

        take_in(file_of(shop, purchase_row("=1+1", NO_MEMBER, 100, note="@SUM(A1)")).content(), errors_to=errors)

        (row,) = read_errors(errors)
        assert (row["reference"], row["note"], row["price_yen"]) == ("'=1+1", "'@SUM(A1)", "100")
        assert RowError.objects.get().raw.startswith("=1+1,")

    @pytest.mark.rule("ACC-6")
    def test_are_those_whose_reference_names_another_sale(self, member: Member, shop: Merchant) -> None:
        state = take_in(file_of(shop, purchase_row("a", member.number), purchase_row("a", member.number, 2)).content())

        assert (state.accepted, state.bad) == (1, 1)
        assert RowError.objects.get().code == "reference_conflict"

    def test_leave_no_file_where_there_are_none(self, member: Member, shop: Merchant, tmp_path: Path) -> None:
        take_in(file_of(shop, purchase_row("a", member.number)).content(), errors_to=tmp_path / "errors.csv")

        assert list(tmp_path.iterdir()) == []
