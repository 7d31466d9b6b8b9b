"""The rows of a file, read by a thread of their own while the database is busy."""

import datetime as dt
import io
from collections.abc import Iterator
from contextlib import closing, contextmanager

import pytest
from django.db import connection

from pointclub.files.rules.broken import BrokenFileError
from pointclub.files.rules.feeds import PURCHASES
from pointclub.files.rules.structure import Header, Structure
from pointclub.files.services.check import CheckedFile, checked_file
from pointclub.files.services.read_ahead import Ahead
from tests.factories.feed_files import PURCHASE_COLUMNS, FeedFile, purchase_row

ROWS = 2_500
FILE = FeedFile("100001", [purchase_row(f"r{number}", "900000000001") for number in range(1, ROWS + 1)])

pytestmark = [pytest.mark.django_db, pytest.mark.rule("FIL-1")]


@contextmanager
def reading(*, after: int = 0) -> Iterator[Ahead]:
    with checked_file(FILE.stream(), feed=PURCHASES) as checked, closing(Ahead(checked, after=after)) as ahead:
        yield ahead


def checked_by_hand(content: bytes) -> tuple[CheckedFile, io.BytesIO]:
    structure = Structure(Header("purchases", 1, "100001", 1, dt.date(2026, 5, 2)), PURCHASE_COLUMNS, ROWS, {})
    copy = io.BytesIO(content)
    return CheckedFile(PURCHASES, structure, "utf-8", "", len(content), copy), copy


def write_many_rows(ahead: Ahead) -> None:
    with ahead.while_writing(), connection.cursor() as cursor:
        cursor.execute("SELECT %s", ("x" * 100_000,))


def numbers(ahead: Ahead, *, is_ahead: bool) -> list[list[int]]:
    found: list[list[int]] = []
    while chunk := ahead.next_chunk():
        found.append([read.row.number for read in chunk])
        if is_ahead:
            write_many_rows(ahead)
    return found


@pytest.mark.parametrize("is_ahead", [False, True])
class TestChunks:
    def test_come_in_their_order_and_each_once(self, *, is_ahead: bool) -> None:
        with reading() as ahead:
            assert numbers(ahead, is_ahead=is_ahead) == [
                [*range(1, 1_001)],
                [*range(1_001, 2_001)],
                [*range(2_001, 2_501)],
            ]

    def test_begin_behind_what_was_done_before(self, *, is_ahead: bool) -> None:
        with reading(after=1_700) as ahead:
            assert numbers(ahead, is_ahead=is_ahead) == [[*range(1_701, 2_501)]]

    def test_before_a_place_that_cannot_be_read_are_given_first(self, *, is_ahead: bool) -> None:
        checked, _ = checked_by_hand(FILE.content().replace(b"r1500,", b'"r1500,'))

        with closing(Ahead(checked, after=0)) as ahead:
            first = ahead.next_chunk()
            if is_ahead:
                write_many_rows(ahead)

            assert len(first) == 1_000
            with pytest.raises(BrokenFileError):
                ahead.next_chunk()


def test_one_chunk_and_no_more_is_read_while_rows_are_written_and_none_once_it_is_closed() -> None:
    checked, copy = checked_by_hand(FILE.content())
    with closing(Ahead(checked, after=0)) as ahead:
        ahead.next_chunk()
        for _ in range(3):
            write_many_rows(ahead)

    assert copy.readline().startswith(b"r2001,")
