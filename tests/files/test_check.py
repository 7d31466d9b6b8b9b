"""The first pass over a file: what holds together, and what is refused before anything is written."""

import contextlib
import csv
import io
import tracemalloc
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pointclub.files.rules.broken import BrokenFileError
from pointclub.files.rules.feeds import PURCHASES
from pointclub.files.services.check import checked_file
from tests.factories.feed_files import FeedFile, purchase_row

MEMBER = "900000000001"
SMALL = FeedFile("100001", [purchase_row("a", MEMBER, 100), purchase_row("b", MEMBER, 250, note="梅田,\n店")])

pytestmark = pytest.mark.rule("FIL-1")


def cells_of(content: bytes) -> list[list[str]]:
    with checked_file(io.BytesIO(content), feed=PURCHASES) as checked:
        return [row.record.cells for row in checked.data_rows()]


def reason(content: bytes) -> str:
    with pytest.raises(BrokenFileError) as found:
        cells_of(content)
    return found.value.reason


class TestWholeFile:
    @pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932"])
    @pytest.mark.parametrize("end", ["\n", "\r\n"])
    def test_is_the_same_in_every_way_of_writing_it(self, encoding: str, end: str) -> None:
        assert cells_of(SMALL.content(encoding=encoding, end=end)) == [list(row) for row in SMALL.rows]

    def test_may_be_without_rows(self) -> None:
        assert cells_of(SMALL.with_rows([]).content()) == []

    def test_says_the_first_line_of_each_row(self) -> None:
        file = SMALL.with_rows([*SMALL.rows, purchase_row("c", MEMBER)])

        with checked_file(file.stream(), feed=PURCHASES) as checked:
            assert [row.record.line for row in checked.data_rows()] == [3, 4, 6]

    def test_may_name_its_columns_in_another_order(self) -> None:
        file = FeedFile(
            "100001",
            [("100", "a", MEMBER, "2026-04-01T10:00")],
            columns=("price_yen", "reference", "member_number", "sold_at"),
        )

        assert cells_of(file.content()) == [["100", "a", MEMBER, "2026-04-01T10:00"]]

    @given(
        rows=st.lists(
            st.tuples(
                st.text(st.characters(codec="utf-8", exclude_characters="\x00\r"), max_size=20),
                st.integers(0, 10**9).map(str),
                st.text(st.characters(codec="utf-8", categories=["L", "N", "P", "Zs"]), max_size=20),
            ),
            max_size=8,
        ),
        end=st.sampled_from(["\n", "\r\n"]),
        mark=st.sampled_from(["utf-8", "utf-8-sig"]),
    )
    def test_gives_back_what_was_written(self, rows: list[tuple[str, str, str]], end: str, mark: str) -> None:
        whole = [(f"r{note}", MEMBER, "", "2026-04-01T10:00", yen, "", other) for note, yen, other in rows]

        assert cells_of(SMALL.with_rows(whole).content(encoding=mark, end=end)) == [list(row) for row in whole]


class TestBrokenFile:
    @pytest.mark.parametrize("end", ["\n", "\r\n"])
    @pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932"])
    def test_cut_at_any_byte_is_found_out(self, encoding: str, end: str) -> None:
        content = SMALL.content(encoding=encoding, end=end)

        for length in range(len(content)):
            assert reason(content[:length])

    def test_cut_between_rows_has_no_trailer(self) -> None:
        assert reason(b"\n".join(SMALL.content(end="\n").split(b"\n")[:3]) + b"\n") == "truncated"

    def test_without_its_last_line_end_may_lack_digits_too(self) -> None:
        assert reason(SMALL.content().removesuffix(b"\r\n")) == "truncated"

    @pytest.mark.parametrize(
        ("trailer", "why"),
        [
            ((1, 350, 0), "row_count"),
            ((2, 349, 0), "control_total"),
            ((2, 350, 1), "control_total"),
            ((2, 350), "trailer"),
            ((2, 350, 0, 0), "trailer"),
            ((2, "350.0", 0), "trailer"),
            ((2, "３５０", 0), "trailer"),
            ((2, "", 0), "trailer"),
        ],
    )
    def test_has_a_wrong_trailer(self, trailer: tuple[object, ...], why: str) -> None:
        assert reason(FeedFile("100001", SMALL.rows, trailer=trailer).content()) == why

    def test_goes_on_after_its_trailer(self) -> None:
        assert reason(SMALL.content() * 2) == "after_trailer"
        assert reason(SMALL.content() + b"\r\n") == "after_trailer"

    def test_mixes_line_ends(self) -> None:
        assert reason(SMALL.content().replace(b"\r\n", b"\n", 1)) == "mixed_line_ends"

    def test_mixes_encodings(self) -> None:
        lines = SMALL.with_rows([purchase_row("a", MEMBER, note="梅田"), purchase_row("b", MEMBER, note="難波")])
        in_utf_8, in_cp932 = lines.content().split(b"\r\n"), lines.content(encoding="cp932").split(b"\r\n")

        assert reason(b"\r\n".join([*in_utf_8[:3], *in_cp932[3:]])) in {"encoding", "mixed_encodings"}

    @pytest.mark.parametrize(
        "header",
        [
            b"#HEADER,refunds,1,100001,1,2026-05-02",
            b"#HEADER,purchases,2,100001,1,2026-05-02",
            b"#HEADER,purchases,1,100001,0,2026-05-02",
            b"#HEADER,purchases,1,100001,1,2026-02-30",
            b"#HEADER,purchases,1,=100001,1,2026-05-02",
            b"#HEADER,purchases,1,100001,1",
            b"reference,member_number",
        ],
    )
    def test_has_a_header_that_makes_no_sense(self, header: bytes) -> None:
        _, rest = SMALL.content().split(b"\r\n", 1)

        assert reason(header + b"\r\n" + rest) in {"header", "other_feed"}

    @pytest.mark.parametrize(
        "columns",
        [
            ("reference", "member_number"),
            ("reference", "member_number", "sold_at", "price_yen", "price_yen"),
            ("reference", "member_number", "sold_at", "price_yen", "secret"),
        ],
    )
    def test_names_columns_that_are_not_those_of_the_feed(self, columns: tuple[str, ...]) -> None:
        assert reason(FeedFile("100001", [], columns=columns).content()) == "columns"

    def test_has_its_records_in_another_order(self) -> None:
        header, names, *rows, trailer = SMALL.content(end="\n").splitlines(keepends=True)

        assert reason(b"".join([names, header, *rows, trailer])) == "header"
        assert reason(b"".join([header, names, trailer, *rows])) == "after_trailer"
        assert reason(b"".join([header, *rows, names, trailer])) == "columns"

    @pytest.mark.parametrize(
        ("cell", "why"), [(b'"never closed', "quoting"), (b'"a"b', "quoting"), (b"a\rb", "quoting")]
    )
    def test_has_quotes_or_line_ends_that_make_no_sense(self, cell: bytes, why: str) -> None:
        assert reason(SMALL.content().replace(b",001,", b"," + cell + b",", 1)) == why

    def test_holds_a_zero_byte(self) -> None:
        assert reason(SMALL.content().replace(b",a,", b",a\x00,").replace(b"\r\na", b"\r\n\x00a")) == "null_byte"

    @given(st.binary(max_size=400))
    def test_is_refused_in_words_whatever_it_is(self, content: bytes) -> None:
        assert reason(content)

    @given(place=st.integers(0, len(SMALL.content()) - 1), byte=st.integers(0, 255))
    def test_with_one_byte_changed_is_refused_or_read_but_never_a_crash(self, place: int, byte: int) -> None:
        content = bytearray(SMALL.content())
        content[place] = byte

        with contextlib.suppress(BrokenFileError):
            cells_of(bytes(content))


class TestUnreadableFigures:
    def test_count_as_they_were_meant(self) -> None:
        file = FeedFile(
            "100001", [purchase_row("a", MEMBER, "１００"), purchase_row("b", MEMBER, 1)], trailer=(2, 101, 0)
        )

        assert len(cells_of(file.content())) == 2

    def test_that_nobody_can_add_up_leave_the_total_open(self) -> None:
        rows = [purchase_row("a", MEMBER, "?"), purchase_row("b", MEMBER, 1)]
        file = FeedFile("100001", rows, trailer=(2, 999, 0))

        assert len(cells_of(file.content())) == 2


class EndlessRows(io.RawIOBase):
    """A file of so many rows that is made while it is read."""

    def __init__(self, rows: int) -> None:
        self._lines = self._make(rows)

    def readline(self, _size: int | None = -1, /) -> bytes:
        return next(self._lines, b"")

    @staticmethod
    def _make(rows: int) -> Iterator[bytes]:
        text = io.StringIO()
        csv.writer(text).writerow(purchase_row("a", MEMBER, 1, note="x" * 100))
        yield b"#HEADER,purchases,1,100001,1,2026-05-02\r\n"
        yield b"reference,member_number,store_code,sold_at,price_yen,points,note\r\n"
        for _ in range(rows):
            yield text.getvalue().encode()
        yield f"#TRAILER,{rows},{rows},0\r\n".encode()


def test_memory_does_not_grow_with_the_file() -> None:
    tracemalloc.start()

    with checked_file(EndlessRows(60_000), feed=PURCHASES) as checked:  # type: ignore[arg-type]
        assert sum(1 for _ in checked.data_rows()) == 60_000

    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 4_000_000


def test_quote_that_is_never_closed_does_not_take_the_file_into_memory() -> None:
    content = SMALL.content().replace(b"100", b'"100', 1).replace(b'"100001', b"100001")
    endless = content.replace(b",001,", b',"001,', 1) + b"x,y\r\n" * 400_000

    assert reason(endless) in {"too_long", "quoting"}
